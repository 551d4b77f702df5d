"""What anyone may see of an educator, written out: as JSON for programs, as HTML in a language.

What is written can lie finished in the database. `edition` tells whether it was written by this
same program, with these words: after an update all is written anew as it is read.
"""

import hashlib
import json
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

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
OF_EDUCATOR = ("first_name", "last_name", "reported", "certificates")
OF_CERTIFICATE = (
    "title", "kind", "words", "explained", "endorsements", "issued_on", "expires_on", "verify",
)  # fmt: skip


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

    def write(self, form: str, public_id: str, shown: ShownEducator, today: date) -> str:
        """The educator in that form, right on that legal day."""
        if form == JSON:
            worded = lookup.worded(self._regime, public_id, shown, today)
            return json.dumps(worded, ensure_ascii=False, separators=(",", ":"))
        return str(self._in[form].educator(shown, today))

    def certificate(self, language: str, shown: ShownCertificate, today: date) -> Markup:
        """One certificate as HTML."""
        return self._in[language].certificate(shown, today)

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
        self._educator = Blank(pages.get_template(EDUCATOR).render, OF_EDUCATOR)
        self._held = Blank(pages.get_template(CERTIFICATE).render, OF_CERTIFICATE)
        self._endorsement = cache(self._endorsement_in_words)

    def educator(self, shown: ShownEducator, today: date) -> Markup:
        held = [self.certificate(each, today) for each in shown.certificates]
        none = self._say(Sentence("No certificate is on record."))
        return self._educator.filled(
            first_name=shown.first_name,
            last_name=shown.last_name,
            reported=self._say(_reported(self._regime, shown)),
            certificates=Markup("\n").join(held or [none]),
        )

    def certificate(self, shown: ShownCertificate, today: date) -> Markup:
        facts, standing = shown.facts, shown.standing(today)
        endorsed = Markup("<br>").join([self._endorsement(code) for code in facts.endorsements])
        return self._held.filled(
            title=_worded(self._code, self._regime.certificate_types[facts.type_code]),
            kind=KINDS.get(standing.code, "over"),
            words=self._say(standing.words),
            explained=self._say(standing.explained),
            endorsements=endorsed or self._say(Sentence("None")),
            issued_on=_day(self._code, facts.issued_on),
            expires_on=_day(self._code, facts.expires_on) if facts.expires_on else "–",
            verify=shown.verify,
        )

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
