"""Is this person certified? What anyone may ask, and no more than anyone may know.

Answers come from the read model, one row an educator. A name is looked for as it was typed, then
as its beginning; only where that finds nobody is a slip forgiven, and the answer says which.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from cecs.desk import Desk
from cecs.domain import lookup as rules
from cecs.domain import names
from cecs.domain.certificates import Standing
from cecs.domain.regime import CertificateType, Endorsement
from cecs.extensions import db
from cecs.services.transactions import Gone

AT_MOST = 25
AFTER_ALL_LETTERS = "\uffff"
# A rare first name under a short, common last name is looked for among so many entries.
BUDGET = 2000
SYNONYMS = Path(__file__).resolve().parents[1] / "wordlists" / "first_names.txt"


class How(StrEnum):
    """How a name fits what was typed."""

    AS_TYPED = "as_typed"  # the name, or its beginning
    FORMER = "former"  # a former last name, which is not told
    PART = "part"  # a part of the last name
    SYNONYM = "synonym"  # another form of the first name
    SWAPPED = "swapped"  # first and last name changed places
    SIMILAR = "similar"  # one letter is different


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wants to know. Names may be beginnings; all that is given must fit.

    `after` is the public id of the last one seen, to go on from there.
    """

    last_name: str = ""
    first_name: str = ""
    number: str = ""  # the educator number, digits only
    district: str = ""  # the key of a district
    active_only: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """A certificate as everyone may see it; `verify` is the code that finds it again."""

    verify: str
    type: CertificateType
    endorsements: tuple[Endorsement, ...]
    issued_on: date
    expires_on: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class Listed:
    """An educator as everyone may see one: no number, birth date or address to give away."""

    public_id: str
    first_name: str
    last_name: str
    district: str | None  # its name, with the school year for which it reported
    school_year: str | None
    certificates: tuple[ListedCertificate, ...]
    how: How = How.AS_TYPED


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was found, whether there were more than we show, and when that was true.

    `searched_all` is False where a rare name was not looked for to the end: narrow the search.
    """

    found: tuple[Listed, ...]
    more: bool
    at: datetime
    searched_all: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as the database gives it; `finished` holds from and until those legal days."""

    last_key: str
    first_key: str
    educator_id: int
    public_id: str
    facts: str
    finished: str
    finished_from: date
    finished_until: date | None
    how: How = How.AS_TYPED

    def words(self, desk: Desk, today: date) -> str:
        """The educator as JSON, right on that day: as it lies there, or worded anew."""
        until = self.finished_until
        if self.finished_from <= today and (until is None or today <= until):
            return self.finished
        known = rules.unpacked(json.loads(self.facts))
        worded = rules.worded(desk.regime, self.public_id, known, today)
        return json.dumps(worded, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that fit, at most 25, in the order of names."""

    rows: tuple[Row, ...]
    more: bool
    searched_all: bool


def search(desk: Desk, asked: Asked) -> Answer:
    """Active records that fit, by name, at most 25. Something to look for must be given."""
    at, today = desk.now(), desk.today()
    found = find(desk, asked)
    listed = tuple(_listed(desk, row, today) for row in found.rows)
    return Answer(listed, found.more, at, found.searched_all)


def find(desk: Desk, asked: Asked) -> Found:
    """The entries that fit, as they lie there: for those who want their JSON."""
    last, first = names.key(asked.last_name), names.key(asked.first_name)
    if asked.number:
        return Found(tuple(_by_number(asked, last, first)), False, True)
    if not last:
        return Found((), False, True)
    start = _start(asked.after)
    filters = _filters(desk, asked)
    rows, searched_all = _walk(last, first, start, filters)
    if asked.after or len(rows) > AT_MOST:
        return Found(tuple(rows[:AT_MOST]), len(rows) > AT_MOST, searched_all)
    rows += _under_other_names(last, first, filters, {row.educator_id for row in rows})
    if not rows:
        rows = _forgiven(last, first, filters)
    return Found(tuple(rows[:AT_MOST]), len(rows) > AT_MOST, searched_all)


def educator(desk: Desk, public_id: str) -> Row:
    """The entry of a public id. Raises Gone."""
    for row in _rows("WHERE public_id = :id", {"id": public_id}, 1):
        return row
    raise Gone("no such educator")


def by_code(desk: Desk, code: str) -> Row:
    """The entry whose certificate has this code. Raises Gone."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    where = "WHERE educator_id = (SELECT educator_id FROM lookup_code WHERE code = :code)"
    for row in _rows(where, {"code": plain[:20]}, 1):
        return row
    raise Gone("no such certificate")


def listed(desk: Desk, row: Row) -> Listed:
    """An entry as a page shows it, with the words of today."""
    return _listed(desk, row, desk.today())


@dataclass(frozen=True, slots=True)
class _Filters:
    """What narrows beside the name: SQL and its values."""

    sql: str
    values: Mapping[str, Any]


NO_FILTERS = _Filters("", {})
Start = tuple[str, str, int] | None


def _filters(desk: Desk, asked: Asked) -> _Filters:
    sql, values = "", dict[str, Any]()
    if asked.district:
        sql, values["district"] = " AND district_code = :district", asked.district
    if asked.active_only:
        sql += " AND active_until >= :today"
        values["today"] = desk.today().isoformat()
    return _Filters(sql, values)


def _start(after: str) -> Start:
    """Where the entry of that public id stands; None for none, and for ids that are not there."""
    if not after:
        return None
    for row in _rows("WHERE public_id = :id", {"id": after}, 1):
        return row.last_key, row.first_key, row.educator_id
    return None


def _walk(
    last: str, first: str, start: Start, filters: _Filters, exact: bool = False
) -> tuple[list[Row], bool]:
    """Along the names that begin like this, one more than we show; False: not to the end."""
    values = {"last": last, "end": last + AFTER_ALL_LETTERS, **filters.values}
    where = "WHERE last_key = :last" if exact else "WHERE last_key >= :last AND last_key < :end"
    if start is not None:
        where += " AND (last_key, first_key, educator_id) > (:last_, :first_, :id_)"
        values |= {"last_": start[0], "first_": start[1], "id_": start[2]}
    where += filters.sql
    order = " ORDER BY last_key, first_key, educator_id"
    if not first:
        return list(_rows(where + order, values, AT_MOST + 1)), True
    wanted = {"first": first, "first_end": first + AFTER_ALL_LETTERS}
    among = " AND first_key >= :first AND first_key < :first_end"
    # All of one surname are side by side, so that the index serves the first name, too.
    exactly = where.replace("last_key >= :last AND last_key < :end", "last_key = :last")
    rows = list(_rows(exactly + among + order, values | wanted, AT_MOST + 1))
    if exact or len(rows) > AT_MOST:
        return rows, True
    longer = where.replace("last_key >= :last", "last_key > :last")
    seen = 0
    for row in _rows(longer + order, values, BUDGET):
        seen += 1
        if row.first_key.startswith(first):
            rows.append(row)
            if len(rows) > AT_MOST:
                break
    return rows, seen < BUDGET or len(rows) > AT_MOST


def _under_other_names(last: str, first: str, filters: _Filters, known: set[int]) -> list[Row]:
    """Those found under a former last name or a part of theirs."""
    values = {
        "alias": last, "alias_end": last + AFTER_ALL_LETTERS, "first": first,
        "first_end": first + AFTER_ALL_LETTERS, **filters.values,
    }  # fmt: skip
    of = "SELECT educator_id, max(is_former) AS former FROM lookup_alias"
    if db.engine.dialect.name == "postgresql":
        of = of.replace("max(is_former)", "max(CASE WHEN is_former THEN 1 ELSE 0 END)")
    of += " WHERE alias_key >= :alias AND alias_key < :alias_end"
    if first:
        of += " AND first_key >= :first AND first_key < :first_end"
    of += f" GROUP BY educator_id LIMIT {2 * AT_MOST}"
    found = []
    for id, former in _execute(of, values):
        if id not in known:
            how = How.FORMER if former else How.PART
            where, narrowed = f"WHERE educator_id = :id{filters.sql}", {"id": id, **filters.values}
            found += [replace(row, how=how) for row in _rows(where, narrowed, 1)]
    return sorted(found, key=lambda row: (row.last_key, row.first_key, row.educator_id))


def _forgiven(last: str, first: str, filters: _Filters) -> list[Row]:
    """The first forgiveness that finds somebody."""
    tries: list[tuple[How, Callable[[], Iterator[tuple[str, str, bool]]]]] = [
        (How.SYNONYM, lambda: _synonymous(last, first)),
        (How.SWAPPED, lambda: iter([(first, last, False)] if first else [])),
        (How.SIMILAR, lambda: _similar(last, first)),
    ]
    for how, ways in tries:
        rows: list[Row] = []
        for as_last, as_first, exact in ways():
            found, _ = _walk(as_last, as_first, None, filters, exact)
            rows += [replace(row, how=how) for row in found]
            if len(rows) > AT_MOST:
                break
        if rows:
            return rows
    return []


def _synonymous(last: str, first: str) -> Iterator[tuple[str, str, bool]]:
    for other in synonyms().get(first, ()):
        yield last, other, False


def _similar(last: str, first: str) -> Iterator[tuple[str, str, bool]]:
    """Surnames that one typing error parts from what was typed."""
    if len(last) < 3:
        return
    pieces = sorted(rules.pieces(last))
    marks = ", ".join(f":p{number}" for number in range(len(pieces)))
    sql = f"SELECT DISTINCT last_key FROM lookup_surname WHERE piece IN ({marks})"
    values = {f"p{number}": piece for number, piece in enumerate(pieces)}
    for (surname,) in _execute(sql, values):
        if surname != last and rules.one_error_apart(last, surname):
            yield surname, first, True


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """For each first name, other forms of it, from lines that list forms of one name."""
    found: dict[str, set[str]] = {}
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        forms = [names.key(form) for form in line.split("#")[0].split()]
        for form in forms:
            found.setdefault(form, set()).update(set(forms) - {form})
    return {form: tuple(sorted(others)) for form, others in found.items()}


def _by_number(asked: Asked, last: str, first: str) -> Iterator[Row]:
    """The one of that number, if the names that were given, too, are theirs."""
    values = {"number": asked.number, "district": asked.district}
    narrowed = " AND district_code = :district" if asked.district else ""
    for row in _rows(f"WHERE number = :number{narrowed}", values, 1):
        if row.last_key.startswith(last) and row.first_key.startswith(first):
            yield row


COLUMNS = (
    "last_key, first_key, educator_id, public_id, facts, finished, finished_from, finished_until"
)


def _rows(where: str, values: Mapping[str, Any], at_most: int) -> Iterator[Row]:
    sql = f"SELECT {COLUMNS} FROM lookup_entry {where} LIMIT {at_most}"
    for last, first, id, public_id, facts, finished, begins, ends in _execute(sql, values):
        until = _day(ends) if ends else None
        yield Row(last, first, id, public_id, facts, finished, _day(begins), until)


def _execute(sql: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """Straight to the driver: the statement is the same each time, so nothing need compile it."""
    if db.engine.dialect.name == "postgresql":
        sql = _for_psycopg(sql)
    return db.session.connection().exec_driver_sql(sql, dict(values)).fetchall()


@cache
def _for_psycopg(sql: str) -> str:
    return re.sub(r":(\w+)", r"%(\1)s", sql)


def _day(kept: str | date) -> date:
    """SQLite keeps days as text."""
    return kept if isinstance(kept, date) else date.fromisoformat(kept)


def _listed(desk: Desk, row: Row, today: date) -> Listed:
    known = rules.unpacked(json.loads(row.facts))
    district = desk.regime.districts.get(known.district or "")
    return Listed(
        public_id=row.public_id,
        first_name=known.first_name,
        last_name=known.last_name,
        district=district.name if district else None,
        school_year=known.school_year,
        certificates=tuple(_certificate(desk, each, today) for each in known.certificates),
        how=row.how,
    )


def _certificate(desk: Desk, each: rules.ShownCertificate, today: date) -> ListedCertificate:
    regime, facts = desk.regime, each.facts
    assert facts.expires_on is not None
    return ListedCertificate(
        verify=each.verify,
        type=regime.certificate_types[facts.type_code],
        endorsements=tuple(regime.endorsements[code] for code in facts.endorsements),
        issued_on=facts.issued_on,
        expires_on=facts.expires_on,
        standing=each.standing(today),
    )
