"""The pages of a card payment: the card is typed elsewhere, and paying is a POST."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from cecs.services import payments
from tests.applying import applies
from tests.conftest import Clock
from tests.pages import Page, Visitor
from tests.people import People

VISA = "fake-valid-no-indicators-nonce"


@pytest.fixture
def owed(app: Flask, people: People, visitor: Visitor) -> uuid.UUID:
    maria = people.teacher()
    visitor.sign_in(maria)
    return applies(app, maria, status="awaiting_payment", paid=False)


def test_the_pay_page_frames_the_gateway_and_no_other_page_does(
    visitor: Visitor, owed: uuid.UUID, gateway: str
) -> None:
    shown = visitor.get(f"/payments/{owed}")
    other = visitor.get("/educator/")
    policy = "Content-Security-Policy"

    assert f"frame-src {gateway}" in shown.response.headers[policy]
    assert "frame-src 'none'" in other.response.headers[policy]
    assert "Visa and MasterCard credit cards only" in shown.text and "$100.00" in shown.text
    assert not shown.soup.find(attrs={"autocomplete": "cc-number"})


def offered(visitor: Visitor, owed: uuid.UUID, nonce: str = VISA) -> Page:
    visitor.get(f"/payments/{owed}")
    return visitor.post(f"/payments/{owed}/card", {"nonce": nonce})


def test_a_card_is_confirmed_with_its_amount_then_paid(visitor: Visitor, owed: uuid.UUID) -> None:
    answer = offered(visitor, owed)
    confirm = visitor.get(answer.location)
    paid = visitor.follow(visitor.post(answer.location))

    assert answer.status == 303 and "Pay $100.00" in confirm.text
    assert "Visa credit card ending in 0101" in confirm.text
    assert "Waiting First Review" in paid.text and "Payment received" in paid.text


def test_a_refused_card_says_why_and_offers_mail(visitor: Visitor, owed: uuid.UUID) -> None:
    answer = offered(visitor, owed, "fake-valid-debit-nonce")

    assert answer.status == 422 and "This is a debit card" in answer.errors
    assert answer.soup.find("form", action=f"/applications/{owed}/by-mail")


def test_coming_back_without_scripts_pays_nothing_and_leaves_the_nonce_behind(
    visitor: Visitor, owed: uuid.UUID
) -> None:
    answer = visitor.get(f"/payments/{owed}/return?nonce={VISA}")
    status = visitor.get(f"/applications/{owed}")

    assert answer.status == 303 and "nonce" not in answer.location
    assert "Waiting for payment" in status.text


def test_a_stranger_cannot_pay_or_see_it(
    visitor: Visitor, another_visitor: Visitor, people: People, owed: uuid.UUID
) -> None:
    answer = offered(visitor, owed)
    another_visitor.sign_in(people.teacher("Tomas", "Berg", ssn="987654321"))

    for url in (f"/payments/{owed}", answer.location, f"/payments/{owed}/return?nonce=x"):
        assert another_visitor.get(url).status == 404
    assert another_visitor.post(answer.location).status == 404


def test_the_status_page_finds_out_how_a_payment_ended(
    app: Flask, visitor: Visitor, owed: uuid.UUID, clock: Clock, fault: Callable[..., None]
) -> None:
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        attempt = payments.offer_card(desk, owed, VISA)
        fault("sale", "drop", "after")
        payments.pay(desk, owed, attempt)
    at_once = visitor.get(f"/applications/{owed}")
    clock.advance(minutes=10)
    later = visitor.get(f"/applications/{owed}")

    assert "We are checking your card payment" in at_once.text
    assert "Payment received" in later.text and "Waiting First Review" in later.text


def test_a_silent_gateway_does_not_stop_the_status_page(
    app: Flask, visitor: Visitor, owed: uuid.UUID, clock: Clock, fault: Callable[..., None]
) -> None:
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        attempt = payments.offer_card(desk, owed, VISA)
        fault("sale", "drop", "before")
        payments.pay(desk, owed, attempt)
    clock.advance(minutes=10)
    fault("search", "drop", "before")
    page = visitor.get(f"/applications/{owed}")

    assert page.status == 200 and "We are checking your card payment" in page.text
