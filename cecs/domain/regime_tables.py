"""Reads the tables of a regime row by row, and keeps every fault with its file and line."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cecs.domain.sentences import Cents

BASES = frozenset({"sourced", "derived", "inferred", "unsourced"})


@dataclass(frozen=True)
class Row:
    """One line of a table. A cell that cannot be read adds a fault and gives a harmless value."""

    file: str
    line: int
    cells: dict[str, str]
    faults: list[str]

    def fault(self, what: str) -> None:
        """Keep what is wrong with this line."""
        self.faults.append(f"{self.file}:{self.line}: {what}")

    def text(self, column: str) -> str:
        """The cell as it stands; may be empty."""
        return self.cells[column].strip()

    def required(self, column: str) -> str:
        """The cell, which must not be empty."""
        if not self.text(column):
            self.fault(f"{column} is empty")
        return self.text(column)

    def parts(self, column: str) -> tuple[str, ...]:
        """The codes of a cell that lists several, parted by |."""
        return tuple(part for part in self.text(column).split("|") if part)

    def choice(self, column: str, choices: Collection[str]) -> str:
        """One of the words that the column knows."""
        if self.text(column) not in choices:
            self.fault(
                f"{column} is {self.text(column)!r}, not one of {', '.join(sorted(choices))}"
            )
        return self.text(column)

    def whole(self, column: str) -> int | None:
        """A whole number of nought or more; None where empty."""
        text = self.text(column)
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            self.fault(f"{column} is {text!r}, not a whole number")
            return None
        return int(text)

    def day(self, column: str) -> date | None:
        """An ISO date; None where empty."""
        text = self.text(column)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.fault(f"{column} is {text!r}, not a date such as 2025-07-01")
            return None

    def cents(self, column: str) -> Cents | None:
        """Dollars and cents such as 50.00; None where empty, which means that it is not known."""
        text = self.text(column)
        if not text:
            return None
        try:
            hundredths = Decimal(text) * 100
        except InvalidOperation:
            hundredths = Decimal("NaN")
        if not hundredths.is_finite() or hundredths < 0 or hundredths != int(hundredths):
            self.fault(f"{column} is {text!r}, not an amount such as 50.00")
            return None
        return Cents(hundredths)


@dataclass(frozen=True)
class Period:
    """The days on which a row is in force, both ends included; an open end is None."""

    start: date | None
    end: date | None

    def __contains__(self, day: date) -> bool:
        return (self.start or date.min) <= day <= (self.end or date.max)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both."""
        return (self.start or date.min) <= (other.end or date.max) and (
            other.start or date.min
        ) <= (self.end or date.max)


def rows(folder: Path, file: str, columns: str, faults: list[str]) -> Iterator[Row]:
    """The rows of one table, whose heading is `columns`, parted by spaces.

    A missing file or another heading is a fault, and gives no rows.
    """
    try:
        text = (folder / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"{file}:1: cannot be read: {error}")
        return
    reader = csv.DictReader(text.splitlines(), strict=True)
    if list(reader.fieldnames or ()) != columns.split():
        faults.append(f"{file}:1: the columns must be {','.join(columns.split())}")
        return
    try:
        for cells in reader:
            if None in cells or None in cells.values():
                faults.append(f"{file}:{reader.line_num}: the number of cells is not the heading's")
            else:
                yield Row(file, reader.line_num, cells, faults)
    except csv.Error as error:
        faults.append(f"{file}:{reader.reader.line_num}: {error}")


def period(row: Row) -> Period:
    """The row's days in force; an end before the start is a fault."""
    found = Period(row.day("effective_from"), row.day("effective_to"))
    if found.start and found.end and found.end < found.start:
        row.fault("effective_to is before effective_from")
    return found


def check_basis(row: Row) -> None:
    """Every fact says what it rests on; a sourced one names its source."""
    if row.choice("basis", BASES) == "sourced" and not row.text("source"):
        row.fault("the source is missing")
