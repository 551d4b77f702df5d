"""Two records of one person become one; one made by mistake is removed."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.models.educators import Certificate, Educator, FormerName, RecordState, SealedSsn
from cecs.models.office import Outcome, OutgoingMail, Task, TaskKind
from cecs.services import (
    account_requests,
    identity_checks,
    imports,
    lookup_rebuilding,
    queue,
    registration,
    retirements,
    tasks,
)
from cecs.services.records import Said
from cecs.services.transactions import Gone
from tests.applying import applies, refusal
from tests.pages import Visitor
from tests.people import Character, People

BORN = date(1990, 5, 17)
WHY = "She married in 2019; the transcript shows both names."
BY_LEE = "Proposed by Lee Chandra on November 25, 2026"
CSV = "number,first_name,last_name,birth_date,type,issued_on,valid_from,expires_on\n"


@pytest.fixture
def second(app: Flask, second: int) -> int:
    """Her second record, whose owner had an earlier name, too."""
    with app.app_context():
        db.session.add(FormerName(educator_id=second, last_name="Ortega", last_key="ortega"))
        db.session.commit()
    return second


@pytest.fixture
def lee(people: People) -> Character:
    """Who proposes."""
    found: Character = people.staff("Lee", "Chandra", "supervisor")
    return found


@pytest.fixture
def dana(people: People) -> Character:
    """Who decides."""
    found: Character = people.staff()
    return found


def educator(id: int | None) -> Educator:
    db.session.rollback()
    return db.session.get_one(Educator, id)


def merged(desk: Desk, goes: int, into: int | None, by: Character, then: Character) -> None:
    id = retirements.propose(desk, goes, into, by.id, WHY)
    retirements.decide(desk, id, then.id, approved=True)


def why_not(desk: Desk, goes: int, into: int | None, by: Character) -> str:
    said = refusal(lambda: retirements.propose(desk, goes, into, by.id, WHY) and None)

    assert retirements.waiting() == []
    return said


def test_all_that_hangs_on_a_record_moves(
    desk: Desk, app: Flask, maria: Character, second: int, lee: Character, dana: Character
) -> None:
    held = db.session.scalar(sa.select(Certificate.id).where(Certificate.educator_id == second))
    about = applies(app, maria, Status.ISSUED, educator_id=second, certificate_id=held)
    gone, stays = educator(second), educator(maria.educator_id)
    gone.disciplined, gone.district_code, gone.school_year = True, "0640011", "2026-2027"
    gone.school_months = 30
    db.session.commit()
    merged(desk, second, stays.id, lee, dana)
    stays, gone = educator(maria.educator_id), educator(second)

    assert len(stays.certificates) == 2 and gone.certificates == []
    assert {name.last_name for name in stays.former_names} == {"Lopez", "Ortega"}
    assert db.session.get_one(Application, about).educator_id == stays.id
    assert (stays.disciplined, stays.district_code, stays.school_months) == (True, "0640011", 30)
    assert gone.state is RecordState.RETIRED and db.session.get(SealedSsn, gone.id) is None
    assert lookup_rebuilding.verify(desk) == []


def test_a_sealed_number_is_sealed_anew_for_the_record_that_stays(
    desk: Desk, maria: Character, second: int, lee: Character, dana: Character
) -> None:
    db.session.execute(sa.delete(SealedSsn).where(SealedSsn.educator_id == maria.educator_id))
    db.session.commit()
    assert maria.educator_id
    merged(desk, second, maria.educator_id, lee, dana)
    kept = db.session.get_one(SealedSsn, maria.educator_id)

    assert desk.vault.unseal(kept.sealed, f"sealed_ssn/{maria.educator_id}") == "987654320"


def test_an_account_goes_along_and_its_owner_is_told_the_number(
    desk: Desk, maria: Character, second: int, lee: Character, dana: Character
) -> None:
    assert maria.educator_id
    merged(desk, maria.educator_id, second, lee, dana)
    mail = db.session.scalars(sa.select(OutgoingMail)).one()

    assert db.session.get_one(Person, maria.id).educator_id == second
    assert (mail.notice, mail.recipient) == ("records_merged", maria.email)
    assert mail.values["new"] == educator(second).number


def test_of_two_accounts_the_one_that_was_used_stays(
    desk: Desk, app: Flask, people: People, maria: Character, lee: Character, dana: Character
) -> None:
    again = people.teacher("Maria", "Lopez")
    applies(app, again, Status.ISSUED)
    merged(desk, again.educator_id, maria.educator_id or 0, lee, dana)
    db.session.rollback()

    assert db.session.get_one(Person, again.id).educator_id == maria.educator_id
    assert db.session.get_one(Person, maria.id).educator_id is None
    # She is asked who she is, and the bureau checks.
    assert registration.registration_of(maria.id) is None
    said = Said("Maria", "Rivera", "", BORN, "987654320")
    assert registration.register(desk, maria.id, said) is Outcome.CHECK


def test_the_old_number_leads_staff_to_the_record_that_stays(
    desk: Desk, app: Flask, maria: Character, second: int, lee: Character, dana: Character
) -> None:
    applies(app, maria)
    old = educator(second).number
    assert maria.educator_id
    merged(desk, second, maria.educator_id, lee, dana)
    found = account_requests.find_account(desk, old)

    assert found is not None and found.id == maria.id
    assert queue.queue(desk, words=old).total == 1
    assert retirements.kept_number(old) == educator(maria.educator_id).number


def test_merges_in_a_row_lead_to_the_last(
    desk: Desk, people: People, maria: Character, second: int, lee: Character, dana: Character
) -> None:
    third = people.record("Mary", "Rivera", BORN, "987654320")
    assert maria.educator_id
    merged(desk, second, third, lee, dana)
    merged(desk, third, maria.educator_id, lee, dana)
    numbers = {educator(id).number for id in (second, third)}

    assert retirements.kept(second) == maria.educator_id
    assert retirements.went() == dict.fromkeys(numbers, educator(maria.educator_id).number)


def test_whoever_registers_with_what_the_old_record_said_is_matched_with_the_new(
    desk: Desk, people: People, second: int, lee: Character, dana: Character
) -> None:
    stays = people.record("Maria", "Rivera", BORN, "987654320")
    merged(desk, second, stays, lee, dana)
    newcomer = people.account()
    outcome = registration.register(
        desk, newcomer.id, Said("Maria", "Lopez", "", BORN, "987654320")
    )

    assert outcome is Outcome.LINKED
    assert db.session.get_one(Person, newcomer.id).educator_id == stays


def test_a_check_that_named_the_old_record_offers_the_new(
    desk: Desk, people: People, second: int, lee: Character, dana: Character
) -> None:
    stays = people.record("Maria", "Rivera", BORN, "987654320")
    asking = people.account("Maria", "Lopez")
    details = {"candidates": [second]}
    task = Task(kind=TaskKind.IDENTITY, person_id=asking.id, details=details, opened_at=desk.now())
    db.session.add(task)
    db.session.commit()
    id = task.id
    merged(desk, second, stays, lee, dana)

    assert [one.id for one in tasks.candidates(id)] == [stays]
    with pytest.raises(Gone):
        identity_checks.link(desk, id, second, dana.id)


def test_an_import_under_an_old_number_is_taken_for_the_record_that_stays(
    desk: Desk, maria: Character, second: int, lee: Character, dana: Character, people: People
) -> None:
    mistake = people.record("Test", "Record", BORN, "987654321")
    old, removed = educator(second).number, educator(mistake).number
    assert maria.educator_id
    merged(desk, second, maria.educator_id, lee, dana)
    merged(desk, mistake, None, lee, dana)
    lines = [
        CSV,
        f"{old},Maria,Lopez,1990-05-17,PROV,2019-07-01,2019-07-01,2027-06-30\n",
        f"{removed},Test,Record,1990-05-17,,,,\n",
    ]
    (batch,) = imports.educators(desk, lines)
    stays = educator(maria.educator_id)

    assert (batch.taken, len(batch.refused)) == (1, 1)
    assert str(batch.refused[0].why) == f"The record {removed} was removed."
    assert stays.last_name == "Rivera" and len(stays.certificates) == 3
    assert educator(second).certificates == [] and lookup_rebuilding.verify(desk) == []


def test_two_people_are_needed_and_neither_decides_about_oneself(
    desk: Desk, app: Flask, people: People, maria: Character, second: int,
    lee: Character, dana: Character,
) -> None:  # fmt: skip
    with app.app_context():
        db.session.get_one(Person, maria.id).role = "supervisor"
        db.session.commit()
    own = why_not(desk, second, maria.educator_id, maria)
    reviewer = why_not(desk, second, maria.educator_id, dana)
    id = retirements.propose(desk, second, maria.educator_id, lee.id, WHY)
    cashier = people.staff("Omar", "Haddad", "cashier")
    again = refusal(lambda: retirements.propose(desk, second, None, lee.id, WHY) and None)
    alone = refusal(lambda: retirements.decide(desk, id, lee.id, True))
    owner = refusal(lambda: retirements.decide(desk, id, maria.id, True))
    teller = refusal(lambda: retirements.decide(desk, id, cashier.id, True))
    retirements.decide(desk, id, dana.id, False)

    assert own == "Nobody decides about their own record."
    assert reviewer == "Only a supervisor may propose this."
    assert again == "Something is proposed for one of these records already."
    assert alone == owner == "Another person must decide this."
    assert teller == "Only a reviewer may decide this."
    assert educator(second).state is RecordState.ACTIVE and retirements.waiting() == []
    with pytest.raises(Gone):
        retirements.decide(desk, id, dana.id, True)


def test_records_that_seem_to_be_of_two_people_are_not_merged(
    desk: Desk, app: Flask, people: People, maria: Character, lee: Character
) -> None:
    other = people.record("Maria", "Rivera", BORN, "987654321")
    pending = people.record("Maria", "Rivera", BORN, "987654320", state=RecordState.PENDING)
    again = people.teacher("Maria", "Lopez")
    applies(app, maria)
    applies(app, again)
    same_kind = why_not(desk, again.educator_id, maria.educator_id, lee)
    db.session.execute(sa.update(Application).values(status=Status.ISSUED))
    db.session.commit()

    assert "different Social Security numbers" in why_not(desk, other, maria.educator_id, lee)
    assert "has not checked yet" in why_not(desk, pending, maria.educator_id, lee)
    assert "open application of the same kind" in same_kind
    assert "an account with applications" in why_not(
        desk, again.educator_id, maria.educator_id, lee
    )
    assert why_not(desk, other, other, lee) == "Choose another record."


def test_what_came_in_meanwhile_is_looked_at_again(
    desk: Desk, app: Flask, people: People, maria: Character, lee: Character, dana: Character
) -> None:
    again = people.teacher("Maria", "Lopez")
    id = retirements.propose(desk, again.educator_id, maria.educator_id, lee.id, WHY)
    applies(app, maria)
    applies(app, again)

    assert "same kind" in refusal(lambda: retirements.decide(desk, id, dana.id, True))
    assert educator(again.educator_id).state is RecordState.ACTIVE


def test_only_a_record_with_nothing_on_it_is_removed(
    desk: Desk, app: Flask, people: People, maria: Character, second: int,
    lee: Character, dana: Character,
) -> None:  # fmt: skip
    empty = people.record("Test", "Record", BORN, "987654321")
    newcomer = people.account("Ana", "Silva")
    with app.app_context():
        db.session.get_one(Person, newcomer.id).educator_id = empty
        db.session.commit()
    linked = why_not(desk, empty, None, lee)
    with app.app_context():
        db.session.get_one(Person, newcomer.id).educator_id = None
        db.session.commit()
    filed = applies(app, maria, educator_id=empty)
    asked = why_not(desk, empty, None, lee)
    db.session.get_one(Application, filed).educator_id = maria.educator_id
    db.session.commit()
    merged(desk, empty, None, lee, dana)

    assert "certificate" in why_not(desk, second, None, lee)
    assert "application" in asked and "account" in linked
    assert educator(empty).state is RecordState.RETIRED and retirements.kept(empty) is None
    assert "went already" in why_not(desk, empty, maria.educator_id, lee)


def test_a_stranger_and_an_educator_see_no_record(
    visitor: Visitor, maria: Character, desk: Desk
) -> None:
    number = educator(maria.educator_id).number
    stranger = visitor.get(f"/bureau/educators/{number}")
    visitor.sign_in(maria)

    assert "/account/sign-in" in stranger.location
    for address in ("", f"/{number}", f"/{number}/merge", "/proposals/1"):
        assert visitor.get(f"/bureau/educators{address}").status == 404
    for address in (f"/{number}/remove", f"/{number}/merge/{number}", "/proposals/1"):
        assert visitor.post(f"/bureau/educators{address}", {"reason": WHY}).status == 404


def test_staff_merge_on_the_pages(
    visitor: Visitor, another_visitor: Visitor, desk: Desk, maria: Character, second: int,
    lee: Character, dana: Character,
) -> None:  # fmt: skip
    goes, stays = educator(second).number, educator(maria.educator_id).number
    visitor.sign_in(lee)
    nobody = visitor.get("/bureau/educators?number=4999999999")
    record = visitor.follow(visitor.get(f"/bureau/educators?number={goes[:5]}-{goes[5:]}"))
    both = visitor.follow(visitor.get(f"/bureau/educators/{goes}/merge?number={stays}"))
    silent = visitor.post(f"/bureau/educators/{goes}/merge/{stays}", {"reason": " "})
    listed = visitor.follow(
        visitor.post(f"/bureau/educators/{goes}/merge/{stays}", {"reason": WHY})
    )
    own = visitor.get("/bureau/educators/proposals/1")
    alone = visitor.post("/bureau/educators/proposals/1", {"approve": "yes"})
    another_visitor.sign_in(dana)
    shown = another_visitor.get("/bureau/educators/proposals/1")
    done = another_visitor.post("/bureau/educators/proposals/1", {"approve": "yes"})
    told, once_more = another_visitor.follow(done), another_visitor.get("/bureau/educators")
    after = another_visitor.get(f"/bureau/educators/{goes}")

    assert nobody.status == 422 and "no record of this number" in nobody.errors
    assert record.h1 == "Record of Maria Lopez" and "Compare the two" in record.text
    assert goes in both.text and stays in both.text and maria.username in both.text
    assert silent.status == 422 and "Say why" in silent.errors
    assert f"Merge {goes} into {stays}" in listed.text and "another person" in own.text
    assert "The merge is proposed." in listed.text and "The merge is proposed." not in own.text
    assert "The records are merged." in told.text and "are merged" not in once_more.text
    assert alone.status == 422 and "Another person" in alone.errors
    assert not own.soup.find("button", attrs={"name": "approve"})
    assert BY_LEE in listed.text and BY_LEE in shown.text
    assert WHY in shown.text and done.status == 303
    assert f"The record that stays: {stays}" in after.text and WHY in after.text
    assert BY_LEE in after.text and "Decided by Dana Okafor." in after.text


def test_where_records_cannot_be_merged_nobody_is_asked_how_they_know(
    visitor: Visitor, desk: Desk, people: People, lee: Character
) -> None:
    ana = educator(people.record("Ana", "Perez", date(1980, 1, 1), "987654320")).number
    other = educator(people.record("Ana", "Perez", date(1981, 1, 1), "987654322")).number
    visitor.sign_in(lee)
    page = visitor.get(f"/bureau/educators/{ana}/merge/{other}")

    assert "cannot be merged" in page.text and "The birth dates differ." in page.text
    assert "Say below" not in page.text


def test_a_reviewer_sees_a_record_and_proposes_nothing(
    visitor: Visitor, desk: Desk, second: int, maria: Character, dana: Character
) -> None:
    goes, stays = educator(second).number, educator(maria.educator_id).number
    visitor.sign_in(dana)
    record = visitor.get(f"/bureau/educators/{goes}")
    refused = visitor.post(f"/bureau/educators/{goes}/merge/{stays}", {"reason": WHY})

    assert "Compare the two" not in record.text and refused.status == 422
    assert refused.errors.endswith("Only a supervisor may propose this.")
    assert visitor.get("/bureau/educators/4999999999").status == 404
