"""The pages about money: receipts for the educator, day, months and refunds for the cashier."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from cecs.domain.applications import Status
from cecs.domain.payments import RefundState, Settlement
from cecs.extensions import db
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import payments, refunds, settlements
from tests.applying import applies
from tests.conftest import Clock
from tests.pages import Visitor
from tests.payments.conftest import Gateway
from tests.people import Character, People

VISA = "fake-valid-no-indicators-nonce"


@pytest.fixture
def paid(app: Flask, maria: Character, clock: Clock) -> uuid.UUID:
    """Maria's card payment of $100, made at this very moment, as at the gateway."""
    clock.instant = clock.real()
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        attempt = payments.offer_card(desk, id, VISA)
        payments.pay(desk, id, attempt)
    return attempt


@pytest.fixture
def cleo(people: People, visitor: Visitor, clock: Clock) -> Visitor:
    """A cashier, signed in at this very moment, as the gateway's clock has it."""
    clock.instant = clock.real()
    visitor.sign_in(people.staff("Cleo", "Marsh", "cashier"))
    return visitor


def application_of(app: Flask, attempt: uuid.UUID) -> uuid.UUID:
    with app.app_context():
        return db.session.get_one(PaymentAttempt, attempt).application_id


def test_a_payment_has_a_receipt_on_page_and_paper(
    app: Flask, visitor: Visitor, maria: Character, paid: uuid.UUID
) -> None:
    visitor.sign_in(maria)
    status = visitor.get(f"/applications/{application_of(app, paid)}")
    link = status.soup.main.find("a", href=lambda to: to and "/receipts/" in to)
    page = visitor.get(link["href"])
    paper = visitor.get(link["href"] + ".pdf")

    assert "$100.00" in page.text and "Visa credit card ending in 0101" in page.text
    assert paper.response.mimetype == "application/pdf"
    assert paper.response.get_data().startswith(b"%PDF-")
    assert paper.response.headers["Cache-Control"] == "no-store"


def test_nobody_reads_the_receipts_of_others(
    app: Flask, visitor: Visitor, people: People, paid: uuid.UUID
) -> None:
    application = application_of(app, paid)
    visitor.sign_in(people.teacher("Pablo", ssn="987654321"))
    pages = [f"/payments/{application}/receipts/1{end}" for end in ("", ".pdf")]

    assert [visitor.get(page).status for page in pages] == [404, 404]


@pytest.mark.parametrize("page", ["", "/day.csv", "/months", "/refunds"])
def test_money_is_for_those_who_handle_it(visitor: Visitor, people: People, page: str) -> None:
    stranger = visitor.get(f"/bureau/money{page}")
    visitor.sign_in(people.staff())
    reviewer = visitor.get(f"/bureau/money{page}")

    assert stranger.status == 303 and "/sign-in" in stranger.location
    assert reviewer.status == 404


def test_the_day_agrees_with_ledger_and_gateway(cleo: Visitor, paid: uuid.UUID) -> None:
    page = cleo.get("/bureau/money")
    rows = [row.get_text(" ").split() for row in page.soup.main.find("tbody").find_all("tr")]

    assert rows[0][2:5] == ["$100.00", "$0.00", "$100.00"]
    assert rows[0][1] != "–" and "Visa 0101" in page.text


def test_what_does_not_agree_is_said(app: Flask, cleo: Visitor, paid: uuid.UUID) -> None:
    with app.app_context():
        db.session.get_one(PaymentAttempt, paid).fees[0].cents = 4_000
        db.session.commit()
    page = cleo.get("/bureau/money")

    assert "The card paid $100.00, the ledger says $90.00." in page.text


def test_a_gateway_that_is_silent_is_said(
    cleo: Visitor, paid: uuid.UUID, fault: Callable[..., None]
) -> None:
    fault("search", "status", "before", status=503)
    page = cleo.get("/bureau/money")

    assert "could not be asked for its list" in page.text


def test_a_day_can_be_taken_away_as_csv(cleo: Visitor, paid: uuid.UUID) -> None:
    answer = cleo.get("/bureau/money/day.csv")
    text = answer.response.get_data(as_text=True)

    assert answer.response.mimetype == "text/csv" and ",100.00," in text
    assert "Card payment" in text


def test_another_day_is_empty_and_nonsense_is_today(cleo: Visitor, paid: uuid.UUID) -> None:
    assert "$100.00" not in cleo.get("/bureau/money?day=2020-01-01").text
    assert "$100.00" in cleo.get("/bureau/money?day=yesterday").text


def test_months_are_drawn_and_listed(cleo: Visitor, paid: uuid.UUID) -> None:
    page = cleo.get("/bureau/money/months")

    assert page.soup.main.find("svg") and len(page.soup.main.find_all("rect")) == 24
    assert "$100.00" in page.text and "100.0 %" in page.text


def test_a_refund_is_proposed_on_one_page_and_decided_on_another(
    app: Flask, cleo: Visitor, another_visitor: Visitor, people: People, paid: uuid.UUID
) -> None:
    url = f"/bureau/money/card/{paid}"
    cleo.get(url)
    wrong = cleo.post(f"{url}/refund", {"amount": "a lot", "reason": "x"})
    too_much = cleo.post(f"{url}/refund", {"amount": "100.00", "reason": "Withdrawn"})
    done = cleo.follow(cleo.post(f"{url}/refund", {"amount": "50.00", "reason": "Withdrawn"}))
    with app.app_context():
        refund = db.session.query(Refund).one().id
    cleo.get("/bureau/money/refunds")
    alone = cleo.post(f"/bureau/money/refunds/{refund}", {"approve": "yes"})
    another_visitor.sign_in(people.staff("Sue", "Park", "supervisor"))
    another_visitor.get("/bureau/money/refunds")
    decided = another_visitor.post(f"/bureau/money/refunds/{refund}", {"approve": "yes"})

    assert wrong.status == 422 and "Enter an amount" in wrong.errors
    assert too_much.status == 422 and "At most $50.00" in too_much.errors
    assert "Proposed" in done.text
    assert alone.status == 422 and "Another person" in alone.errors
    assert decided.status == 303
    with app.app_context():
        assert db.session.get_one(Refund, refund).state is RefundState.APPROVED


def test_a_signed_message_makes_us_look_and_another_does_not(
    app: Flask, visitor: Visitor, paid: uuid.UUID, bank: Gateway
) -> None:
    with app.app_context():
        charge = db.session.get_one(PaymentAttempt, paid).charge_id
        desk = app.extensions["cecs_desk"]
        bank.settles(charge)
        bank.disputes(charge)
        sdk = desk.card_gateway._sdk
        # The SDK's sample is signed with our own keys, as the gateway's messages are.
        signature = sdk.webhook_testing.sample_notification("dispute_opened", charge)
    payload = signature["bt_payload"].decode()
    sent = {"bt_signature": signature["bt_signature"], "bt_payload": payload}
    forged = visitor.post("/payments/webhook", sent | {"bt_signature": "public_key|forged"})
    empty = visitor.post("/payments/webhook", {})
    known = visitor.post("/payments/webhook", sent)

    assert (forged.status, empty.status, known.status) == (400, 400, 204)
    with app.app_context():
        assert db.session.get_one(PaymentAttempt, paid).settlement is Settlement.DISPUTED


def test_a_refund_shows_in_the_day(
    app: Flask, cleo: Visitor, people: People, paid: uuid.UUID, bank: Gateway, clock: Clock
) -> None:
    sue = people.staff("Sue", "Park", "supervisor").id
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        bank.settles(db.session.get_one(PaymentAttempt, paid).charge_id)
        settlements.follow(desk)
        assert db.session.get_one(PaymentAttempt, paid).settlement is Settlement.SETTLED
        other = people.staff("Otto", "Lane", "cashier").id
        id = refunds.propose(desk, paid, other, 5_000, "Withdrawn")
        refunds.decide(desk, id, sue, approved=True)
        refunds.carry_out(desk)
    page = cleo.get("/bureau/money")

    assert "Refunds : $50.00" in page.text or "Refunds: $50.00" in page.text
