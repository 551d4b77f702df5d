"""The registry's tables as one would make them for a peer: names in words, codes and ids at hand.

So Datasette and Django need neither our read model nor our regime, and nothing that they would
have to compute for each question is left to them but words that depend on the day.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from bench.registry import Made, application
from cecs.domain.regime import Regime

TABLES = """
CREATE TABLE office (name TEXT PRIMARY KEY, words TEXT NOT NULL);
CREATE TABLE district (key TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE certificate_type (code TEXT PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE endorsement (code TEXT PRIMARY KEY, title TEXT NOT NULL, sentence TEXT NOT NULL);
CREATE TABLE educator (
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL, first_name TEXT NOT NULL,
  last_name TEXT NOT NULL, first_key TEXT NOT NULL, last_key TEXT NOT NULL,
  district_code TEXT REFERENCES district, school_year TEXT);
CREATE TABLE certificate (
  id INTEGER PRIMARY KEY, educator_id INTEGER NOT NULL REFERENCES educator,
  type_code TEXT NOT NULL REFERENCES certificate_type, issued_on DATE NOT NULL,
  valid_from DATE NOT NULL, expires_on DATE NOT NULL, state TEXT NOT NULL, verify TEXT NOT NULL,
  renewal_filed DATE);
CREATE TABLE certificate_endorsement (
  id INTEGER PRIMARY KEY, certificate_id INTEGER NOT NULL REFERENCES certificate,
  code TEXT NOT NULL REFERENCES endorsement);
"""
ROWS = """
INSERT INTO educator SELECT e.id, l.public_id, e.first_name, e.last_name, e.first_key, e.last_key,
  l.district_code, e.school_year
  FROM registry.educator AS e JOIN registry.lookup_entry AS l ON l.educator_id = e.id
  WHERE e.state = 'active' ORDER BY e.id;
INSERT INTO certificate SELECT c.id, c.educator_id, c.type_code, c.issued_on, c.valid_from,
  c.expires_on, c.state, l.code, NULL
  FROM registry.certificate AS c JOIN
    (SELECT certificate_id, code FROM registry.lookup_code ORDER BY certificate_id) AS l
    ON l.certificate_id = c.id;
INSERT INTO certificate_endorsement (certificate_id, code)
  SELECT certificate_id, code FROM registry.certificate_endorsement;
CREATE INDEX educator_by_name ON educator (last_key, first_key, public_id);
CREATE INDEX certificate_by_educator ON certificate (educator_id, state);
CREATE INDEX endorsement_by_certificate ON certificate_endorsement (certificate_id, code);
ANALYZE;
"""
OFFICE = (
    "state", "bureau", "system_name", "system_short", "educator_number", "educator_number_digits",
)  # fmt: skip


def tables(made: Made) -> Path:
    """The database for the peers, in a folder beside the registry; made once, then kept."""
    registry = Path(made.url.removeprefix("sqlite:///"))
    # Datasette names a database after its file.
    path = made.folder / f"{registry.stem}-peers" / "registry.sqlite3"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        begun = path.with_suffix(".begun")
        begun.unlink(missing_ok=True)
        with closing(sqlite3.connect(begun, isolation_level=None)) as database:
            _fill(
                database,
                registry,
                application(made.url, made.folder).extensions["cecs_desk"].regime,
            )
        begun.rename(path)
    return path


def _fill(database: sqlite3.Connection, registry: Path, law: Regime) -> None:
    database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {TABLES}")
    database.execute("ATTACH ? AS registry", [str(registry)])
    database.execute("BEGIN")
    office = [(name, str(getattr(law.office, name))) for name in OFFICE]
    database.executemany("INSERT INTO office VALUES (?, ?)", office)
    districts = [(each.key, each.name) for each in law.districts.values()]
    types = [(code, each.title) for code, each in law.certificate_types.items()]
    endorsements = [(code, each.title, each.sentence) for code, each in law.endorsements.items()]
    database.executemany("INSERT INTO district VALUES (?, ?)", districts)
    database.executemany("INSERT INTO certificate_type VALUES (?, ?)", types)
    database.executemany("INSERT INTO endorsement VALUES (?, ?, ?)", endorsements)
    for statement in ROWS.split(";\n"):
        database.execute(statement)
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
