"""The lines of a file to import: read, checked one by one, each no with its line and a sentence."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cecs.domain import educator_numbers, names
from cecs.domain.certificates import CertificateState
from cecs.domain.regime import Regime
from cecs.domain.sentences import Sentence
from cecs.services.refused import Refused

NEEDED = ("number", "first_name", "last_name", "birth_date")
OF_CERTIFICATE = ("type", "issued_on", "valid_from", "expires_on", "state", "endorsements")
COLUMNS = (
    *NEEDED, "other_last_names", "district", "school_year", "school_months", *OF_CERTIFICATE,
)  # fmt: skip
STATES = frozenset(state.value for state in CertificateState)
NAME_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not imported, and why. The file's first line is line 1."""

    line: int
    why: Sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A line that may be imported, as rows for the staging tables."""

    number: str
    educator: tuple[Any, ...] | None  # None: of a merged record, whose place another one took
    others: tuple[tuple[str, str, str], ...]  # number, last name, its key
    certificate: tuple[str, ...] | None
    endorsements: tuple[tuple[str, ...], ...]

    def under(self, number: str) -> "Line":
        """The same names and certificates of the record that took this one's place."""
        return Line(
            number, None, tuple((number, *rest) for _, *rest in self.others),  # type: ignore[misc]
            (number, *self.certificate[1:]) if self.certificate else None,
            tuple((number, *rest) for _, *rest in self.endorsements),
        )  # fmt: skip


class Wrong(Exception):
    """Says what is wrong with one line."""

    def __init__(self, why: Sentence) -> None:
        self.why = why


def read(
    regime: Regime, text: Iterable[str], today: date, went: Mapping[str, str | None]
) -> Iterator[tuple[int, Line | Refusal]]:
    """Each line's number with what it says, or why not. Raises Refused for a wrong first line.

    `went`: numbers of records that went, with those to which they lead, or None.
    """
    rows = csv.reader(text)
    line_of = Checks(regime, _header(next(rows, [])), today, went).line
    for cells in rows:
        if not cells:
            continue
        try:
            yield rows.line_num, line_of(cells)
        except Wrong as wrong:
            yield rows.line_num, Refusal(rows.line_num, wrong.why)


def _header(cells: list[str]) -> list[str]:
    found = [cell.strip().lower() for cell in cells]
    for name in NEEDED:
        if name not in found:
            raise Refused(Sentence("The first line names no column “{name}”.", name=name))
    for name in found:
        if name not in COLUMNS:
            raise Refused(Sentence("The first line names an unknown column “{name}”.", name=name))
        if found.count(name) > 1:
            raise Refused(Sentence("The first line names “{name}” twice.", name=name))
    return found


class Checks:
    """Checks lines of one file. What comes again and again is looked at once."""

    def __init__(
        self, regime: Regime, header: list[str], today: date, went: Mapping[str, str | None]
    ) -> None:
        self._went = went
        self._width = len(header)
        self._today = today.isoformat()
        # A cell that the file has no column for is looked up behind the last one, and is empty.
        places = {name: header.index(name) if name in header else -1 for name in COLUMNS}
        self._order = [places[name] for name in COLUMNS]
        self._digits = regime.office.educator_number_digits
        self._types = regime.certificate_types
        self._districts = _with_stripped_zeros(regime.districts)
        self._codes = _with_stripped_zeros(regime.endorsements)
        self._key = _kept(names.key)
        self._day = _kept(_day)
        self._lines_of = _kept(self._endorsements)

    def line(self, cells: list[str]) -> Line:
        """The line as rows. Raises Wrong."""
        if len(cells) != self._width:
            words = "The line has {found} cells, the first line has {wanted}."
            raise Wrong(Sentence(words, found=len(cells), wanted=self._width))
        cells.append("")
        said = [cells[at] for at in self._order]
        raw, first, last, born, others, district, year, months, *held = said
        number = self._number(raw)
        educator = (
            number, self._name(first), self._name(last), self._key(first), self._key(last),
            self._past(born), self._district(district), self._year(year), self._months(months),
        )  # fmt: skip
        also = tuple((number, name, self._key(name)) for name in self._names(others))
        line = Line(number, educator, also, *self._certificate(number, *held))
        return self._led(line) if number in self._went else line

    def _led(self, line: Line) -> Line:
        leads_to = self._went[line.number]
        if leads_to is None:
            raise Wrong(Sentence("The record {number} was removed.", number=line.number))
        return line.under(leads_to)

    def _number(self, raw: str) -> str:
        if len(raw) == self._digits and raw.isascii() and raw.isdigit():
            return raw
        number = educator_numbers.normalise(raw, self._digits)
        if number is None:
            words = "“{number}” is no educator number: it has {digits} digits."
            raise Wrong(Sentence(words, number=raw, digits=self._digits))
        return number

    def _name(self, name: str) -> str:
        if not self._key(name):
            raise Wrong(Sentence("A first or last name is missing."))
        if len(name) > NAME_AT_MOST or not name.isprintable():
            raise Wrong(Sentence("A name is too long, or has characters that cannot be printed."))
        return name.strip()

    def _names(self, names_of: str) -> list[str]:
        return [self._name(name) for name in names_of.split(";") if name.strip()]

    def _past(self, text: str) -> str:
        day = self._needed(text)
        if not "1900" < day <= self._today:
            raise Wrong(Sentence("The birth date {day} cannot be.", day=day))
        return day

    def _needed(self, text: str) -> str:
        day: str | None = self._day(text)
        if day is None:
            raise Wrong(Sentence("“{day}” is no day: write it as 2026-11-25.", day=text))
        return day

    def _district(self, key: str) -> str | None:
        found = self._districts.get(key.strip()) if key else None
        if key and found is None:
            raise Wrong(Sentence("No district has the key “{key}”.", key=key))
        return found

    def _year(self, year: str) -> str | None:
        if year and not (len(year) == 9 and year[:4].isdigit() and year[4] == "-"):
            raise Wrong(Sentence("“{year}” is no school year: write 2026-2027.", year=year))
        return year or None

    def _months(self, months: str) -> int:
        if months and not (months.isascii() and months.isdigit() and len(months) < 4):
            raise Wrong(Sentence("“{months}” is no number of months.", months=months))
        return int(months or 0)

    def _certificate(
        self, number: str, kind: str, issued: str, begins: str, ends: str, state: str, codes: str
    ) -> tuple[tuple[str, ...] | None, tuple[tuple[str, ...], ...]]:
        if not kind:
            if issued or begins or ends or state or codes:
                raise Wrong(Sentence("The certificate has no type."))
            return None, ()
        if kind not in self._types:
            raise Wrong(Sentence("No certificate is of the type “{type}”.", type=kind))
        if state and state not in STATES:
            raise Wrong(Sentence("No certificate is in the state “{state}”.", state=state))
        first, last = self._needed(begins), self._needed(ends)
        if last < first:
            raise Wrong(Sentence("The certificate ends before it begins."))
        certificate = (number, kind, self._needed(issued), first, last, state or "active")
        return certificate, tuple((number, kind, first, code) for code in self._lines_of(codes))

    def _endorsements(self, text: str) -> tuple[str, ...]:
        codes = [code.strip() for code in text.split(";") if code.strip()]
        for code in codes:
            if code not in self._codes:
                raise Wrong(Sentence("No endorsement has the code “{code}”.", code=code))
        return tuple(dict.fromkeys(self._codes[code] for code in codes))


def _with_stripped_zeros(codes: Iterable[str]) -> dict[str, str]:
    """Each code by itself, and by what a spreadsheet makes of it, where that is no other's."""
    whole = {code: code for code in codes}
    return {code.lstrip("0"): code for code in whole} | whole


def _kept(of: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same function, asked once for each text; forgets when there are too many."""
    known: dict[str, Any] = {}

    def get(text: str) -> Any:
        try:
            return known[text]
        except KeyError:
            if len(known) > 200_000:
                known.clear()
            known[text] = found = of(text)
            return found

    return get


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return None
