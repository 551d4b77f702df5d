"""What an educator reads of an application, at every turn of it."""

import uuid

import pytest
from flask import Flask

from cecs.domain.applications import Actor, Status, public
from cecs.extensions import db
from cecs.models.applications import Application, MissingItem
from cecs.services import reviews, status
from tests.applying import applies
from tests.pages import Visitor
from tests.people import People


def moved(app: Flask, id: uuid.UUID, wanted: Status, **details: str) -> None:
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        application = db.session.get_one(Application, id)
        status.become(desk, application, wanted, Actor.REVIEWER, None, **details)
        db.session.commit()


@pytest.mark.parametrize("reached", list(Status))
def test_every_status_has_its_words_and_who_acts_next(
    app: Flask, visitor: Visitor, people: People, reached: Status
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    shown = visitor.get(f"/applications/{applies(app, maria, status=reached)}")

    assert str(public(reached).words) in shown.text
    assert sum(words in shown.text for words in NEXT) == 1


NEXT = ("You act next.", "The bureau acts next.", "Nothing more has to be done.")


def test_of_what_is_issued_the_page_says_from_when_it_counts_and_leads_to_it(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria, dana = people.teacher(), people.staff()
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    with app.app_context():
        reviews.approve(app.extensions["cecs_desk"], id, dana.id)
    visitor.sign_in(maria)
    shown = visitor.get(f"/applications/{id}")
    link = shown.soup.select_one("main p a[href='/educator/']")

    assert link.get_text() == "My certificates"
    assert "It counts from" in link.parent.get_text()


def test_a_reference_is_kept_on_one_line(app: Flask, visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    shown = visitor.get(f"/applications/{applies(app, maria)}")
    pieces = [one.find(class_="reference") for one in (shown.soup.h1, shown.soup.footer)]

    assert all(piece.get_text().startswith("CT-TEST-") for piece in pieces)
    assert "&lt;span" not in str(shown.soup)


def test_who_may_pay_in_two_parts_reads_how_much_each_is(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    id = applies(app, maria, status=Status.AWAITING_PAYMENT, paid=False)
    at = f"/applications/{id}"
    done = visitor.get(f"{at}/done")
    parts = visitor.follow(visitor.post(f"{at}/balance", {"later": "yes"}))
    whole = visitor.follow(visitor.post(f"{at}/balance", {"later": ""}))

    in_parts = "Rather pay only the application fee of $50.00 now, and $50.00 once it is approved"
    assert in_parts in done.text and in_parts in whole.text
    assert "Rather pay all $100.00 now" in parts.text and in_parts not in parts.text


def test_a_hold_says_why_and_a_recommendation_is_not_shown(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    id = applies(app, maria, status=Status.IN_REVIEW)
    moved(app, id, Status.ON_HOLD, words="We wait for your college.")
    moved(app, id, Status.IN_REVIEW)
    moved(app, id, Status.SECOND_REVIEW, recommended="deny this one")
    shown = visitor.get(f"/applications/{id}")

    assert "We wait for your college." in shown.text and "On hold" in shown.text
    assert "deny this one" not in shown.text


def test_what_is_missing_is_listed_until_it_came(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    id = applies(app, maria, status=Status.MISSING_CREDENTIALS)
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        asked = {"application_id": id, "asked_at": desk.now()}
        db.session.add(MissingItem(words="An official transcript", **asked))
        db.session.add(MissingItem(words="Form ED 126", received_at=desk.now(), **asked))
        db.session.commit()
    shown = visitor.get(f"/applications/{id}")

    assert "An official transcript Open" in shown.text and "Form ED 126 Came on" in shown.text
    assert "1 of 2 still open." in shown.text and "each with your reference" in shown.text
    assert desk.regime.office.mail_address[-1] in shown.soup.find("address").get_text()
