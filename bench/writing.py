"""What writing costs: a file imported, a certificate issued, a password checked."""

import csv
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TextIO
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from werkzeug.security import check_password_hash, generate_password_hash

from bench.registry import application, fill, first_names, surnames
from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.regime import APPLICATION_FEE
from cecs.extensions import db
from cecs.models.accounts import Person, Role
from cecs.models.applications import Application, Fee
from cecs.models.educators import Certificate
from cecs.schema import bring_up_to_date
from cecs.services import imports, reviews
from cecs.services.import_lines import Checked, read
from cecs.services.in_bulk import in_bulk, tidy
from cecs.services.transactions import writing
from tests import cluster

COLUMNS = ("number first_name last_name birth_date district type issued_on valid_from expires_on"
           " endorsements").split()  # fmt: skip
ROUNDS = 7
DAYS = ("birth_date", "issued_on", "valid_from", "expires_on")


@dataclass(frozen=True, slots=True)
class Imported:
    """Lines a second, each step with those before it."""

    read: float  # by csv.reader alone
    checked: float
    staged: float  # checked lines in the database's staging tables
    merged: float  # in five tables with their indexes, committed
    whole: float  # shown by the lookup, too
    again: float  # the same file a second time
    copied: float  # the file's bytes by COPY into one table with a key; 0 in SQLite


def importing(lines: int, database: str = "") -> Imported:
    """A file of so many certificates, three to an educator, into an empty registry.

    It lies in SQLite, or on the PostgreSQL whose address is given.
    """
    folder = Path(tempfile.mkdtemp(prefix="cecs-import-"))
    try:
        path = folder / "educators.csv"
        app = application(database or f"sqlite:///{folder / 'registry.sqlite3'}", folder)
        bring_up_to_date(app)
        with app.app_context():
            _write(path, app.extensions["cecs_desk"], lines)
            found = _imported(app.extensions["cecs_desk"], path, lines)
            db.session.remove()
            db.engine.dispose()
        return found
    finally:
        shutil.rmtree(folder)


def has_postgresql() -> bool:
    """Whether one can be started here."""
    return cluster.ASIDE.is_dir() or shutil.which("initdb") is not None


def start_postgresql() -> str:
    """A PostgreSQL that is thrown away with this program; gives its address."""
    return cluster.start()


def _imported(desk: Desk, path: Path, lines: int) -> Imported:
    """In each of several rounds all go through the same file, and of each step the quickest counts:
    a machine's speed changes within one round.

    Reading, checking and staging leave nothing. On SQLite they are this process's work alone, so
    that its own CPU time counts, not what else runs. Then the file is imported, once and again.
    """
    with in_bulk():
        rounds = [astuple(_round(desk, path, lines)) for _ in range(ROUNDS)]
    found = Imported(*map(max, zip(*rounds, strict=True)))
    shown = imports.lookup_entries.refresh
    spent = _Clock(shown)
    imports.lookup_entries.refresh = spent
    try:
        whole = lines / _rate(path, lines, lambda file: imports.educators(desk, file))
    finally:
        imports.lookup_entries.refresh = shown
    again = _rate(path, lines, lambda file: imports.educators(desk, file))
    merged = lines / (whole - spent.seconds)
    return replace(found, merged=merged, whole=lines / whole, again=again)


def _round(desk: Desk, path: Path, lines: int) -> Imported:
    def checked(file: TextIO) -> Iterator[Checked]:
        return read(desk.regime, file, desk.today(), {})

    has_server = db.engine.dialect.name == "postgresql"
    clock = time.perf_counter if has_server else time.process_time
    rates = [
        _rate(path, lines, each, clock)
        for each in (csv.reader, checked, lambda file: _staged(checked(file)))
    ]
    copied = _rate(path, lines, _copied) if has_server else 0.0
    tidy()
    return Imported(*rates, 0.0, 0.0, 0.0, copied)


def _staged(parts: Iterator[Checked]) -> Iterator[object]:
    for first in parts:
        writing()
        yield imports.staged(chain([first], islice(parts, imports.PARTS - 1)))
        db.session.rollback()


def _copied(file: TextIO) -> Iterator[object]:
    """The same bytes by COPY into one table with a key, as fast as PostgreSQL takes them."""
    cursor = db.session.connection().connection.cursor()
    columns = ", ".join(f"{name} {'DATE' if name in DAYS else 'TEXT'}" for name in COLUMNS)
    cursor.execute(f"CREATE TABLE copied ({columns}, PRIMARY KEY (number, valid_from))")
    with cursor.copy("COPY copied FROM STDIN (FORMAT csv, HEADER)") as copy:
        while some := file.buffer.read(1 << 16):
            copy.write(some)
    cursor.execute("DROP TABLE copied")
    cursor.close()
    db.session.commit()
    yield from ()


def amplification(each: int = 100, educators: int = 20_000) -> float:
    """Approving an application, with the lookup's rows refreshed over without, in time.

    All that an approval does is in it: the certificate, the old one, event and mail, one commit.
    They take turns, in a registry that is thrown away; of several rounds of so many of each the
    middle one counts.
    """
    folder = Path(tempfile.mkdtemp(prefix="cecs-approve-"))
    try:
        made = fill(f"sqlite:///{folder / 'registry.sqlite3'}", folder, educators)
        app = application(made.url, made.folder)
        with app.app_context():
            desk = app.extensions["cecs_desk"]
            by_id, waiting = _applications(desk, each * 2 * ROUNDS)
            some = len(waiting) // ROUNDS
            rounds = [waiting[at * some : (at + 1) * some] for at in range(ROUNDS)]
            found = [_amplified(desk, by_id, ids) for ids in rounds]
            db.session.remove()
            db.engine.dispose()
    finally:
        shutil.rmtree(folder)
    return statistics.median(found)


def _amplified(desk: Desk, by_id: int, waiting: list[UUID]) -> float:
    """The middle time of those that the lookup followed, over that of the others."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for number, id in enumerate(waiting):
        follows = number % 2 == 0
        db.engine.update_execution_options(cecs_desk=desk if follows else None)
        db.session.remove()  # as each request begins
        begun = time.perf_counter()
        reviews.approve(desk, id, by_id)
        took[follows].append(time.perf_counter() - begun)
    return statistics.median(took[True]) / statistics.median(took[False])


def _applications(desk: Desk, how_many: int) -> tuple[int, list[UUID]]:
    """A reviewer, and renewals that wait for nothing but the word."""
    at = desk.now()
    teacher, reviewer = (
        Person(
            username=name, email=f"{name}@example.org", email_key=f"{name}@example.org",
            first_name=name, last_name="Okafor", role=role, created_at=at,
        )
        for name, role in (("Nia", Role.EDUCATOR), ("Dana", Role.REVIEWER))
    )  # fmt: skip
    db.session.add_all((teacher, reviewer))
    db.session.flush()
    renewable = sa.select(Certificate).where(Certificate.type_code == "INIT")
    ready = [
        Application(
            reference=f"{number:08}", person_id=teacher.id, educator_id=held.educator_id,
            kind="renew_initial", certificate_id=held.id, status=Status.IN_REVIEW, created_at=at,
            submitted_at=at, filed_on=desk.today(), background_checked_at=at,
            fees=[Fee(code=APPLICATION_FEE, cents=5000, paid_at=at)],
        )
        for number, held in enumerate(
            db.session.scalars(renewable.where(Certificate.state == "active").limit(how_many))
        )
    ]  # fmt: skip
    db.session.add_all(ready)
    db.session.commit()
    return reviewer.id, [each.id for each in ready]


def sign_ins(seconds: float = 2.0) -> tuple[float, float]:
    """Passwords checked in a second on two threads: ours, and Werkzeug's scrypt."""
    word = "a quiet river runs"
    ours = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    kept, theirs = ours.hash(word), generate_password_hash(word)
    return (
        _on_two_threads(lambda: ours.verify(kept, word), seconds),
        _on_two_threads(lambda: check_password_hash(theirs, word), seconds),
    )


class _Clock:
    """Does the same, and adds up how long that took."""

    def __init__(self, of: Callable[..., None]) -> None:
        self._of = of
        self.seconds = 0.0

    def __call__(self, *given: object) -> None:
        begun = time.perf_counter()
        self._of(*given)
        self.seconds += time.perf_counter() - begun


def _write(path: Path, desk: Desk, lines: int) -> None:
    district = next(iter(desk.regime.districts))
    lasts, firsts = surnames(), first_names()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for line in range(lines):
            person, held = divmod(line, 3)
            year = 2026 - 3 * held
            rows.writerow(
                (f"{1_000_000_000 + person * 7919}", firsts[person % 997], lasts[person % 29989],
                 "1980-01-01", district, "PROV", f"{year}-01-02", f"{year}-01-02",
                 f"{year + 3}-01-01", "305")
            )  # fmt: skip


def _rate(
    path: Path, lines: int, going_through: Callable[[TextIO], Iterable[object]],
    clock: Callable[[], float] = time.perf_counter,
) -> float:  # fmt: skip
    """Lines a second."""
    with path.open(encoding="utf-8", newline="") as file:
        begun = clock()
        for _ in going_through(file):
            pass
        return lines / (clock() - begun)


def _on_two_threads(check: Callable[[], object], seconds: float) -> float:
    done = [0, 0]
    until = time.perf_counter() + seconds

    def work(at: int) -> None:
        while time.perf_counter() < until:
            check()
            done[at] += 1

    threads = [threading.Thread(target=work, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds
