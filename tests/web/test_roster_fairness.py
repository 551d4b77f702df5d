"""One district's slow server holds up no other district."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.gateways import callbacks
from cecs.models.educators import Educator
from cecs.models.roster import RosterDelivery, RosterHook
from cecs.services import api_keys, roster_hooks, roster_posting
from tests.conftest import Clock
from tests.listening import Program, heard, listening
from tests.people import Character, People


@dataclass
class Silent:
    """A server that takes what comes and never answers."""

    url: str = ""
    asked: list[float] = field(default_factory=list)


@contextmanager
def silence() -> Iterator[Silent]:
    found, held, over = Silent(), [], threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found.url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        listener.settimeout(0.05)

        def take() -> None:
            while not over.is_set():
                try:
                    held.append(listener.accept()[0])
                    found.asked.append(time.monotonic())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield found
        finally:
            over.set()
            thread.join()
            for each in held:
                each.close()


@pytest.fixture
def program() -> Iterator[Program]:
    with listening() as found:
        yield found


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    monkeypatch.setattr(callbacks, "SECONDS", 2.0)
    with silence() as found:
        yield found


@pytest.fixture
def dana(people: People) -> Character:
    found: Character = people.staff()
    return found


def listens(desk: Desk, dana: Character, district: str, url: str) -> int:
    api_keys.make(desk, dana.id, district, "payroll")
    key: int = db.session.scalar(sa.select(sa.func.max(api_keys.ApiKey.id)))
    roster_hooks.set_address(desk, key, dana.id, url)
    return key


def join(people: People, district: str, *names: str) -> None:
    for name in names:
        people.record(name, "Silva", date(1980, 1, 1), "987654321", district_code=district)


def waiting(key: int) -> int:
    db.session.rollback()
    mine = sa.select(sa.func.count()).where(RosterDelivery.key_id == key)
    return db.session.scalar(mine.where(RosterDelivery.delivered_at.is_(None))) or 0


def test_a_server_that_hangs_holds_up_nobody_and_is_asked_for_one_thing_at_a_time(
    desk: Desk, people: People, dana: Character, program: Program, silent: Silent
) -> None:
    slow, quick = sorted(desk.regime.districts)[:2]
    first = listens(desk, dana, slow, silent.url)
    listens(desk, dana, quick, program.url)
    join(people, slow, "Ana", "Bea", "Cleo")  # they are due before the others
    join(people, quick, "Dora", "Eva", "Fay", "Gil")
    began = time.monotonic()
    came_at: list[float] = []
    program.came = Stamped(came_at)
    arrived = roster_posting.deliver(desk)
    lasted = time.monotonic() - began

    assert arrived == 4 and len(heard(program)) == 4
    assert max(came_at) - began < 1.5 < lasted < 6
    assert len(silent.asked) == 1 and waiting(first) == 3
    assert db.session.scalars(sa.select(RosterHook.leased_until)).all() == [None, None]


class Stamped(list[Any]):
    """Notes when each thing came."""

    def __init__(self, at: list[float]) -> None:
        super().__init__()
        self._at = at

    def append(self, thing: Any) -> None:
        self._at.append(time.monotonic())
        super().append(thing)


def test_who_has_much_to_hear_lets_others_come_to_turn(
    desk: Desk, people: People, dana: Character, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_posting, "LINES", 1)
    big, small = sorted(desk.regime.districts)[:2]
    listens(desk, dana, big, program.url)
    listens(desk, dana, small, program.url)
    join(people, big, "Ana", "Bea", "Cleo")
    join(people, small, "Dora")
    roster_posting.deliver(desk)
    names = [told["educator"]["first_name"] for told in heard(program)]

    assert names == ["Ana", "Dora", "Bea", "Cleo"]


def test_while_another_worker_has_a_request_open_nothing_is_sent_there(
    desk: Desk, people: People, dana: Character, program: Program, clock: Clock
) -> None:
    district = min(desk.regime.districts)
    key = listens(desk, dana, district, program.url)
    join(people, district, "Ana")
    db.session.get_one(RosterHook, key).leased_until = desk.now() + roster_posting.LEASE
    db.session.commit()
    meanwhile = roster_posting.deliver(desk)
    clock.advance(seconds=roster_posting.LEASE.total_seconds() + 1)  # that worker died

    assert (meanwhile, roster_posting.deliver(desk)) == (0, 1)


def test_what_goes_wrong_with_one_is_no_fault_of_the_others(
    desk: Desk, people: People, dana: Character, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, sound = sorted(desk.regime.districts)[:2]
    key = listens(desk, dana, odd, "http://localhost:9/odd")
    listens(desk, dana, sound, program.url)
    join(people, odd, "Ana")
    join(people, sound, "Bea")
    send = callbacks.send

    def stumbles(address: str, *rest: Any) -> int:
        if address.endswith("/odd"):
            raise ValueError("nobody thought of this")
        return send(address, *rest)

    monkeypatch.setattr(callbacks, "send", stumbles)

    assert roster_posting.deliver(desk) == 1 and waiting(key) == 1
    (one,) = roster_hooks.deliveries(key)
    assert one.answer == "no_answer" and one.due_at and one.due_at > desk.now()


def test_what_is_said_of_somebody_whom_the_lookup_knows_no_more_is_not_sent(
    desk: Desk, people: People, dana: Character, program: Program
) -> None:
    district = min(desk.regime.districts)
    key = listens(desk, dana, district, program.url)
    join(people, district, "Ana", "Bea")
    ana = db.session.scalars(sa.select(Educator).where(Educator.first_name == "Ana")).one()
    ana.turn, ana.district_code = 1, None
    db.session.commit()
    roster_posting.deliver(desk)
    told = [(each["type"], (each["educator"] or {}).get("first_name")) for each in heard(program)]

    assert told == [("educator.joined", "Bea"), ("educator.left", None)]
    assert waiting(key) == 0
