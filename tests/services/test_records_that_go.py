"""Records that go while somebody else is at them."""

from datetime import date

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.educators import Educator, RecordState, SealedSsn
from cecs.services import registration, retirements
from cecs.services.records import Said
from tests.faults.payments.meeting import DONE, meet
from tests.people import People

BORN = date(1980, 1, 1)


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
        lambda desk: retirements.decide(desk, merge, dana.id, approved=True),
    )
    db.session.rollback()

    assert told == ["linked", DONE]
    assert db.session.get_one(Educator, goes).state is RecordState.RETIRED
    assert db.session.get_one(Person, ana.id).educator_id == stays
