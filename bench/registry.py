"""A made-up registry of any size, always the same for the same size; nobody in it exists.

Surnames and first names are as unevenly spread as in life: a few are everywhere, most are rare.
"""

import itertools
import random
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from cecs import create_app
from cecs.config import ROOT, settings_from
from cecs.domain import names
from cecs.extensions import db
from cecs.models.lookup import LookupEntry
from cecs.schema import bring_up_to_date, build_lookup

FOLDER = ROOT / "instance" / "bench"
SECRETS = {"CECS_SECRET_KEY": "a" * 64, "CECS_SEAL_KEY": "b" * 64, "CECS_INDEX_KEY": "c" * 64}
AT_ONCE = 50_000
MEMORY = 1_000_000  # kilobytes for the indexes of names and numbers, which are filled in no order
SURNAMES = 40_000
FIRST_NAMES = 3_000
EACH_OF_PARTS = 50  # of so many people one bears two last names, and one particles
COMMON = """Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez
Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White
Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen
Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter
Roberts O'Brien Núñez""".split()
FIRST = """Mary Jennifer Linda Patricia Elizabeth Susan Jessica Sarah Karen Lisa Nancy Emily
Maria Laura Amy Kathleen Michelle Kimberly Donna Carol James John Robert Michael William David
Richard Joseph Thomas Daniel Matthew Anthony Mark Steven Andrew Kevin Brian Jason Ryan José
Siobhán""".split()
ONSETS = "b c d f g h j k l m n p r s t v w z br ch cl cr dr fl gr kl kr pr sch sh sl st tr".split()
VOWELS = "a e i o u ai ea ie ou".split()
ENDS = "n r s t l m ck ld nd rt ng son er man sen ski ez in ard ley ton field wood well".split()
TYPES = ("INIT", "PROV", "PROF5")
TABLES = {
    "educator": "id number first_name last_name first_key last_key birth_date state disciplined"
    " shielded district_code school_year school_months",
    "certificate": "id educator_id type_code issued_on valid_from expires_on state",
    "certificate_endorsement": "certificate_id code",
    "former_name": "id educator_id last_name last_key",
}


@dataclass(frozen=True, slots=True)
class Made:
    """Where a registry lies, and how long it took."""

    url: str
    folder: Path
    seconds_rows: float = 0.0
    seconds_lookup: float = 0.0


def environment(url: str) -> dict[str, str]:
    """The settings of a server on that database."""
    return SECRETS | {"CECS_DATABASE_URL": url, "CECS_TRUSTED_PROXIES": "1", "CECS_DEMO": "0"}


def application(url: str, folder: Path) -> Flask:
    """The application on that database."""
    return create_app(settings_from(environment(url), folder))


def registry(educators: int, folder: Path = FOLDER) -> Made:
    """The SQLite registry of that size; made once, then kept."""
    path = folder / f"registry-{educators}.sqlite3"
    done = path.with_suffix(".done")
    url = f"sqlite:///{path}"
    if done.exists():
        _follow_the_words(application(url, folder))
        rows, built = done.read_text().split()
        return Made(url, folder, float(rows), float(built))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{path.name}*"):
        old.unlink()
    made = fill(url, folder, educators)
    done.write_text(f"{made.seconds_rows} {made.seconds_lookup}")
    return made


def size(made: Made) -> int:
    """Bytes that are in use; what was dropped leaves room in the file."""
    with closing(sqlite3.connect(made.url.removeprefix("sqlite:///"))) as database:
        pages, free, each = (
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * each)


def _follow_the_words(app: Flask) -> None:
    """Entries that other words or tables wrote would be written anew as they are read."""
    bring_up_to_date(app)
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        if db.session.scalar(sa.select(LookupEntry.edition).limit(1)) != desk.writer.edition:
            build_lookup(desk)
            analyse()
        db.session.remove()
        db.engine.dispose()


def fill(url: str, folder: Path, educators: int) -> Made:
    """Migrates an empty database, fills it and builds its lookup."""
    app = application(url, folder)
    bring_up_to_date(app)
    with app.app_context():
        begun = time.perf_counter()
        for table, rows in _batches(app, educators):
            _write(table, rows)
        analyse()
        rows_done = time.perf_counter()
        build_lookup(app.extensions["cecs_desk"])
        analyse()
        ended = time.perf_counter()
        db.session.remove()
        db.engine.dispose()
    return Made(url, folder, rows_done - begun, ended - rows_done)


@cache
def surnames() -> list[str]:
    """All surnames, the most frequent first."""
    return _names(COMMON, SURNAMES, 7)


@cache
def first_names() -> list[str]:
    """All first names, the most frequent first."""
    return _names(FIRST, FIRST_NAMES, 8)


def _names(known: list[str], how_many: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    found = dict.fromkeys(known)
    while len(found) < how_many:
        syllables = chance.choice((1, 1, 2, 2, 3))
        parts = [chance.choice(ONSETS) + chance.choice(VOWELS) for _ in range(syllables)]
        found["".join([*parts, chance.choice(ENDS)]).capitalize()] = None
    return list(found)


def _spread(values: list[str], shift: int) -> tuple[list[str], list[float]]:
    """Values with weights that fall as 1 over the rank, as surnames' frequencies do."""
    return values, list(itertools.accumulate(1 / (rank + shift) for rank in range(len(values))))


def _batches(app: Flask, educators: int) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    chance, others = random.Random(educators), random.Random(educators + 1)
    law = app.extensions["cecs_desk"].regime
    districts = list(law.districts) or [None]
    lines = [code for code, each in law.endorsements.items() if each.sentence][:60]
    lasts, last_weights = _spread(surnames(), 15)
    firsts, first_weights = _spread(first_names(), 10)
    today = app.extensions["cecs_desk"].today()
    numbers = _numbers(educators, chance)
    certificate_id = 0
    for start in range(0, educators, AT_ONCE):
        ids = range(start + 1, min(start + AT_ONCE, educators) + 1)
        chosen_last = chance.choices(lasts, cum_weights=last_weights, k=len(ids))
        chosen_first = chance.choices(firsts, cum_weights=first_weights, k=len(ids))
        second = others.choices(lasts, cum_weights=last_weights, k=len(ids))
        chosen_last = list(map(_of_parts, ids, chosen_last, second))
        where = chance.choices(districts, k=len(ids))
        people = [
            (id, next(numbers), first, last, names.key(first), names.key(last), "1980-01-01",
             "active", False, False, district, "2026-2027", 10)
            for id, first, last, district in zip(ids, chosen_first, chosen_last, where, strict=True)
        ]  # fmt: skip
        yield "educator", people
        held = list(_certificates(ids, certificate_id, today, chance))
        certificate_id += len(held)
        yield "certificate", held
        taught = chance.choices(lines, k=len(held))
        allowed = [(row[0], code) for row, code in zip(held, taught, strict=True)]
        yield "certificate_endorsement", allowed
        former = chance.choices(lasts, cum_weights=last_weights, k=len(ids))
        changed = [(id, id, name, names.key(name)) for id, name in zip(ids, former, strict=True)]
        yield "former_name", [row for row in changed if row[0] % 8 == 0]


def _of_parts(id: int, last: str, other: str) -> str:
    """Every fiftieth bears two last names, and as many one with particles."""
    if id % EACH_OF_PARTS == 0:
        return f"{last}-{other}"
    return f"De la {last}" if id % EACH_OF_PARTS == EACH_OF_PARTS // 2 else last


def _numbers(educators: int, chance: random.Random) -> Iterator[str]:
    """Ten digits each, no two alike, in no order."""
    step = 7_368_787  # has no divisor in common with the span
    span, at = 9_000_000_000, chance.randrange(9_000_000_000)
    for number in range(educators):
        yield str(1_000_000_000 + (at + number * step) % span)


def _certificates(
    ids: Iterable[int], last_id: int, today: date, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    """One to five each, 33 for ten people; each begins when the one before it ends."""
    days = {age: (today - timedelta(days=age)).isoformat() for age in range(-1900, 9000)}
    for id in ids:
        how_many = chance.choice((1, 2, 3, 3, 3, 4, 4, 4, 4, 5))
        age = chance.randrange(100, 3000)
        for number in range(how_many):
            last_id += 1
            begins = days[age + number * 1096]
            ends = days[age + number * 1096 - 1095]
            state = "active" if number == 0 else "renewed"
            yield last_id, id, TYPES[min(2, how_many - number - 1)], begins, begins, ends, state


def _write(table: str, rows: list[tuple[Any, ...]]) -> None:
    columns = TABLES[table].split()
    driver = db.engine.raw_connection()
    try:
        cursor = driver.cursor()
        if db.engine.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.execute(f"PRAGMA cache_size = -{MEMORY}")
            cursor.execute("BEGIN IMMEDIATE")
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
            cursor.execute("COMMIT")
        driver.commit()
    finally:
        driver.close()


def analyse() -> None:
    """The planner's statistics, as an installation has them sooner or later."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
