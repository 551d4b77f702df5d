"""Work at the desk in a process of its own, which dies when and where a test wants.

The moments to die are found, not listed: before and after every commit and every gateway call.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask

from cecs import create_app
from cecs.desk import Desk
from cecs.extensions import db
from tests.conftest import Letterbox, _settings

# A server that has all modules loaded forks each process: quick, and free of pytest's threads.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__, "braintree", "tests.faults.payments.warm"])
Act = Callable[..., object]


@dataclass(frozen=True)
class Place:
    """Where another process finds the same office; its clock runs, `ahead` of the real one."""

    database_url: str
    sandbox_url: str
    instance: Path
    ahead: timedelta = timedelta(0)

    def office(self) -> Flask:
        """The application, joined anew."""
        settings = _settings(self.database_url, self.instance, CECS_SANDBOX_URL=self.sandbox_url)
        clock = lambda: datetime.now(UTC) + self.ahead  # noqa: E731
        return create_app(settings, clock=clock, post=Letterbox())


class _WatchedCards:
    """A card gateway that tells before and after each call."""

    def __init__(self, cards: Any, crossed: Callable[[str], None]) -> None:
        self._cards, self._crossed = cards, crossed

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            self._crossed(f"before {name}")
            try:
                return getattr(self._cards, name)(*arguments)
            finally:
                self._crossed(f"after {name}")

        return call


@contextmanager
def watched(desk: Desk, crossed: Callable[[str], None]) -> Iterator[Desk]:
    """A desk at which this thread's every commit and gateway call tells of itself."""
    commit, own = db.session.commit, threading.get_ident()

    def told() -> None:
        if threading.get_ident() != own:
            return commit()
        crossed("before commit")
        commit()
        crossed("after commit")

    db.session.commit = told
    try:
        yield replace(desk, cards=_WatchedCards(desk.cards, crossed))  # type: ignore[arg-type]
    finally:
        del db.session.commit


def dies(place: Place, at: int, act: Act, *arguments: Any) -> tuple[bool, list[str]]:
    """Does `act(desk, *arguments)` in a process that is killed at a boundary, counted from 1.

    Gives whether it was killed, and the boundaries that it came to.
    """
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_until_killed, args=(place, at, act, arguments, theirs))
    process.start()
    theirs.close()
    names: list[str] = []
    try:
        while True:
            names.append(ours.recv())
    except EOFError:
        process.join()
    assert process.exitcode in (0, -signal.SIGKILL), f"{act.__name__} failed by itself"
    return process.exitcode != 0, names


def _until_killed(
    place: Place, at: int, act: Act, arguments: tuple[Any, ...], said: Connection
) -> None:
    numbers = count(1)

    def crossed(name: str) -> None:
        said.send(name)
        if next(numbers) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    app = place.office()
    with app.app_context(), watched(app.extensions["cecs_desk"], crossed) as desk:
        act(desk, *arguments)


def meanwhile(app: Flask, desk: Desk, at: int, act: Act, other: Act) -> bool:
    """Does `act(desk)`, and at one of its boundaries `other(desk)` beside it, as a worker would.

    Gives whether that boundary, counted from 1, was reached.
    """
    numbers = count(1)

    def works() -> None:
        with app.app_context():
            other(app.extensions["cecs_desk"])

    worker = threading.Thread(target=works)

    def crossed(name: str) -> None:
        if next(numbers) == at:
            worker.start()
            # Before a commit we hold a lock that the worker may wait for.
            worker.join(0.2 if name == "before commit" else None)

    with watched(desk, crossed) as observed:
        act(observed)
    if worker.ident is None:
        return False
    worker.join()
    return True


def at_once(place: Place, processes: int, threads: int, act: Act, *arguments: Any) -> list[str]:
    """Does `act(desk, *arguments)` in so many threads of so many processes at one moment.

    Gives what each returned, as text. Fails when one of them raised.
    """
    gate = PROCESSES.Barrier(processes * threads)
    pipes = [PROCESSES.Pipe(duplex=False) for _ in range(processes)]
    started = []
    for _, theirs in pipes:
        work = (place, threads, act, arguments, gate, theirs)
        started.append(PROCESSES.Process(target=_together, args=work))
        started[-1].start()
        theirs.close()
    told = [each for ours, _ in pipes for each in ours.recv()]
    for process in started:
        process.join()
    return told


def _together(
    place: Place, threads: int, act: Act, arguments: tuple[Any, ...], gate: Any, said: Connection
) -> None:
    app = place.office()

    def one(_: int) -> str:
        with app.app_context():
            gate.wait(timeout=60)
            return str(act(app.extensions["cecs_desk"], *arguments))

    with ThreadPoolExecutor(threads) as pool:
        said.send(list(pool.map(one, range(threads))))
