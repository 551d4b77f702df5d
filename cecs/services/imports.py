"""Educators and certificates from another system's file: staged, then merged set by set.

What a file says of a certificate or an educator that is here already takes the place of what is
here; nothing is ever taken away. The same file twice changes nothing the second time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from cecs.desk import Desk
from cecs.extensions import db
from cecs.services import lookup_entries, retirements, shielding
from cecs.services.import_lines import Checked, Refusal, Row, read
from cecs.services.in_bulk import in_bulk, tidy
from cecs.services.transactions import let_others_write

PARTS = 80  # of the file, merged in one transaction
FIRST, LAST = itemgetter(0), itemgetter(-1)
TOGETHER = 50  # rows of one INSERT
# Columns, and what one row is about: of two the later one counts.
STAGING = {
    "staged_educator": (
        """number TEXT, first_name TEXT, last_name TEXT, first_key TEXT, last_key TEXT,
        birth_date DATE, district_code TEXT, school_year TEXT, school_months INTEGER""",
        "number",
    ),
    "staged_name": ("number TEXT, last_name TEXT, last_key TEXT", "number, last_key"),
    "staged_certificate": (
        """number TEXT, type_code TEXT, issued_on DATE, valid_from DATE, expires_on DATE,
        state TEXT, codes TEXT""",
        "number, type_code, valid_from",
    ),
    # Few sets of endorsements serve many certificates.
    "staged_code": ("codes TEXT, code TEXT", "codes, code"),
}
# SQLite has to be told to go from what is staged to what is kept, never through the whole
# registry: by CROSS JOIN, and by comparing apart.
THEIRS = "CROSS JOIN educator AS e WHERE e.number = s.number"
MERGES = (
    """INSERT INTO educator (number, first_name, last_name, first_key, last_key, birth_date,
     district_code, school_year, school_months, state, disciplined, shielded)
    SELECT number, first_name, last_name, first_key, last_key, birth_date,
     nullif(district_code, ''), nullif(school_year, ''), school_months, 'active', false, false
    FROM staged_educator WHERE true
    ON CONFLICT (number) DO UPDATE SET first_name = excluded.first_name,
     last_name = excluded.last_name, first_key = excluded.first_key,
     last_key = excluded.last_key, birth_date = excluded.birth_date,
     district_code = excluded.district_code, school_year = excluded.school_year,
     school_months = excluded.school_months
    WHERE (educator.first_name, educator.last_name, educator.first_key, educator.last_key,
     educator.birth_date, educator.school_months)
     <> (excluded.first_name, excluded.last_name, excluded.first_key, excluded.last_key,
     excluded.birth_date, excluded.school_months)
     OR coalesce(educator.district_code, '') <> coalesce(excluded.district_code, '')
     OR coalesce(educator.school_year, '') <> coalesce(excluded.school_year, '')
    RETURNING id, shielded""",
    f"""INSERT INTO former_name (educator_id, last_name, last_key)
    SELECT e.id, s.last_name, s.last_key FROM staged_name AS s {THEIRS}
     AND NOT EXISTS (SELECT 1 FROM former_name AS f
      WHERE f.educator_id = e.id AND f.last_key = s.last_key)
    RETURNING educator_id""",
    """WITH n AS MATERIALIZED (SELECT c.id, s.issued_on, s.expires_on, s.state
     FROM staged_certificate AS s CROSS JOIN educator AS e CROSS JOIN certificate AS c
     WHERE e.number = s.number AND c.educator_id = e.id AND c.type_code = s.type_code
     AND c.valid_from = s.valid_from
     AND (c.issued_on, c.expires_on, c.state) <> (s.issued_on, s.expires_on, s.state))
    UPDATE certificate SET issued_on = n.issued_on, expires_on = n.expires_on, state = n.state
    FROM n WHERE certificate.id = n.id RETURNING certificate.educator_id""",
    f"""INSERT INTO certificate (educator_id, type_code, issued_on, valid_from, expires_on, state)
    SELECT e.id, s.type_code, s.issued_on, s.valid_from, s.expires_on, s.state
    FROM staged_certificate AS s {THEIRS}
     AND NOT EXISTS (SELECT 1 FROM certificate AS c WHERE c.educator_id = e.id
      AND c.type_code = s.type_code AND c.valid_from = s.valid_from)
    RETURNING educator_id""",
    """INSERT INTO certificate_endorsement (certificate_id, code)
    SELECT c.id, k.code FROM staged_certificate AS s CROSS JOIN educator AS e
     CROSS JOIN certificate AS c CROSS JOIN staged_code AS k
    WHERE e.number = s.number AND c.educator_id = e.id AND c.type_code = s.type_code
     AND c.valid_from = s.valid_from AND k.codes = s.codes
    ON CONFLICT DO NOTHING
    RETURNING (SELECT educator_id FROM certificate WHERE id = certificate_id)""",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What was committed up to a line of the file."""

    line: int  # the last one of the batch
    taken: int  # lines that said something right
    changed: int  # educators of whom anything is new
    refused: tuple[Refusal, ...]


def educators(desk: Desk, text: Iterable[str], from_line: int = 2) -> Iterator[Batch]:
    """Imports a CSV batch by batch, each committed with the lookup's rows before it is yielded.

    Stopped in between, go on with `from_line`, or begin again: it comes to the same. Raises
    Refused when the first line names no columns that we know.
    """
    went: dict[str, str | None] = {}
    parts = read(desk.regime, text, desk.today(), went, from_line)
    try:
        with in_bulk():
            while batch := _imported(desk, parts, went):
                yield batch
                tidy()
                let_others_write()
    finally:
        db.session.rollback()


def _imported(desk: Desk, parts: Iterator[Checked], went: dict[str, str | None]) -> Batch | None:
    """The next lines, committed; None at the end. Meanwhile no record goes."""
    retirements.hold()
    went.clear()
    went.update(retirements.went())
    first = next(parts, None)
    if first is None:
        return None
    batch = staged(chain([first], islice(parts, PARTS - 1)))
    changed, hidden = _merge()
    shielding.conceal_renamed(desk, hidden)
    lookup_entries.refresh(desk, changed)
    db.session.commit()
    return replace(batch, changed=len(changed))


def staged(parts: Iterable[Checked]) -> Batch:
    """Fills staging tables that live in the caller's transaction, as fast as the driver can.

    Certificates, most of all, go in while lines are checked: PostgreSQL then works beside us.
    """
    into = _copied if _is_postgresql() else _inserted
    cursor, seen = _driver().cursor(), _Seen()
    into(cursor, "staged_certificate", seen.certificates(parts))
    into(cursor, "staged_educator", seen.educators)
    into(cursor, "staged_name", seen.names)
    each = [(codes, code) for codes in seen.codes for code in codes.split(";") if code]
    into(cursor, "staged_code", [each])
    cursor.close()
    return Batch(seen.line, seen.taken, 0, tuple(seen.refused))


@dataclass(slots=True)
class _Seen:
    """What parts of the file said, beside certificates."""

    line: int = 0
    taken: int = 0
    refused: list[Refusal] = field(default_factory=list)
    educators: list[list[Row]] = field(default_factory=list)
    names: list[list[Row]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    def certificates(self, parts: Iterable[Checked]) -> Iterator[list[Row]]:
        """Those of each part; the rest is kept."""
        for part in parts:
            self.line, self.taken = part.line, self.taken + part.taken
            self.refused += part.refused
            self.educators.append(part.educators)
            self.names.append(part.names)
            self.codes.update(map(LAST, part.certificates))
            yield part.certificates


def _inserted(cursor: Any, table: str, parts: Iterable[Sequence[Row]]) -> None:
    """A staging table of SQLite, whose key lets the later of two rows count.

    Many rows by one statement take two thirds of the time of one each.
    """
    columns, key = STAGING[table]
    # As DATE it would try each day as a number first.
    keyed = f"{columns.replace('DATE', 'TEXT')}, PRIMARY KEY ({key})"
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({keyed}) WITHOUT ROWID")
    for rows in parts:
        for start in range(0, len(rows), TOGETHER):
            some = rows[start : start + TOGETHER]
            cursor.execute(_put(table, len(some[0]), len(some)), list(chain.from_iterable(some)))


@cache
def _put(table: str, columns: int, rows: int) -> str:
    """Puts so many rows into a staging table of SQLite."""
    marks = ", ".join([f"({', '.join('?' * columns)})"] * rows)
    return f"INSERT OR REPLACE INTO {table} VALUES {marks}"


def _copied(cursor: Any, table: str, parts: Iterable[Sequence[Row]]) -> None:
    """A staging table of PostgreSQL by COPY, in which of two rows the later one stays.

    No cell has a tab or a line's end: none can be printed.
    """
    columns, key = STAGING[table]
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for rows in filter(None, parts):
            text = "\n".join(map("\t".join, rows)).replace("\\", "\\\\")
            copy.write(f"{text}\n")
    same = " AND ".join(f"{table}.{name} = later.{name}" for name in key.split(", "))
    cursor.execute(f"ANALYZE {table} ({key.split(', ')[0]})")
    cursor.execute(
        f"DELETE FROM {table} USING {table} AS later WHERE {same} AND {table}.ctid < later.ctid"
    )


def _merge() -> tuple[set[int], list[int]]:
    """From the staging tables, which are gone then; ids of educators of whom anything is new.

    Beside them, which of those whose own row changed must stay hidden.
    """
    changed: set[int] = set()
    cursor = _driver().cursor()
    cursor.execute(MERGES[0])
    rows = cursor.fetchall()
    hidden = [id for id, shielded in rows if shielded]
    changed.update(map(FIRST, rows))
    for sql in MERGES[1:]:
        cursor.execute(sql)
        changed.update(chain.from_iterable(cursor))
    for table in STAGING:
        cursor.execute(f"DROP TABLE {table}")
    cursor.close()
    return changed, hidden


def _driver() -> Any:
    """The driver's own connection, in the session's transaction."""
    return db.session.connection().connection


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"
