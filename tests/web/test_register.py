"""Registering: matched, new, or checked by the bureau; the page never tells why."""

from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.educators import Educator
from cecs.models.office import Acknowledgement, Registration, Task
from tests.pages import Page, Visitor
from tests.people import People

BORN = date(1990, 5, 17)


def register(visitor: Visitor, person: Any, **changed: str) -> Page:
    visitor.get("/educator/register")
    said = {
        "ssn": "987-65-4320", "first_name": "Maria", "last_name": "Rivera",
        "birth_date-month": "5", "birth_date-day": "17", "birth_date-year": "1990",
        "email": person.email.upper(),
    }  # fmt: skip
    return visitor.post("/educator/register", said | changed)


def through(visitor: Visitor, answer: Page) -> Page:
    """Acknowledges, and gives the list of certificates."""
    visitor.follow(answer)
    return visitor.follow(visitor.post("/educator/acknowledge"))


def open_tasks(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Task)) or 0


def test_who_agrees_with_one_record_is_linked_at_once(
    app: Flask, visitor: Visitor, people: People
) -> None:
    people.record("Maria", "Rivera", BORN, "987654320")
    maria = people.account()
    visitor.sign_in(maria)
    acknowledging = visitor.follow(register(visitor, maria))
    listed = visitor.follow(visitor.post("/educator/acknowledge"))

    assert acknowledging.h1 == "Please read and acknowledge"
    assert listed.h1 == "My certificates" and "Educator Identification Number" in listed.text
    assert open_tasks(app) == 0
    with app.app_context():
        assert db.session.scalars(sa.select(Acknowledgement)).one().version


def test_a_birth_date_that_differs_is_checked_and_the_page_does_not_say_so(
    app: Flask, visitor: Visitor, people: People
) -> None:
    people.record("Maria", "Rivera", date(1991, 5, 17), "987654320")
    maria = people.account()
    visitor.sign_in(maria)
    listed = through(visitor, register(visitor, maria))

    assert "We are checking who you are" in listed.text
    assert "birth" not in listed.text.lower() and "Identification Number" not in listed.text
    assert open_tasks(app) == 1


def test_who_is_new_sees_the_same_words_as_who_is_checked(
    app: Flask, visitor: Visitor, another_visitor: Visitor, people: People
) -> None:
    people.record("Judith", "Adler", date(1980, 2, 29), "987654327")
    maria, judith = people.account(), people.account("Judith", "Adler")
    visitor.sign_in(maria)
    another_visitor.sign_in(judith)
    new = through(visitor, register(visitor, maria))
    checked = through(
        another_visitor,
        register(another_visitor, judith, ssn="987654327", first_name="Judith", last_name="Adler"),
    )

    assert new.text == checked.text
    with app.app_context():
        pending = db.session.scalars(sa.select(Educator).where(Educator.last_name == "Rivera"))
        assert pending.one().state == "pending"


def test_a_second_account_cannot_take_a_linked_record(
    app: Flask, visitor: Visitor, people: People
) -> None:
    people.teacher("Maria", "Rivera")
    other = people.account("Maria", "Rivera")
    visitor.sign_in(other)
    listed = through(visitor, register(visitor, other))

    assert "We are checking" in listed.text and open_tasks(app) == 1
    with app.app_context():
        assert db.session.get_one(Person, other.id).educator_id is None


def test_impossible_numbers_and_other_emails_are_named_at_their_fields(
    visitor: Visitor, people: People
) -> None:
    maria = people.account()
    visitor.sign_in(maria)
    number = register(visitor, maria, ssn="000-12-3456")
    email = register(visitor, maria, email="other@example.org")
    born = register(visitor, maria, **{"birth_date-month": "13"})

    assert number.status == 422 and "cannot be a Social Security number" in number.text
    assert email.status == 422 and "not the email address of your account" in email.errors
    assert born.status == 422 and "number from 1 to 12" in born.errors
    assert number.value("first_name") == "Maria" and "000-12-3456" not in number.html


def test_without_a_number_a_signed_statement_is_needed(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria = people.account()
    visitor.sign_in(maria)
    unsigned = register(visitor, maria, ssn="", no_ssn="yes")
    signed = register(visitor, maria, ssn="", no_ssn="yes", signature="Maria Rivera")

    assert unsigned.status == 422 and "sign the statement" in unsigned.errors
    assert signed.status == 303 and open_tasks(app) == 1


def test_the_statement_takes_the_place_of_the_number_and_back(
    visitor: Visitor, people: People
) -> None:
    maria = people.account()
    visitor.sign_in(maria)
    swapped = register(visitor, maria, ssn="", swap="yes")
    back = register(visitor, maria, ssn="", no_ssn="yes", swap="yes")

    assert swapped.status == 200 and not swapped.soup.find(attrs={"name": "ssn"})
    assert swapped.soup.find("label", attrs={"for": "signature"})
    assert swapped.value("first_name") == "Maria" and swapped.value("birth_date-day") == "17"
    assert back.soup.find(attrs={"name": "ssn"}) and not back.soup.find(id="signature")


def test_a_number_that_waits_for_a_check_makes_no_second_record(
    app: Flask, visitor: Visitor, another_visitor: Visitor, people: People
) -> None:
    people.record("Maria", "Rivera", date(1991, 5, 17), "987654320")
    people.record("Nora", "Quinn", BORN, "987654321")
    maria, nora = people.account(), people.account("Nora", "Quinn")
    visitor.sign_in(maria)
    another_visitor.sign_in(nora)
    register(visitor, maria, last_name="Quinn", first_name="Nora", ssn="987654325")
    register(another_visitor, nora, last_name="Quill", first_name="Nora", ssn="987654325")
    with app.app_context():
        reasons = db.session.scalars(sa.select(Registration.reason)).all()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Educator)) == 2

    assert open_tasks(app) == 2 and "same number" in reasons[1]


def test_the_number_lies_nowhere_in_clear(
    app: Flask, visitor: Visitor, people: People, database_url: str
) -> None:
    maria = people.account()
    visitor.sign_in(maria)
    register(visitor, maria, ssn="987654329")
    with app.app_context():
        kept = [
            str(list(db.session.execute(sa.select(table)))) for table in db.metadata.sorted_tables
        ]
        assert len(list(db.session.execute(sa.text("SELECT * FROM sealed_ssn")))) == 1
    files = Path(database_url.removeprefix("sqlite:///")).parent.glob("*.sqlite3*")

    assert not any("987654329" in text or "987-65-4329" in text for text in kept)
    if database_url.startswith("sqlite"):
        assert not any(b"987654329" in file.read_bytes() for file in files)


def test_certificates_come_with_dates_words_and_choose(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    listed = visitor.get("/educator/")
    chosen = visitor.get(f"/educator/certificates/{maria.certificate_ids[0]}")

    assert "Initial Educator Certificate" in listed.text and "305" in listed.text
    assert "90 days left" in listed.text or "91 days left" in listed.text
    assert "Active" in listed.text and listed.soup.find("meter") is not None
    assert "Renew an initial certificate" in chosen.text and "Fee: $200.00" in chosen.text
    assert "Only if you have served more than is on record" in chosen.text


def test_a_stranger_cannot_open_anothers_certificate(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(people.teacher("Tomas", "Berg", ssn="987654321"))

    assert visitor.get(f"/educator/certificates/{maria.certificate_ids[0]}").status == 404


def test_a_namesake_with_another_number_is_checked(
    app: Flask, visitor: Visitor, people: People
) -> None:
    people.record("Maria", "Rivera", BORN, "987654321")
    maria = people.account()
    visitor.sign_in(maria)
    listed = through(visitor, register(visitor, maria))

    assert "We are checking who you are" in listed.text and open_tasks(app) == 1


def test_blank_names_and_dates_to_come_are_refused(visitor: Visitor, people: People) -> None:
    maria = people.account()
    visitor.sign_in(maria)
    blank = register(visitor, maria, first_name="  ")
    unborn = register(visitor, maria, **{"birth_date-year": "2030"})

    assert blank.status == 422 and "Enter your first name." in blank.errors
    assert unborn.status == 422 and "lies in the past" in unborn.errors


def test_nothing_is_shown_before_the_text_of_today_is_acknowledged(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    with app.app_context():
        db.session.execute(sa.update(Acknowledgement).values(version="older"))
        db.session.commit()
    visitor.sign_in(maria)
    page = visitor.get(f"/educator/certificates/{maria.certificate_ids[0]}")

    assert page.status == 303 and page.location == "/educator/acknowledge"
    unregistered = people.account("Tomas", "Berg")
    visitor.get("/account/sign-in")
    visitor.post("/account/sign-out")
    visitor.get("/account/sign-in")
    visitor.sign_in(unregistered)
    assert visitor.get("/educator/acknowledge").location == "/educator/register"
