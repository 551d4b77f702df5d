"""What the public lookup finds, and what it keeps to itself."""

import uuid
from dataclasses import asdict
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.educators import Certificate, Educator, RecordState
from cecs.services.lookup import Asked
from tests import looking
from tests.conftest import Clock
from tests.people import Character, People

EXPIRED = timedelta(days=-10)


def names_found(desk: Desk, **asked: str) -> list[str]:
    return [
        f"{each.first_name} {each.last_name}" for each in looking.search(desk, Asked(**asked)).found
    ]


def words(desk: Desk, last_name: str) -> str:
    (found,) = looking.search(desk, Asked(last_name=last_name)).found
    return str(found.certificates[0].standing.words)


def files_renewal(desk: Desk, person: Character, on: date, status: Status) -> None:
    db.session.add(
        Application(
            id=uuid.uuid4(), reference=str(uuid.uuid4())[:20], person_id=person.id,
            educator_id=person.educator_id, kind="renew_initial", status=status,
            certificate_id=person.certificate_ids[0], created_at=desk.now(), filed_on=on,
        )
    )  # fmt: skip
    db.session.commit()


def test_the_beginning_of_a_last_name_finds_its_owners_by_name(desk: Desk, people: People) -> None:
    people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")
    people.record("Ben", "Rivers", date(1980, 1, 1), "987654321")
    people.record("Carla", "Riordan", date(1980, 1, 1), "987654322")

    assert names_found(desk, last_name="Riv") == ["Ana Rivera", "Ben Rivers"]


@pytest.mark.parametrize("typed", ["o'brien", "OBRIEN", "O’Brien", "o brien"])
def test_how_a_name_is_written_does_not_hide_its_owner(
    desk: Desk, people: People, typed: str
) -> None:
    people.record("Ellen", "O'Brien", date(1970, 1, 25), "987654324")

    assert names_found(desk, last_name=typed) == ["Ellen O'Brien"]


def test_accents_do_not_hide_an_owner_either(desk: Desk, people: People) -> None:
    people.record("José", "Núñez", date(1970, 1, 25), "987654324")

    assert names_found(desk, last_name="nunez", first_name="jos") == ["José Núñez"]


def test_a_first_name_and_a_district_narrow_the_search(desk: Desk, people: People) -> None:
    hartford, andover = sorted(desk.regime.districts)[:2]
    people.record("Ana", "Rivera", date(1980, 1, 1), "987654320", district_code=hartford)
    people.record("Ben", "Rivera", date(1980, 1, 1), "987654321", district_code=hartford)
    people.record("Ana", "Rivera", date(1980, 1, 1), "987654322", district_code=andover)

    assert len(names_found(desk, last_name="rivera")) == 3
    assert len(names_found(desk, last_name="rivera", first_name="ana")) == 2
    assert names_found(desk, last_name="rivera", first_name="ana", district=andover) == [
        "Ana Rivera"
    ]


def test_a_number_finds_its_one_owner(desk: Desk, people: People) -> None:
    id = people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")
    people.record("Ben", "Rivera", date(1980, 1, 1), "987654321")
    number = db.session.get_one(Educator, id).number

    assert names_found(desk, number=number) == ["Ana Rivera"]


def test_a_number_does_not_hide_that_the_name_disagrees(desk: Desk, people: People) -> None:
    id = people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")
    number = db.session.get_one(Educator, id).number

    assert names_found(desk, number=number, last_name="Smith") == []


def test_at_most_twenty_are_shown_and_it_says_that_there_are_more(
    desk: Desk, people: People
) -> None:
    for _ in range(20):
        people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")
    exactly = looking.search(desk, Asked(last_name="Rivera"))
    db.session.rollback()  # the next question looks again
    people.record("Ben", "Rivera", date(1980, 1, 1), "987654321")
    too_many = looking.search(desk, Asked(last_name="Rivera"))

    assert (len(exactly.found), exactly.more) == (20, False)
    assert (len(too_many.found), too_many.more) == (20, True)


def test_a_pending_record_is_not_shown(desk: Desk, people: People) -> None:
    people.record("Ana", "Rivera", date(1980, 1, 1), "987654320", state=RecordState.PENDING)

    assert names_found(desk, last_name="Rivera") == []


def test_who_asks_for_nobody_is_shown_nobody(desk: Desk, people: People) -> None:
    people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")

    assert names_found(desk) == []
    assert names_found(desk, last_name="'-") == []


def test_nothing_private_leaves_the_registry(desk: Desk, people: People) -> None:
    maria = people.teacher()
    number = db.session.get_one(Educator, maria.educator_id).number
    shown = str(asdict(looking.search(desk, Asked(last_name="Rivera")).found[0]))

    for private in (number, "1990", "987654320", maria.email, maria.username):
        assert private not in shown


def test_the_district_that_reported_is_named_with_its_year(desk: Desk, people: People) -> None:
    key = sorted(desk.regime.districts)[0]
    people.record(
        "Ana", "Rivera", date(1980, 1, 1), "987654320", district_code=key, school_year="2025–26"
    )
    (ana,) = looking.search(desk, Asked(last_name="Rivera")).found

    assert (ana.district, ana.school_year) == (desk.regime.districts[key].name, "2025–26")


def test_a_certificate_is_good_through_the_end_of_its_last_day(
    desk: Desk, people: People, clock: Clock
) -> None:
    people.teacher(expires_in=timedelta(days=0))
    before = words(desk, "Rivera")
    clock.advance(hours=13, minutes=59)  # 11:59 p.m. where the office is
    still = words(desk, "Rivera")
    clock.advance(minutes=1)

    assert (before, still) == ("Active", "Active")
    assert words(desk, "Rivera").startswith("Expired ")


def test_a_renewal_filed_in_time_is_told_after_the_end(desk: Desk, people: People) -> None:
    maria = people.teacher(expires_in=EXPIRED)
    files_renewal(desk, maria, desk.today() + EXPIRED, Status.IN_REVIEW)

    assert words(desk, "Rivera").endswith("; renewal filed before expiry, under review")


def test_a_renewal_filed_a_day_late_is_not_told_as_in_time(desk: Desk, people: People) -> None:
    maria = people.teacher(expires_in=EXPIRED)
    files_renewal(desk, maria, desk.today() + EXPIRED + timedelta(days=1), Status.IN_REVIEW)

    assert "before expiry" not in words(desk, "Rivera")
    assert "filed after expiry" in words(desk, "Rivera")


def test_a_renewal_that_was_denied_is_told_no_more(desk: Desk, people: People) -> None:
    maria = people.teacher(expires_in=EXPIRED)
    files_renewal(desk, maria, desk.today() + EXPIRED, Status.DENIED)

    assert ";" not in words(desk, "Rivera")


def test_what_the_bureau_did_a_moment_ago_shows(desk: Desk, people: People) -> None:
    maria = people.teacher()
    before = words(desk, "Rivera")
    db.session.get_one(Certificate, maria.certificate_ids[0]).state = "revoked"
    db.session.commit()

    assert (before, words(desk, "Rivera")) == ("Active", "Revoked")


def test_the_answer_carries_its_time(desk: Desk, clock: Clock) -> None:
    assert looking.search(desk, Asked(last_name="Nobody")).at == clock.instant


def test_a_search_by_name_walks_the_index(desk: Desk) -> None:
    if db.engine.dialect.name == "sqlite":
        plan = "EXPLAIN QUERY PLAN "
    else:  # an empty table would not be worth an index
        plan = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; EXPLAIN "
    statement = "SELECT id FROM educator WHERE last_key >= 'ri' AND last_key < 'rj'"
    *settings, explained = (plan + statement).split("; ")
    for setting in settings:
        db.session.execute(sa.text(setting))
    steps = str(db.session.execute(sa.text(explained)).all())

    assert "ix_educator_name" in steps
