"""The whole lookup is made anew batch by batch, while it answers and others write."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.lookup import LookupCode, LookupEntry, LookupRebuilding, LookupSurname
from cecs.schema import build_lookup
from cecs.services import lookup_rebuilding
from cecs.services.lookup import Asked
from cecs.services.transactions import writing
from tests import looking
from tests.people import People

NAMES = ("Adams", "Baker", "Clark", "Dunn", "Evans")


@pytest.fixture
def five(desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Educators in the order of their names, two to a batch."""
    monkeypatch.setattr(lookup_rebuilding, "AT_ONCE", 2)
    born = date(1980, 1, 1)
    ids = [
        people.record("Ana", name, born, f"98765432{number}") for number, name in enumerate(NAMES)
    ]
    db.session.rollback()
    return ids


def spoil() -> None:
    """All entries say something wrong."""
    db.session.execute(sa.update(LookupEntry).values(facts="[]"))
    db.session.commit()


def rename(id: int, name: str) -> None:
    writing()
    educator = db.session.get_one(Educator, id)
    educator.last_name, educator.last_key = name, name.lower()
    db.session.commit()


def wrong() -> int:
    found = db.session.scalars(sa.select(LookupEntry).where(LookupEntry.facts == "[]")).all()
    db.session.rollback()
    return len(found)


def test_each_batch_is_right_at_its_commit_and_a_stopped_one_goes_on(
    desk: Desk, five: list[int]
) -> None:
    spoil()
    stopped = lookup_rebuilding.rebuild(desk)
    first = next(stopped)
    left, unfinished = wrong(), lookup_rebuilding.is_missing()
    stopped.close()
    rest = list(lookup_rebuilding.rebuild(desk))

    assert (first, left, unfinished) == (2, 3, True) and rest == [4, 5]
    assert not lookup_rebuilding.is_missing() and lookup_rebuilding.verify(desk) == []


def test_with_other_words_a_stopped_one_begins_again(desk: Desk, five: list[int]) -> None:
    next(lookup_rebuilding.rebuild(desk))
    db.session.execute(sa.update(LookupRebuilding).values(edition="older"))
    db.session.commit()

    assert list(lookup_rebuilding.rebuild(desk)) == [2, 4, 5]


def test_who_wants_it_anew_begins_at_the_first_educator(
    app: Flask, desk: Desk, five: list[int]
) -> None:
    next(lookup_rebuilding.rebuild(desk))
    spoil()
    said = app.test_cli_runner().invoke(args=["cecs", "lookup", "rebuild", "--anew"])

    assert "5 educators" in said.output and wrong() == 0


def test_what_others_change_between_two_batches_stays(
    desk: Desk, five: list[int], people: People
) -> None:
    spoil()
    going_on = lookup_rebuilding.rebuild(desk)
    next(going_on)
    rename(five[0], "Zimmer")  # was passed, comes again
    rename(five[4], "Abbot")  # moves to where we were
    people.record("Ana", "Aaron", date(1980, 1, 1), "987654327")
    db.session.rollback()
    list(going_on)
    entries = db.session.scalars(sa.select(LookupEntry.place).order_by(LookupEntry.place))

    assert [place.split(".")[0] for place in entries] == [
        "aaron",
        "abbot",
        "baker",
        "clark",
        "dunn",
        "zimmer",
    ]
    assert lookup_rebuilding.verify(desk) == [] and wrong() == 0


def test_who_waits_to_write_comes_between_two_batches(
    app: Flask, desk: Desk, five: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    done, came = [0], []

    def write() -> None:
        with app.app_context():
            writing()
            came.append(done[-1])
            db.session.rollback()

    other, put = threading.Thread(target=write), lookup_rebuilding.put

    def takes_long(desk: Desk, ids: Any) -> Any:
        if done == [0]:
            other.start()
        time.sleep(0.4)
        return put(desk, ids)

    monkeypatch.setattr(lookup_rebuilding, "AT_ONCE", 1)
    monkeypatch.setattr(lookup_rebuilding, "put", takes_long)
    for many in lookup_rebuilding.rebuild(desk):
        done.append(many)
    other.join()

    assert done[-1] == 5 and came[0] <= 1


def test_it_answers_all_the_time(desk: Desk, five: list[int]) -> None:
    answers = []
    for _ in lookup_rebuilding.rebuild(desk):
        answers.append([len(looking.search(desk, Asked(name)).found) for name in NAMES])

    assert answers == [[1] * 5] * 3


def test_two_who_rebuild_at_once_share_the_work(desk: Desk, five: list[int]) -> None:
    one, other = lookup_rebuilding.rebuild(desk), lookup_rebuilding.rebuild(desk)
    shared = [next(one), next(other), next(one)]
    spoil()
    done: list[Iterator[int]] = [one, other]

    assert shared == [2, 4, 5] and [list(each) for each in done] == [[], []]
    assert wrong() == 5 and not lookup_rebuilding.is_missing()


def test_rows_of_nobody_go_and_missing_ones_come(desk: Desk, five: list[int]) -> None:
    entry = db.session.scalars(sa.select(LookupEntry)).first()
    assert entry is not None
    columns = {name: getattr(entry, name) for name in sa.inspect(LookupEntry).c.keys()}  # noqa: SIM118
    nobody = {"place": "nobody.ana.x", "first_key": "ana", "public_id": "x"}
    stray = columns | nobody | {"educator_id": 999, "number": "1"}
    db.session.execute(sa.insert(LookupEntry).values(stray))
    db.session.execute(sa.insert(LookupCode).values(code="X", educator_id=999, certificate_id=1))
    db.session.execute(sa.insert(LookupSurname).values(piece="nobod", last_key="nobody"))
    db.session.execute(sa.delete(LookupSurname).where(LookupSurname.piece == "adam"))
    db.session.execute(sa.delete(LookupEntry).where(LookupEntry.educator_id == five[2]))
    db.session.commit()
    build_lookup(desk)
    mended = sa.select(sa.func.count()).where(LookupSurname.piece == "adam")

    assert lookup_rebuilding.verify(desk) == [] and db.session.scalar(mended) == 1
    assert db.session.scalars(sa.select(LookupCode.code).where(LookupCode.code == "X")).all() == []


def test_the_command_says_how_to_go_on(
    app: Flask, desk: Desk, five: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = app.test_cli_runner().invoke
    put = lookup_rebuilding.put

    def interrupted(desk: Desk, ids: Any) -> Any:
        if five[2] in ids:
            raise KeyboardInterrupt
        return put(desk, ids)

    monkeypatch.setattr(lookup_rebuilding, "put", interrupted)
    stopped = run(args=["cecs", "lookup", "rebuild"])
    monkeypatch.setattr(lookup_rebuilding, "put", put)
    finished = run(args=["cecs", "lookup", "rebuild"])

    assert stopped.exit_code == 1 and "goes on from here" in stopped.output
    assert finished.exit_code == 0 and "5 educators" in finished.output
