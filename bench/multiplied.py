"""python -m bench.multiplied: the lookup of ten million people, copied from one of fewer.

To make so many educators takes hours, to copy the read model of 300,000 takes minutes. In each
copy, two digits of its own stand in front of ids, numbers and codes. Frequent surnames are the
same in all copies, as in a larger state; a rarer one has an ending of the copy's own, so that
there are more surnames, too, and more people under each beginning. The registry itself is empty.
"""

import argparse
import json
import resource
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from bench import registry
from bench.__main__ import questions, say
from bench.registry import FOLDER, Made
from cecs.domain import names
from cecs.domain.lookup import BEGINS
from cecs.extensions import db
from cecs.models import lookup
from cecs.schema import bring_up_to_date
from cecs.services.lookup_entries import pieces
from cecs.services.lookup_rows import AFTER_DOT

Row = tuple[Any, ...]
Rows = Iterator[Row]
FIRST_COPY = 10  # and 99 the last, so that each has two digits, also where a number is one
ROOM = 10_000_000  # ids of the registry that is copied are below
FREQUENT = 500  # surnames: 45 % of all people bear one
LETTERS = "aeiolnrstd"
RECENT = 300  # surnames whose entries are kept: the copies of a rare name are near each other
DIGITS, ENDING = "\x01", "\x02"  # stand in a text where a copy's own are put
ENTRY = lookup.LookupEntry.__table__.columns.keys()


class Copies:
    """Rows of the lookup's tables, copied so many times, most of them in their table's order."""

    def __init__(self, source: sqlite3.Connection, times: int) -> None:
        if not 0 < times <= 100 - FIRST_COPY:
            raise ValueError(f"one to {100 - FIRST_COPY} copies")
        self._source = source
        self._copies = range(FIRST_COPY, FIRST_COPY + times)
        self._frequent = {names.key(each) for each in registry.surnames()[:FREQUENT]}
        self._families: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (name,) in source.execute("SELECT DISTINCT last_key FROM lookup_surname"):
            for copy in self._copies:
                self._families[self._named(name, copy)].append((name, copy))

    def tables(self) -> dict[type[Any], tuple[int, Callable[[], Rows]]]:
        """How many rows there are of each table, if that is known, and what makes them."""
        made = {
            lookup.LookupEntry: self.entries,
            lookup.LookupAlias: self.aliases,
            lookup.LookupCode: self.codes,
            lookup.LookupEndorsement: self.endorsements,
        }
        times = len(self._copies)
        counted = {
            model: (times * self._read(f"SELECT count(*) FROM {model.__tablename__}")[0][0], rows)
            for model, rows in made.items()
        }
        return {**counted, lookup.LookupSurname: (0, self.surnames)}

    def entries(self) -> Rows:
        """By name. Those of one surname are in memory at once."""
        marked = lru_cache(RECENT)(self._marked)
        for _last_key, families in sorted(self._families.items()):
            of_name = [
                _copied(entry, self._ending(name, copy), self._placed(entry[0], copy), copy)
                for name, copy in families
                for entry in marked(name)
            ]
            yield from sorted(of_name)

    def aliases(self) -> Rows:
        """By name."""
        rows = self._read("SELECT alias_key, first_key, educator_id, is_former FROM lookup_alias")
        copied = [
            (self._named(name, copy), first, copy * ROOM + id, bool(is_former))
            for name, first, id, is_former in rows
            for copy in self._copies
        ]
        yield from sorted(copied)

    def codes(self) -> Rows:
        """By code."""
        rows = self._read("SELECT code, educator_id, certificate_id FROM lookup_code ORDER BY code")
        for copy in self._copies:
            for code, educator, certificate in rows:
                yield f"{copy}{code}", copy * ROOM + educator, copy * ROOM + certificate

    def endorsements(self) -> Rows:
        """By district, endorsement and name."""
        rows = self._source.execute("SELECT * FROM lookup_endorsement ORDER BY district_code, code")
        for _, taught in groupby(rows, key=itemgetter(0, 1)):
            copied = [
                (*of, self._placed(place, copy), copy * ROOM + id, until)
                for *of, place, id, until in taught
                for copy in self._copies
            ]
            yield from sorted(copied, key=itemgetter(slice(3)))

    def surnames(self) -> Rows:
        """In no order; they are small."""
        for surname in self._families:
            yield from ((each["piece"], surname) for each in pieces(surname))

    def _placed(self, place: str, copy: int) -> str:
        name, first, id = place.split(".")
        return f"{self._named(name, copy)}.{first}.{copy}{id}"

    def _named(self, name: str, copy: int) -> str:
        return name + self._ending(name, copy)

    def _ending(self, name: str, copy: int) -> str:
        """Any two copies' differ in two letters, so that a typing error does not mix them up."""
        if not name or name.removeprefix(BEGINS) in self._frequent or copy == FIRST_COPY:
            return ""
        tens, ones = divmod(copy, 10)
        return LETTERS[tens] + LETTERS[ones] + LETTERS[(tens + ones) % 10]

    def _marked(self, last_key: str) -> list[Row]:
        sql = f"SELECT {', '.join(ENTRY)} FROM lookup_entry WHERE place > ? AND place < ?"
        return [_with_marks(row) for row in self._read(sql, f"{last_key}.", last_key + AFTER_DOT)]

    def _read(self, sql: str, *values: str) -> list[Row]:
        return self._source.execute(sql, values).fetchall()


def _with_marks(row: Row) -> Row:
    """An entry in whose texts it is marked where a copy has something of its own."""
    entry = dict(zip(ENTRY, row, strict=True))
    known = json.loads(entry["facts"])
    ids = [entry["public_id"], *(held[-1] for held in known["certificates"])]
    last = known["last"]
    changes = [(id, DIGITS + id) for id in ids]
    changes += [(f"[{held[0]},", f"[{DIGITS}{held[0]:07},") for held in known["certificates"]]
    changes += [
        (f'"{name}":"{last}"', f'"{name}":"{last}{ENDING}"') for name in ("last", "last_name")
    ]
    changes += [(f" {last}</a>", f" {last}{ENDING}</a>")]
    for name in ("listed", "page", "facts"):
        text = entry[name] if isinstance(entry[name], str) else entry[name].decode()
        for old, new in changes:
            text = text.replace(old, new)
        entry[name] = text
    return tuple(entry.values())


def _copied(marked: Row, ending: str, place: str, copy: int) -> Row:
    _, *written, listed, page, educator, first, id, number, district, until, facts = marked
    digits = str(copy)
    listed, page, facts = (
        text.replace(DIGITS, digits).replace(ENDING, ending) for text in (listed, page, facts)
    )
    return (
        place, *written, listed.encode(), page.encode(), copy * ROOM + educator, first,
        digits + id, digits + number, district, until, facts,
    )  # fmt: skip


def main() -> int:
    """Makes the copies, or takes those that lie ready, and measures; gives the exit status."""
    wanted = argparse.ArgumentParser(prog="python -m bench.multiplied")
    wanted.add_argument("--times", type=int, default=34)
    wanted.add_argument("--educators", type=int, default=300_000, help="of the registry copied")
    wanted.add_argument("--database", default="", help="an empty one; else a file of SQLite's")
    asked = wanted.parse_args()
    few = registry.registry(asked.educators)
    if asked.database:
        made = fill(Made(asked.database, FOLDER), few, asked.times)
    else:
        made = once(few, asked.times)
        say(f"{asked.times * asked.educators:,} people: {registry.size(made) / 1e9:.2f} GB")
    say(
        f"  copied in {made.seconds_rows:.0f} s, indexes and statistics {made.seconds_lookup:.0f} s"
    )
    smaller = None if asked.database else few
    for line in questions(made, asked.times * asked.educators, smaller):
        say(line)
    return 0


def once(few: Made, times: int) -> Made:
    """The SQLite file with so many copies; made once, then kept."""
    path = few.folder / f"{_path(few).stem}-times-{times}.sqlite3"
    done = path.with_suffix(".done")
    made = Made(f"sqlite:///{path}", few.folder)
    if done.exists():
        rows, indexes = map(float, done.read_text().split())
        return Made(made.url, made.folder, rows, indexes)
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    made = fill(made, few, times)
    done.write_text(f"{made.seconds_rows} {made.seconds_lookup}")
    return made


def fill(many: Made, few: Made, times: int) -> Made:
    """Migrates an empty database and fills its lookup; what orders the rows is made afterwards."""
    app = registry.application(many.url, many.folder)
    bring_up_to_date(app)
    source = sqlite3.connect(f"{_path(few).as_uri()}?mode=ro", uri=True)
    with closing(source), app.app_context():
        tables = Copies(source, times).tables()
        drop, make = _orders(tables)
        begun = time.perf_counter()
        with closing(_driver()) as driver:
            for sql in drop:
                driver.execute(sql)
            for model, (length, rows) in tables.items():
                _write(driver, model.__table__, rows(), length)
            copied = time.perf_counter()
            for sql in make:
                _step(driver, sql)
            driver.commit()
        registry.analyse()
        ended = time.perf_counter()
        db.session.remove()
        db.engine.dispose()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    say(f"  at most {memory:.1f} GB of memory")
    return Made(many.url, many.folder, copied - begun, ended - copied)


def _path(made: Made) -> Path:
    return Path(made.url.removeprefix("sqlite:///"))


def _driver() -> Any:
    """A connection to fill a database that is begun anew if that breaks: nothing is logged."""
    db.session.remove()
    db.engine.dispose()
    pooled = db.engine.raw_connection()
    driver: Any = pooled.driver_connection
    pooled.detach()
    if db.engine.dialect.name == "sqlite":
        for pragma in (f"cache_size = -{3 * registry.MEMORY}", "journal_mode = OFF", "threads = 2"):
            driver.execute(f"PRAGMA {pragma}")
    return driver


def _orders(models: Iterable[type[Any]]) -> tuple[list[str], list[str]]:
    """Statements that drop indexes, and make them; PostgreSQL's keys and unique columns, too."""
    dropped: list[sa.schema.DDLElement] = []
    made: list[sa.schema.DDLElement] = []
    for table in (model.__table__ for model in models):
        if db.engine.dialect.name == "postgresql":
            kinds = (sa.PrimaryKeyConstraint, sa.UniqueConstraint)
            held = [each for each in table.constraints if isinstance(each, kinds)]
            dropped += map(DropConstraint, held)
            made += map(AddConstraint, held)
        indexes = sorted(table.indexes, key=attrgetter("name"))
        dropped += map(DropIndex, indexes)
        made += map(CreateIndex, indexes)
    drop, make = ([str(each.compile(db.engine)) for each in some] for some in (dropped, made))
    return drop, make


def _write(driver: Any, table: sa.Table, rows: Rows, length: int) -> None:
    begun = time.perf_counter()
    columns = table.columns.keys()
    into = f"{table.name} ({', '.join(columns)})"
    least = max(1, length // 1000)
    with click.progressbar(
        rows, length or None, label=table.name, update_min_steps=least
    ) as watched:
        if db.engine.dialect.name == "postgresql":
            driver.execute(f"TRUNCATE {table.name}")  # here, so that COPY logs nothing, either
            with driver.cursor().copy(f"COPY {into} FROM STDIN") as copy:
                for row in watched:
                    copy.write_row(row)
        else:
            driver.execute("BEGIN")
            marks = ", ".join("?" * len(columns))
            driver.executemany(f"INSERT INTO {into} VALUES ({marks})", iter(watched))
    driver.commit()
    say(f"  {table.name}: {time.perf_counter() - begun:.0f} s")


def _step(driver: Any, sql: str) -> None:
    begun = time.perf_counter()
    driver.execute(sql)
    say(f"  {' '.join(sql.split())}: {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
