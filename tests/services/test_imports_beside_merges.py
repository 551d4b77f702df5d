"""A file comes in while somebody decides that two records are one: nothing gets lost."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate, Educator, RecordState
from cecs.services import imports, lookup_rebuilding, merging, retirements
from tests.people import People

CSV = "number,first_name,last_name,birth_date,type,issued_on,valid_from,expires_on\n"
LINE = "{},Maria,Lopez,1990-05-17,PROV,2019-07-01,2019-07-01,2027-06-30\n"


@pytest.fixture
def two(desk: Desk, people: People) -> tuple[int, int]:
    """The record that goes, and the one that stays."""
    born = date(1990, 5, 17)
    return (
        people.record("Maria", "Lopez", born, "987654321"),
        people.record("Maria", "Rivera", born, "987654321"),
    )


@pytest.fixture
def decides(app: Flask, desk: Desk, people: People, two: tuple[int, int]) -> Callable[[], None]:
    """Dana decides what Lee proposed, in a session of her own."""
    lee, dana = people.staff("Lee", "Chandra", "supervisor"), people.staff()
    proposed = retirements.propose(desk, *two, lee.id, "She married in 2019.")

    def decide() -> None:
        with app.app_context():
            retirements.decide(desk, proposed, dana.id, True)

    return decide


@pytest.fixture
def takes(app: Flask, desk: Desk, two: tuple[int, int]) -> Callable[[], None]:
    """A file that knows the record that goes comes in, in a session of its own."""
    line = LINE.format(db.session.get_one(Educator, two[0]).number)
    db.session.rollback()

    def take() -> None:
        with app.app_context():
            assert [batch.taken for batch in imports.educators(desk, [CSV, line])] == [1]

    return take


def beside(
    monkeypatch: pytest.MonkeyPatch, module: Any, step: str, other: Callable[[], None]
) -> threading.Thread:
    """Begins the other at that step, waits whether it gets through, and goes on."""
    thread, real = threading.Thread(target=other), getattr(module, step)

    def with_other(*given: Any) -> Any:
        if not thread.ident:
            thread.start()
            thread.join(0.5)

            assert thread.is_alive()
        return real(*given)

    monkeypatch.setattr(module, step, with_other)
    return thread


def all_is_at_the_one_that_stays(desk: Desk, two: tuple[int, int]) -> bool:
    goes, stays = two
    db.session.rollback()
    owners = db.session.scalars(sa.select(Certificate.educator_id)).all()
    went = db.session.get_one(Educator, goes).state is RecordState.RETIRED
    return went and owners == [stays] and lookup_rebuilding.verify(desk) == []


def test_an_import_that_comes_while_a_merge_is_decided_finds_the_one_that_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, two: tuple[int, int],
    decides: Callable[[], None], takes: Callable[[], None],
) -> None:  # fmt: skip
    taking = beside(monkeypatch, merging, "merge", takes)
    decides()
    taking.join(10)

    assert all_is_at_the_one_that_stays(desk, two)


def test_a_merge_that_is_decided_during_an_import_moves_what_came_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, two: tuple[int, int],
    decides: Callable[[], None], takes: Callable[[], None],
) -> None:  # fmt: skip
    deciding = beside(monkeypatch, imports, "_merge", decides)
    takes()
    deciding.join(10)

    assert all_is_at_the_one_that_stays(desk, two)
