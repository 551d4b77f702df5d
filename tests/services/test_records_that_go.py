"""Records that go while somebody else is at them."""

import time
from datetime import date
from functools import partial

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.educators import Educator, RecordState, SealedSsn
from cecs.services import registration, retirements
from cecs.services.records import Said
from tests.applying import now
from tests.faults.payments.meeting import DONE, meet
from tests.faults.payments.test_mail_room_races import books
from tests.mailing import waits
from tests.people import People

BORN = date(1980, 1, 1)


def decides_after(seconds: float, merge: int, by_id: int, desk: Desk) -> None:
    time.sleep(seconds)
    retirements.decide(desk, merge, by_id, approved=True)


@pytest.mark.parametrize("last", ["Silva", "Souza", "Sousa"])
def test_who_registers_while_the_record_is_merged_is_not_left_with_what_went(
    app: Flask, desk: Desk, people: People, last: str
) -> None:
    lee, dana = people.staff("Lee", "Chandra", "supervisor"), people.staff()
    goes = people.record("Ana", last, BORN, "987654321")
    stays = people.record("Ana", "Perez", BORN, "987654320")
    db.session.delete(db.session.get_one(SealedSsn, stays))
    db.session.commit()
    ana = people.account("Ana", last)
    merge = retirements.propose(desk, goes, stays, lee.id, "She married.")
    said = Said("Ana", last, "", BORN, "987654321")
    told = meet(
        app,
        lambda desk: registration.register(desk, ana.id, said).value,
        partial(decides_after, 0, merge, dana.id),
    )
    db.session.rollback()

    assert told == ["linked", DONE]
    assert db.session.get_one(Educator, goes).state is RecordState.RETIRED
    assert db.session.get_one(Person, ana.id).educator_id == stays


def test_who_merges_and_who_books_for_both_records_do_not_wait_for_each_other(
    app: Flask, desk: Desk, people: People
) -> None:
    lee, dana = people.staff("Lee", "Chandra", "supervisor"), people.staff()
    carmen = people.staff("Carmen", "Diaz", "cashier").id
    for number in range(9):  # each time a little later
        ana = people.teacher("Ana", "Silva")
        stays = people.record("Ana", "Perez", BORN, f"98765432{number}")
        db.session.rollback()
        db.session.delete(db.session.get_one(SealedSsn, stays))
        db.session.commit()
        other = people.account("Eva", "Kim")
        ids = [waits(app, ana)[0], waits(app, other, kind="first_initial", educator_id=stays)[0]]
        merge = retirements.propose(desk, ana.educator_id, stays, lee.id, "She married.")
        backwards = sorted(ids, reverse=True)
        told = meet(
            app,
            partial(decides_after, number * 0.002, merge, dana.id),
            books(number, carmen, *backwards, cents=20_000),
        )

        assert told[0] == DONE and told[1].isdigit()
        assert all(now(id).educator_id == stays for id in ids)
