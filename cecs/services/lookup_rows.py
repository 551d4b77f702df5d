"""Along the lookup's read model: rows by name, never many more than a page shows.

Which index serves is said here, not left to the planner: a wrong one reads the whole registry.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

from cecs.desk import Desk
from cecs.domain import lookup as rules
from cecs.domain.lookup import How
from cecs.gateways import entry_writer
from cecs.gateways.reader import Reader

AT_MOST = 20
# So many different first names of one beginning are each looked for; of more, and of which one
# is rare under the beginning of a last name, so many entries are looked through.
FIRST_NAMES, BUDGET = 12, 2000
AFTER_DOT, AFTER_ALL_LETTERS = "/", "\U0010ffff"
ENTRIES, ENDORSEMENTS = "lookup_entry", "lookup_endorsement"
# Places that begin as asked, behind the last one seen; what is only a beginning is no place.
WITHIN = "place > :from AND place < :end"
# Where each form lies finished; others are written as they are read.
FINISHED = {entry_writer.JSON: "listed", "en": "page"}
HOLDS = "edition = :edition AND finished_from <= :today AND finished_until >= :today"
FIRST_NAME = " AND first_key >= :first AND first_key < :first_end"
# From one to the next along the index, so that it does not matter how many bear a name.
OF_FIRST_NAME = f"""WITH RECURSIVE known(name) AS (
 SELECT min(first_key) FROM lookup_entry WHERE true{FIRST_NAME} UNION ALL SELECT (
 SELECT min(first_key) FROM lookup_entry WHERE first_key > name AND first_key < :first_end)
 FROM known WHERE name IS NOT NULL)
SELECT name FROM known WHERE name IS NOT NULL LIMIT {FIRST_NAMES + 1}"""


Found = tuple[str, bytes | None, str | None]  # a Row, before it is called one


class Row(NamedTuple):
    """An entry as the database gives it: few columns, for each is made anew for each entry.

    `words` is what lies finished of it, None where that is not right on the day of the question.
    """

    place: str  # in the order of names: last name, first name and public id, with dots between
    words: bytes | None
    otherwise: str | None  # the How of a name that fits, but for those that only begin as typed

    @property
    def last_key(self) -> str:
        """The last name as it is sorted."""
        return self.place.split(".")[0]

    @property
    def first_key(self) -> str:
        """The first name as it is sorted."""
        return self.place.split(".")[1]

    @property
    def public_id(self) -> str:
        """The id by which everyone may name the educator."""
        return self.place.split(".")[2]

    @property
    def how(self) -> str:
        """How the name fits: a How."""
        return self.otherwise or How.BEGINNING


AS_ROW: Callable[[Iterable[Any]], Row] = partial(tuple.__new__, Row)  # `Row._make`, but sooner


@dataclass(frozen=True)
class Wanted:
    """What is wanted beside a name: in which form, and of whom.

    What lies finished is right if that edition of our words wrote it for that legal day.
    `endorsement`: of the district's educators, those who hold it. `is_active`: a certificate
    serves that day; with an endorsement, one that carries it.
    """

    form: str
    edition: str
    today: str  # ISO 8601
    district: str = ""
    endorsement: str = ""
    is_active: bool = False

    @cached_property
    def columns(self) -> str:
        """What an entry is read as."""
        finished = FINISHED.get(self.form)
        words = f"CASE WHEN {HOLDS} THEN {finished} END" if finished else "NULL"
        return f"place, {words}, NULL"

    @cached_property
    def sql(self) -> str:
        """Conditions, to follow those on the name."""
        table = ENDORSEMENTS if self.endorsement else ENTRIES
        sql = f" AND {table}.district_code = :district" if self.district else ""
        sql += f" AND {table}.code = :endorsement" if self.endorsement else ""
        return sql + (f" AND {table}.active_until >= :today" if self.is_active else "")

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the conditions name."""
        return {
            "edition": self.edition, "today": self.today,
            "district": self.district, "endorsement": self.endorsement,
        }  # fmt: skip

    def by_name(self, reader: Reader) -> str:
        """Where a walk along names goes: a district's are few, and lie side by side."""
        if self.endorsement:
            return _joined(reader, ENDORSEMENTS, ENTRIES)
        return ENTRIES + (_served_by(reader, "ix_lookup_entry_district") if self.district else "")

    def one_by_one(self, reader: Reader) -> str:
        """Where entries are that are known by a number or an id."""
        return _joined(reader, ENTRIES, ENDORSEMENTS) if self.endorsement else ENTRIES


# Most want alike, beside the name; what it says is put together once.
wanted_of = lru_cache(1000)(Wanted)


def rows(
    reader: Reader,
    where: str,
    values: Mapping[str, Any],
    at_most: int,
    wanted: Wanted,
    tables: str = ENTRIES,
) -> list[Found]:
    """Entries in the form that is wanted; `values` holds what is named beside those of `wanted`."""
    sql = f"SELECT {wanted.columns} FROM {tables} {where} LIMIT {at_most}"
    return reader.rows(sql, values)


def written(desk: Desk, found: Sequence[Found], form: str, today: date) -> Sequence[Found]:
    """Entries with their words, right on that day: as they lie finished, or written anew."""
    unfinished = [row for row in found if row[1] is None]
    if not unfinished:
        return found
    known = facts(desk.reader, map(AS_ROW, unfinished))
    return [
        row._replace(words=desk.writer.listed(form, row.public_id, known[row.public_id], today))
        if row.words is None
        else row
        for row in map(AS_ROW, found)
        if row.words or row.public_id in known  # else it left between two statements
    ]


def facts(reader: Reader, found: Iterable[Row]) -> dict[str, rules.ShownEducator]:
    """What is known of each, by public id, without words."""
    ids = {f"id{at}": row.public_id for at, row in enumerate(found)}
    marks = ", ".join(f":{name}" for name in ids)
    sql = f"SELECT public_id, facts FROM lookup_entry WHERE public_id IN ({marks})"
    return {id: rules.unpacked(json.loads(kept)) for id, kept in reader.rows(sql, ids)}


def of_surname(reader: Reader, last: str, first: str, start: str, wanted: Wanted) -> list[Found]:
    """Those of exactly this last name, one more than we show."""
    return _along(reader, _values(wanted, f"{last}.{first}", start=start), wanted)


def beginning(
    reader: Reader, last: str, first: str, start: str, wanted: Wanted
) -> tuple[list[Found], bool]:
    """Those whose names begin like this, one more than we show; False: not looked to the end.

    `start` is the place of the last one seen, if any. No last name: all whom the district and the
    endorsement that are wanted leave.
    """
    if not first or wanted.district:
        values = _values(wanted, last, first, start)
        return _along(reader, values, wanted, FIRST_NAME if first else ""), True
    # All of one surname are side by side, so that its order serves the first name, too.
    found = of_surname(reader, last, first, start, wanted)
    if len(found) > AT_MOST:
        return found, True
    values = _values(wanted, last, first, max(start, last + AFTER_DOT))  # behind it
    names = _few_first_names(reader, values)
    if names is not None:
        return found + _of_first_names(reader, names, values, wanted), True
    return _within_budget(reader, found, values, wanted)


def _few_first_names(reader: Reader, values: Mapping[str, Any]) -> list[str] | None:
    """The first names that begin like this; None where they are too many to look for each."""
    names = [name for (name,) in reader.rows(OF_FIRST_NAME, values)]
    return names if len(names) <= FIRST_NAMES else None


def _of_first_names(
    reader: Reader, names: Iterable[str], values: Mapping[str, Any], wanted: Wanted
) -> list[Found]:
    """Those of each first name, in order; then all in order."""
    where = f"WHERE first_key = :name AND {WITHIN}{wanted.sql} ORDER BY place"
    tables = ENTRIES + _served_by(reader, "ix_lookup_entry_first")
    found: list[Found] = []
    for name in names:
        found += rows(reader, where, {**values, "name": name}, AT_MOST + 1, wanted, tables)
    return sorted(found)[: AT_MOST + 1]


def _along(
    reader: Reader, values: Mapping[str, Any], wanted: Wanted, among: str = ""
) -> list[Found]:
    """By name, one more than we show."""
    where = f"WHERE {WITHIN}{wanted.sql}{among} ORDER BY place"
    return rows(reader, where, values, AT_MOST + 1, wanted, wanted.by_name(reader))


def _within_budget(
    reader: Reader, found: list[Found], values: Mapping[str, Any], wanted: Wanted
) -> tuple[list[Found], bool]:
    """Adds those that are among the next entries by name; a frequent name is there soon."""
    among = f"WHERE {WITHIN}{wanted.sql} ORDER BY place"
    next_ones = f"SELECT place, first_key FROM lookup_entry {among}"
    fitting = f"SELECT place FROM ({next_ones} LIMIT {BUDGET}) AS n WHERE true{FIRST_NAME}"
    where = f"WHERE place IN ({fitting} LIMIT {AT_MOST + 1}) ORDER BY place"
    found = found + rows(reader, where, values, AT_MOST + 1, wanted)
    return found, len(found) > AT_MOST or _count(reader, next_ones, values) < BUDGET


def under_other_names(
    reader: Reader, last: str, first: str, wanted: Wanted
) -> tuple[list[Found], bool]:
    """Those found under a former last name or a part of theirs; False: not looked to the end.

    None whose last name begins like this: they are found as it was typed.
    """
    values = _values(wanted, last, first)
    few = _few_first_names(reader, values) if first else None
    if few == []:
        return [], True
    values |= {f"name{at}": name for at, name in enumerate(few or ())}
    near = _aliases(reader, len(few or ()))
    sql = _through(reader, f"{near} LIMIT {BUDGET}", wanted) + (FIRST_NAME if first else "")
    came = reader.rows(f"{sql} LIMIT {2 * AT_MOST}", values)
    found = _each_once(came)
    all_fit = not (first or wanted.district or wanted.is_active)
    rest = len(came) < 2 * AT_MOST and (all_fit or _count(reader, near, values) < BUDGET)
    return found, rest or len(found) > AT_MOST


def borne(reader: Reader, surnames: Sequence[str], first: str) -> tuple[list[str], list[str]]:
    """Those that are the last names of people so called, and those that are others of theirs.

    Asked at once, so that of many similar names only those are read that lead to somebody.
    """
    if not surnames:
        return [], []
    values = {"first": first, "first_end": first + AFTER_ALL_LETTERS, "begins": rules.BEGINS}
    values |= {f"surname{at}": surname for at, surname in enumerate(surnames)}
    marks = ", ".join([f":surname{at}" for at in range(len(surnames))])
    of = FIRST_NAME if first else ""
    sql = f"""SELECT last_key,
     EXISTS (SELECT 1 FROM lookup_entry WHERE place > s.last_key || '.' || :first
      AND place < s.last_key || '.' || :first_end),
     EXISTS (SELECT 1 FROM lookup_alias WHERE alias_key IN (s.last_key, :begins || s.last_key){of})
    FROM lookup_surname AS s WHERE piece IN ({marks}) AND last_key = piece"""
    found = reader.rows(sql, values)
    return [name for name, whole, _ in found if whole], [name for name, _, other in found if other]


def of_other_name(reader: Reader, last: str, first: str, wanted: Wanted) -> list[Found]:
    """Those of exactly this former last name, or with exactly this part in theirs: a page or so.

    None of this last name as a whole.
    """
    values = _values(wanted, f"{last}.", first) | {"last": last, "begins": rules.BEGINS + last}
    near = "SELECT educator_id, first_key, is_former FROM lookup_alias"
    near += f" WHERE alias_key IN (:last, :begins){FIRST_NAME if first else ''} LIMIT {BUDGET}"
    sql = _through(reader, near, wanted)
    # One who bears it as a part, too, comes twice.
    return _each_once(reader.rows(f"{sql} LIMIT {2 * (AT_MOST + 1)}", values))


def _each_once(came: Iterable[Sequence[Any]]) -> list[Found]:
    """In order; under a name that is both a former one and a part, it counts as former."""
    found: dict[str, Found] = {}
    for *columns, is_former in came:
        row = AS_ROW(columns)._replace(otherwise=How.FORMER if is_former else How.PART)
        if is_former or row.place not in found:
            found[row.place] = row
    return sorted(found.values())


def _through(reader: Reader, near: str, wanted: Wanted) -> str:
    """Entries of those other names, but for who is found by the name as it was typed."""
    cross = "CROSS JOIN" if reader.is_sqlite else "JOIN"
    tables = f"({near}) AS n {cross} {ENTRIES} USING (educator_id, first_key)"
    if wanted.endorsement:
        tables += f" {cross} {ENDORSEMENTS} USING (place)"
    where = f"WHERE NOT ({WITHIN}){wanted.sql}"
    return f"SELECT {wanted.columns}, is_former FROM {tables} {where}"


def _aliases(reader: Reader, first_names: int) -> str:
    """Other last names that begin like this: all, or those of so many first names."""
    sql = "SELECT educator_id, first_key, is_former FROM lookup_alias"
    where = "WHERE alias_key >= :from AND alias_key < :end"
    if first_names:
        sql += _served_by(reader, "ix_lookup_alias_first")
        marks = ", ".join(f":name{at}" for at in range(first_names))
        where += f" AND first_key IN ({marks})"
    return f"{sql} {where} ORDER BY alias_key, first_key"


def _values(wanted: Wanted, begins: str, first: str = "", start: str = "") -> dict[str, Any]:
    """What statements name: places that begin like this, of those the ones behind the start."""
    return wanted.values | {
        "from": max(begins, start), "end": begins + AFTER_ALL_LETTERS,
        "first": first, "first_end": first + AFTER_ALL_LETTERS,
    }  # fmt: skip


def _count(reader: Reader, sql: str, values: Mapping[str, Any]) -> int:
    """How many that gives, counted no further than the budget."""
    counted = reader.rows(f"SELECT count(*) FROM ({sql} LIMIT {BUDGET}) AS n", values)
    return int(counted[0][0])


def _joined(reader: Reader, first: str, second: str) -> str:
    """SQLite reads them in this order; the names that both have are those of the first."""
    return f"{first} {'CROSS ' if reader.is_sqlite else ''}JOIN {second} USING (place)"


def _served_by(reader: Reader, index: str) -> str:
    """PostgreSQL knows how often a value is there; SQLite has to be told."""
    return f" INDEXED BY {index}" if reader.is_sqlite else ""
