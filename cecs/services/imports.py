"""Educators and certificates from another system's file: staged, then merged set by set.

What a file says of a certificate or an educator that is here already takes the place of what is
here; nothing is ever taken away. The same file twice changes nothing the second time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cecs.desk import Desk
from cecs.extensions import db
from cecs.services import lookup_entries, retirements
from cecs.services.import_lines import Line, Refusal, read
from cecs.services.transactions import writing

AT_ONCE = 50_000
STAGING = {
    "staged_educator": "number TEXT, first_name TEXT, last_name TEXT, first_key TEXT,"
    " last_key TEXT, birth_date DATE, district_code TEXT, school_year TEXT, school_months INTEGER",
    "staged_name": "number TEXT, last_name TEXT, last_key TEXT",
    "staged_certificate": "number TEXT, type_code TEXT, issued_on DATE, valid_from DATE,"
    " expires_on DATE, state TEXT",
    "staged_endorsement": "number TEXT, type_code TEXT, valid_from DATE, code TEXT",
}
# SQLite has to be told to go from what is staged to what is kept, never through the whole
# registry: by CROSS JOIN, and by comparing apart.
THEIRS = "CROSS JOIN educator AS e WHERE e.number = s.number"
MERGES = (
    """INSERT INTO educator (number, first_name, last_name, first_key, last_key, birth_date,
     district_code, school_year, school_months, state, disciplined, shielded)
    SELECT number, first_name, last_name, first_key, last_key, birth_date,
     district_code, school_year, school_months, 'active', false, false
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
    RETURNING id""",
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
    SELECT c.id, s.code FROM staged_endorsement AS s
     CROSS JOIN educator AS e CROSS JOIN certificate AS c
    WHERE e.number = s.number AND c.educator_id = e.id AND c.type_code = s.type_code
     AND c.valid_from = s.valid_from
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


@dataclass(slots=True)
class _Staged:
    """Rows for the staging tables; of two lines about one thing the later one counts."""

    educators: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    names: dict[tuple[str, ...], None] = field(default_factory=dict)
    certificates: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    endorsements: dict[tuple[str, ...], None] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        """Keeps what the line says."""
        if line.educator:
            self.educators[line.number] = line.educator
        self.names.update(dict.fromkeys(line.others))
        if line.certificate:
            number, kind, _, first, *_rest = line.certificate
            self.certificates[number, kind, first] = line.certificate
            self.endorsements.update(dict.fromkeys(line.endorsements))

    def rows(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """Each staging table with its rows."""
        yield "staged_educator", list(self.educators.values())
        yield "staged_name", list(self.names)
        yield "staged_certificate", list(self.certificates.values())
        yield "staged_endorsement", list(self.endorsements)


def educators(desk: Desk, text: Iterable[str], from_line: int = 2) -> Iterator[Batch]:
    """Imports a CSV batch by batch, each committed with the lookup's rows before it is yielded.

    Stopped in between, go on with `from_line`, or begin again: it comes to the same. Raises
    Refused when the first line names no columns that we know.
    """
    lines = read(desk.regime, text, desk.today(), retirements.went())
    lines = ((number, said) for number, said in lines if number >= from_line)
    while some := list(islice(lines, AT_ONCE)):
        staged = _Staged()
        refused = [said for _, said in some if isinstance(said, Refusal)]
        for _, said in some:
            if isinstance(said, Line):
                staged.add(said)
        changed = _merge(desk, staged)
        yield Batch(some[-1][0], len(some) - len(refused), changed, tuple(refused))


def _merge(desk: Desk, staged: _Staged) -> int:
    """Stages, merges, refreshes the lookup and commits; how many educators changed."""
    writing()
    changed: set[int] = set()
    for table, rows in staged.rows():
        _stage(table, rows)
    for sql in MERGES:
        changed.update(id for (id,) in db.session.connection().exec_driver_sql(sql))
    for table in STAGING:
        db.session.connection().exec_driver_sql(f"DROP TABLE {table}")
    lookup_entries.refresh(desk, changed)
    db.session.commit()
    return len(changed)


def _stage(table: str, rows: list[tuple[Any, ...]]) -> None:
    """Fills a table that lives in this transaction, as fast as the driver can."""
    connection = db.session.connection()
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {table} ({STAGING[table]})")
    cursor = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")
    elif rows:
        marks = ", ".join("?" * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    cursor.close()
