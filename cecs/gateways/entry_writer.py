"""What anyone may see of an educator, written out: as JSON for programs, as HTML in a language.

What is written for lists can lie finished in the database, in the bytes that are sent. `edition`
tells whether it was written by this same program, with these words: after an update all is
written anew as it is read.
"""

import hashlib
import json
from datetime import date
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from cecs.blanks import Blank
from cecs.domain import lookup
from cecs.domain.lookup import ShownCertificate, ShownEducator
from cecs.domain.regime import Regime
from cecs.domain.sentences import Sentence

JSON = "json"
LANGUAGES = ("en", "es")
FORMS = (JSON, *LANGUAGES)
EDUCATOR, CERTIFICATE = "lookup/educator.html", "lookup/certificate.html"
TEMPLATES = (EDUCATOR, CERTIFICATE, "macros/show.html")
# What a standing is to the eye; all others are over.
KINDS = {
    "active": "good", "future": "waiting", "expired_renewal_filed": "waiting",
    "expired_filed_late": "attention", "suspended": "attention", "revoked": "attention",
}  # fmt: skip
OF_EDUCATOR = ("public_id", "first_name", "last_name", "reported", "certificates", "earlier")
OF_CERTIFICATE = (
    "title", "kind", "words", "explained", "endorsements", "issued_on", "expires_on", "verify",
)  # fmt: skip
LEVELS = (2, 3, 4)
IN_LISTS = 4
_SHORT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Called(NamedTuple):
    """A certificate in a few words: what it is, and where it stands; `kind` is one of KINDS."""

    title: str
    kind: str
    words: str


class EntryWriter:
    """Writes entries in the words of one office."""

    def __init__(self, regime: Regime, regime_folder: Path, package: Path) -> None:
        self._regime = regime
        pages, rules = package.parent / "templates", package / "domain"
        self._decides = (  # what is written, beside facts and the day
            regime_folder, package / "translations", *(pages / name for name in TEMPLATES),
            rules / "lookup.py", rules / "certificates.py", Path(__file__),
        )  # fmt: skip
        self._in = {code: _Language(regime, package, code) for code in LANGUAGES}

    def listed(self, form: str, public_id: str, shown: ShownEducator, today: date) -> bytes:
        """The educator as lists show one, in that form, right on that legal day."""
        if form == JSON:
            return _json(lookup.listed(self._regime, public_id, shown, today)).encode()
        return self._in[form].educator(public_id, shown, today).encode()

    def whole(self, public_id: str, shown: ShownEducator, today: date) -> str:
        """The educator with all certificates, as JSON."""
        return _json(lookup.worded(self._regime, public_id, shown, today))

    def reported(self, language: str, shown: ShownEducator) -> str:
        """By which district the educator was reported."""
        return self._in[language].reported(shown)

    def certificate(
        self, language: str, shown: ShownCertificate, today: date, level: int
    ) -> Markup:
        """One certificate as HTML; `level` is that of its heading, one of LEVELS."""
        return self._in[language].certificate(shown, today, level)

    def called(self, language: str, shown: ShownCertificate, today: date) -> Called:
        """One certificate in a few words."""
        return self._in[language].called(shown, today)

    @cached_property
    def edition(self) -> str:
        """A short name of all that decides what is written, beside the facts and the day."""
        digest = hashlib.blake2b(digest_size=6)
        for place in self._decides:
            for file in sorted(place.rglob("*.*")) if place.is_dir() else [place]:
                if file.suffix != ".pyc":
                    digest.update(file.read_bytes())
        return digest.hexdigest()


class _Language:
    """Entries as HTML in one language."""

    def __init__(self, regime: Regime, package: Path, code: str) -> None:
        self._regime, self._code = regime, code
        self._words: NullTranslations = Translations.load(package / "translations", [code])
        pages = Environment(
            loader=FileSystemLoader(package.parent / "templates"),
            autoescape=True, trim_blocks=True, extensions=["jinja2.ext.i18n"],
        )  # fmt: skip
        pages.install_gettext_translations(self._words, newstyle=True)  # type: ignore[attr-defined]
        pages.globals["language"] = code
        educator = pages.get_template(EDUCATOR).render
        self._educators = {
            before: Blank(partial(educator, before=before), OF_EDUCATOR) for before in (True, False)
        }
        certificate = pages.get_template(CERTIFICATE).render
        self._held = {
            level: Blank(partial(certificate, level=level), OF_CERTIFICATE) for level in LEVELS
        }
        self._endorsement = cache(self._endorsement_in_words)

    def educator(self, public_id: str, shown: ShownEducator, today: date) -> Markup:
        count = lookup.counting(shown, today)
        held = [self.certificate(each, today, IN_LISTS) for each in count]
        none = self._say(Sentence("No certificate is on record."))
        before = len(shown.certificates) - len(count)
        return self._educators[before > 0].filled(
            public_id=public_id,
            first_name=shown.first_name,
            last_name=shown.last_name,
            reported=self.reported(shown),
            certificates=Markup("\n").join(held or [none]),
            earlier=self._earlier(before),
        )

    def reported(self, shown: ShownEducator) -> str:
        return self._say(_reported(self._regime, shown))

    def called(self, shown: ShownCertificate, today: date) -> Called:
        standing = shown.standing(today)
        title = _worded(self._code, self._regime.certificate_types[shown.facts.type_code])
        return Called(title, KINDS.get(standing.code, "over"), self._say(standing.words))

    def certificate(self, shown: ShownCertificate, today: date, level: int) -> Markup:
        facts, standing = shown.facts, shown.standing(today)
        endorsed = Markup("<br>").join([self._endorsement(code) for code in facts.endorsements])
        return self._held[level].filled(
            **self.called(shown, today)._asdict(),
            explained=self._say(standing.explained),
            endorsements=endorsed or self._say(Sentence("None")),
            issued_on=_day(self._code, facts.issued_on),
            expires_on=_day(self._code, facts.expires_on) if facts.expires_on else "–",
            verify=shown.verify,
        )

    def _earlier(self, before: int) -> str:
        one, many = "and %(num)s earlier certificate", "and %(num)s earlier certificates"
        return self._words.ngettext(one, many, before) % {"num": before}

    def _say(self, sentence: Sentence) -> str:
        text: str = self._words.gettext(sentence.text)
        values = sentence.values.items()
        return text.format(
            **{k: _day(self._code, v) if isinstance(v, date) else v for k, v in values}
        )

    def _endorsement_in_words(self, code: str) -> Markup:
        known = self._regime.endorsements[code]
        says = _worded(self._code, known, "sentence")
        return escape(f"{code} {_worded(self._code, known)}: {says}")


def _json(value: Any) -> str:
    return _SHORT.encode(value)


def _reported(regime: Regime, shown: ShownEducator) -> Sentence:
    district = regime.districts.get(shown.district or "")
    if district is None:
        return Sentence("No district is reported")
    if shown.school_year:
        words = "Reported by {district} for {year}"
        return Sentence(words, district=district.name, year=shown.school_year)
    return Sentence("Reported by {district}", district=district.name)


def _worded(language: str, row: Any, column: str = "title") -> str:
    """The words of a row of the regime; in English where its table has no others."""
    return getattr(row, f"{column}_{language}", "") or str(getattr(row, column))


@lru_cache(20_000)
def _day(language: str, value: date) -> str:
    return format_date(value, "long", locale=language)
