"""The lines of a file to import: read, checked, each no with its line and a sentence.

They are checked a column at a time: a day, a name or a code that comes again and again is looked
at once, and no line costs more than its cells' look-ups.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, dropwhile, islice, repeat
from operator import attrgetter, lt, ne
from typing import Any

from cecs.domain import educator_numbers, names
from cecs.domain.certificates import CertificateState
from cecs.domain.regime import Regime
from cecs.domain.sentences import Sentence
from cecs.services.refused import Refused

NEEDED = ("number", "first_name", "last_name", "birth_date")
NAMES = ("first_name", "last_name")
OF_EDUCATOR = (*NEEDED, "district", "school_year", "school_months")
OF_CERTIFICATE = ("type", "issued_on", "valid_from", "expires_on", "state", "endorsements")
COLUMNS = (
    *NEEDED, "other_last_names", "district", "school_year", "school_months", *OF_CERTIFICATE,
)  # fmt: skip
STATES = frozenset(state.value for state in CertificateState)
NAME_AT_MOST = 100
SIDE_BY_SIDE = 250  # lines whose columns are looked at together; more leave the CPU's cache
KNOWN_AT_MOST = 100_000  # texts of one column

FIRST = 2  # the line after the names of columns
LINE_NUMBER = attrgetter("line_num")

Row = tuple[str, ...]
Line = tuple[list[str], int]  # cells, and the line's number


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not imported, and why. The file's first line is line 1."""

    line: int
    why: Sentence


@dataclass(frozen=True, slots=True)
class Checked:
    """Some lines as rows for the staging tables: all text, empty where nothing is known."""

    line: int  # the last one
    taken: int  # lines that said something right
    refused: list[Refusal]
    educators: list[Row]
    names: list[Row]  # number, last name, its key
    certificates: list[Row]


class Wrong(Exception):
    """Says what is wrong with one cell."""

    def __init__(self, why: Sentence) -> None:
        self.why = why


def read(
    regime: Regime,
    text: Iterable[str],
    today: date,
    went: Mapping[str, str | None],
    from_line: int = FIRST,
) -> Iterator[Checked]:
    """All lines from that one on, some at a time. Raises Refused for a wrong first line.

    `went`: numbers of records that went, with those to which they lead, or None.
    """
    rows = csv.reader(text)
    checks = Checks(regime, _header(next(rows, [])), today, went)
    numbered: Iterator[Line] = zip(rows, map(LINE_NUMBER, repeat(rows)))  # noqa: B905
    if from_line > FIRST:
        numbered = dropwhile(lambda line: line[1] < from_line, numbered)
    while some := list(islice(numbered, SIDE_BY_SIDE)):
        yield checks.checked(some)


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


class Kept(dict[str, Any]):
    """What a check makes of each text, asked once for each; what it refuses is in `wrong`."""

    def __init__(self, check: Callable[[str], Any]) -> None:
        self._check = check
        self.wrong: dict[str, Sentence] = {}

    def __missing__(self, text: str) -> Any:
        if len(self) > KNOWN_AT_MOST:
            self.clear()
        try:
            self[text] = found = self._check(text)
        except Wrong as wrong:
            self.wrong[text] = wrong.why
            return ""
        return found


class Checks:
    """Checks lines of one file, column by column."""

    def __init__(
        self, regime: Regime, header: list[str], today: date, went: Mapping[str, str | None]
    ) -> None:
        self._went = went
        self._header = header
        self._today = today.isoformat()
        self._digits = regime.office.educator_number_digits
        self._types = regime.certificate_types
        self._districts = _with_stripped_zeros(regime.districts)
        self._codes = _with_stripped_zeros(regime.endorsements)
        checks = (
            self._number, _name, _name, self._past, _names, self._district, _year, _months,
            self._type, _day, _day, _day, _state, self._endorsements,
        )  # fmt: skip
        self._of = {name: Kept(check) for name, check in zip(COLUMNS, checks, strict=True)}

    def checked(self, lines: Sequence[Line]) -> Checked:
        """What these say, each with its number."""
        rows: Sequence[list[str]]
        numbers: Sequence[int]
        rows, numbers = zip(*lines, strict=True)
        refused: list[Refusal] = []
        if set(map(len, rows)) != {len(self._header)}:
            refused, rows, numbers = self._of_other_widths(lines)
        cells: dict[str, Sequence[str]] = dict.fromkeys(COLUMNS, [""] * len(rows))
        cells.update(zip(self._header, zip(*rows, strict=True), strict=False))
        made = {name: self._made(name, cells[name]) for name in COLUMNS}
        whys = self._whys(cells, made)
        if whys:
            refused += [Refusal(numbers[at], why) for at, why in whys.items()]
            right = [at not in whys for at in range(len(rows))]
            made = {name: list(compress(made[name], right)) for name in COLUMNS}
        taken, educators = len(made["number"]), self._educators(made)
        if self._lead_elsewhere(made["number"]):
            # A merged record's names and certificates are those of the one that took its place.
            made["number"] = [self._went.get(number) or number for number in made["number"]]
        return Checked(
            lines[-1][1], taken, sorted(refused, key=lambda each: each.line),
            educators, self._others(made), _certificates(made),
        )  # fmt: skip

    def _of_other_widths(
        self, lines: Sequence[Line]
    ) -> tuple[list[Refusal], Sequence[list[str]], Sequence[int]]:
        """Refuses lines with more or fewer cells than the first; gives the others apart."""
        width = len(self._header)
        words = "The line has {found} cells, the first line has {wanted}."
        refused = [
            Refusal(number, Sentence(words, found=len(cells), wanted=width))
            for cells, number in lines
            if cells and len(cells) != width
        ]
        kept = [line for line in lines if len(line[0]) == width]
        return refused, [cells for cells, _ in kept], [number for _, number in kept]

    def _lead_elsewhere(self, numbers: Iterable[str]) -> bool:
        """Whether any of these is of a record that went."""
        return bool(self._went) and not self._went.keys().isdisjoint(numbers)

    def _made(self, name: str, texts: Sequence[str]) -> Sequence[str]:
        if name not in self._header:
            return [self._of[name][""]] * len(texts)
        if name == "number" and self._are_numbers(texts):
            return texts
        if name in NAMES:
            return _plain_or(self._of[name], texts)
        return list(map(self._of[name].__getitem__, texts))

    def _are_numbers(self, texts: Sequence[str]) -> bool:
        """Whether all are as they should be; no two are alike, so that keeping them is no use."""
        digits = "".join(texts)
        return set(map(len, texts)) == {self._digits} and digits.isascii() and digits.isdigit()

    def _educators(self, made: Mapping[str, Sequence[str]]) -> list[Row]:
        """One row each where lines about one stand side by side: of those the last counts.

        None of records that went.
        """
        numbers = made["number"]
        is_last = [*map(ne, numbers, islice(numbers, 1, None)), True]
        if self._lead_elsewhere(numbers):
            is_last = [
                last and number not in self._went
                for last, number in zip(is_last, numbers, strict=False)
            ]
        once = {name: list(compress(made[name], is_last)) for name in OF_EDUCATOR}
        keys = (map(names.key, once[name]) for name in NAMES)
        number, first, last, *others = once.values()
        return list(zip(number, first, last, *keys, *others, strict=True))

    def _others(self, made: Mapping[str, Sequence[str]]) -> list[Row]:
        others = made["other_last_names"]
        if not any(others):
            return []
        those = zip(made["number"], others, strict=True)
        parted = ((number, name) for number, text in those for name in text.split(";") if name)
        return [(number, name, names.key(name)) for number, name in parted]

    def _whys(
        self, cells: Mapping[str, Sequence[str]], made: Mapping[str, Sequence[str]]
    ) -> dict[int, Sentence]:
        """What is wrong, by the place of the line; of several the first."""
        found: dict[int, Sentence] = {}
        for name in COLUMNS:
            if wrong := self._of[name].wrong:
                for at, text in enumerate(cells[name]):
                    if text in wrong:
                        found.setdefault(at, wrong[text])
                wrong.clear()
        for at, why in _of_certificates([cells[name] for name in OF_CERTIFICATE], made):
            found.setdefault(at, why)
        for at, why in self._of_removed(made["number"]):
            found.setdefault(at, why)
        return found

    def _of_removed(self, numbers: Sequence[str]) -> Iterator[tuple[int, Sentence]]:
        if self._lead_elsewhere(numbers):
            for at, number in enumerate(numbers):
                if self._went.get(number, "") is None:
                    yield at, Sentence("The record {number} was removed.", number=number)

    def _number(self, raw: str) -> str:
        number = educator_numbers.normalise(raw, self._digits)
        if number is None:
            words = "“{number}” is no educator number: it has {digits} digits."
            raise Wrong(Sentence(words, number=raw, digits=self._digits))
        return number

    def _past(self, text: str) -> str:
        day = _day(text)
        if not day:
            raise Wrong(_no_day(text))
        if not "1900" < day <= self._today:
            raise Wrong(Sentence("The birth date {day} cannot be.", day=day))
        return day

    def _district(self, key: str) -> str:
        found = self._districts.get(key.strip(), "") if key else ""
        if key and not found:
            raise Wrong(Sentence("No district has the key “{key}”.", key=key))
        return found

    def _type(self, code: str) -> str:
        if code and code not in self._types:
            raise Wrong(Sentence("No certificate is of the type “{type}”.", type=code))
        return code

    def _endorsements(self, text: str) -> str:
        codes = [code.strip() for code in text.split(";") if code.strip()]
        for code in codes:
            if code not in self._codes:
                raise Wrong(Sentence("No endorsement has the code “{code}”.", code=code))
        return ";".join(dict.fromkeys(self._codes[code] for code in codes))


def _plain_or(checked: Kept, names_of: Sequence[str]) -> list[str]:
    """Most names are plain letters, which is seen sooner than what is kept of one is found."""
    return [
        name if name.isascii() and name.isalnum() and len(name) < NAME_AT_MOST else checked[name]
        for name in names_of
    ]


def _certificates(made: Mapping[str, Sequence[str]]) -> list[Row]:
    kinds = made["type"]
    rows = zip(made["number"], *(made[name] for name in OF_CERTIFICATE), strict=True)
    return list(compress(rows, kinds) if "" in kinds else rows)


def _of_certificates(
    cells: Sequence[Sequence[str]], made: Mapping[str, Sequence[str]]
) -> Iterator[tuple[int, Sentence]]:
    """What no cell tells by itself. Lines are looked at one by one only if there is a reason."""
    begins, ends = made["valid_from"], made["expires_on"]
    if not all(all(made[name]) for name in ("type", "issued_on", "valid_from", "expires_on")):
        for at, (kind, *rest) in enumerate(zip(*cells, strict=True)):
            if kind and not all(rest[:3]):
                yield at, _no_day("")
            if not kind and any(rest):
                yield at, Sentence("The certificate has no type.")
    if any(map(lt, ends, begins)):
        for at, (first, last) in enumerate(zip(begins, ends, strict=True)):
            if last < first:
                yield at, Sentence("The certificate ends before it begins.")


def _name(text: str) -> str:
    name = text.strip()
    if not names.key(name):
        raise Wrong(Sentence("A first or last name is missing."))
    if len(text) > NAME_AT_MOST or not text.isprintable():
        raise Wrong(Sentence("A name is too long, or has characters that cannot be printed."))
    return name


def _names(text: str) -> str:
    return ";".join(_name(name) for name in text.split(";") if name.strip())


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Wrong(_no_day(text)) from None


def _no_day(text: str) -> Sentence:
    return Sentence("“{day}” is no day: write it as 2026-11-25.", day=text)


def _year(year: str) -> str:
    if year and not (len(year) == 9 and year[:4].isdigit() and year[4] == "-"):
        raise Wrong(Sentence("“{year}” is no school year: write 2026-2027.", year=year))
    return year


def _months(months: str) -> str:
    if months and not (months.isascii() and months.isdigit() and len(months) < 4):
        raise Wrong(Sentence("“{months}” is no number of months.", months=months))
    return str(int(months or 0))


def _state(state: str) -> str:
    if state and state not in STATES:
        raise Wrong(Sentence("No certificate is in the state “{state}”.", state=state))
    return state or "active"


def _with_stripped_zeros(codes: Iterable[str]) -> dict[str, str]:
    """Each code by itself, and by what a spreadsheet makes of it, where that is no other's."""
    whole = {code: code for code in codes}
    return {code.lstrip("0"): code for code in whole} | whole
