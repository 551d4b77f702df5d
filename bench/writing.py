"""What writing costs: a file imported, a certificate issued, a password checked."""

import csv
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from argon2 import PasswordHasher
from werkzeug.security import check_password_hash, generate_password_hash

from bench.registry import Made, application, first_names, surnames
from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate, CertificateEndorsement, Educator
from cecs.schema import bring_up_to_date
from cecs.services import import_lines, imports

COLUMNS = ("number first_name last_name birth_date district type issued_on valid_from expires_on"
           " endorsements").split()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """Lines a second: read by csv.reader, checked, staged and merged, shown by the lookup too."""

    read: float
    checked: float
    merged: float
    whole: float
    again: float  # the same file a second time


def importing(lines: int) -> Imported:
    """A file of so many certificates, three to an educator, into an empty SQLite registry."""
    folder = Path(tempfile.mkdtemp(prefix="cecs-import-"))
    try:
        path = folder / "educators.csv"
        app = application(f"sqlite:///{folder / 'registry.sqlite3'}", folder)
        bring_up_to_date(app)
        with app.app_context():
            desk: Desk = app.extensions["cecs_desk"]
            _write(path, desk, lines)
            read = _rate(path, lines, csv.reader)
            law, today = desk.regime, desk.today()
            checked = _rate(path, lines, lambda file: import_lines.read(law, file, today, {}))
            shown = imports.lookup_entries.refresh
            spent = _Clock(shown)
            imports.lookup_entries.refresh = spent
            try:
                whole = lines / _rate(path, lines, lambda file: imports.educators(desk, file))
            finally:
                imports.lookup_entries.refresh = shown
            again = _rate(path, lines, lambda file: imports.educators(desk, file))
            db.session.remove()
            db.engine.dispose()
        return Imported(read, checked, lines / (whole - spent.seconds), lines / whole, again)
    finally:
        shutil.rmtree(folder)


def amplification(made: Made, each: int = 200) -> float:
    """Issuing a certificate with the lookup's rows refreshed over the same without, in time."""
    app = application(made.url, made.folder)
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        followed: dict[bool, list[float]] = {True: [], False: []}
        for number in range(each * 2):
            follows = number % 2 == 0
            db.engine.update_execution_options(cecs_desk=desk if follows else None)
            begun = time.perf_counter()
            issued = _issue(desk, 1 + number * 7)
            followed[follows].append(time.perf_counter() - begun)
            for each_line in issued.endorsements:
                db.session.delete(each_line)
            db.session.delete(issued)
            db.engine.update_execution_options(cecs_desk=desk)
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return statistics.median(followed[True]) / statistics.median(followed[False])


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


def _issue(desk: Desk, educator_id: int) -> Certificate:
    educator = db.session.get_one(Educator, educator_id)
    today = desk.today()
    issued = Certificate(
        educator_id=educator.id, type_code="PROV", issued_on=today, valid_from=today,
        expires_on=today + timedelta(days=1095), state="active",
        endorsements=[CertificateEndorsement(code="305")],
    )  # fmt: skip
    db.session.add(issued)
    db.session.commit()
    return issued


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


def _rate(path: Path, lines: int, going_through: Callable[[TextIO], Iterable[object]]) -> float:
    """Lines a second."""
    with path.open(encoding="utf-8", newline="") as file:
        begun = time.perf_counter()
        for _ in going_through(file):
            pass
        return lines / (time.perf_counter() - begun)


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
