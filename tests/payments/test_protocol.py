"""Nobody is charged twice, no paid fee is lost, no refused card is charged."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain.payments import LIVE, AttemptState
from cecs.extensions import db
from cecs.gateways.cards import ChargeState
from cecs.models.applications import Application
from cecs.models.payments import PaymentAttempt
from cecs.services import applications, ledger, payments
from cecs.services.refused import Refused
from tests.applying import applies
from tests.conftest import Clock
from tests.people import People

VISA = "fake-valid-no-indicators-nonce"
MASTERCARD = "fake-valid-mastercard-nonce"


@pytest.fixture
def owed(app: Flask, people: People) -> uuid.UUID:
    """Maria's application, $100 in two lines still to be paid."""
    return applies(app, people.teacher(), status="awaiting_payment", paid=False)


def charges(desk: Desk, attempt: uuid.UUID) -> list[ChargeState]:
    return [charge.state for charge in desk.card_gateway.find_by_order(str(attempt))]


def fresh(id: uuid.UUID) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, id, populate_existing=True)


@pytest.mark.parametrize("nonce", [VISA, MASTERCARD])
def test_a_credit_card_pays_and_files(desk: Desk, owed: uuid.UUID, nonce: str) -> None:
    attempt = payments.offer_card(desk, owed, nonce)

    assert charges(desk, attempt) == []
    assert payments.pay(desk, owed, attempt) is AttemptState.PAID
    assert charges(desk, attempt) == [ChargeState.CAPTURED]
    application = fresh(owed)
    assert ledger.due_cents(application) == 0 and application.filed_on == date(2026, 11, 25)
    assert application.status == "waiting_first_review"


@pytest.mark.parametrize(
    ("nonce", "words"),
    [
        ("fake-valid-debit-nonce", "debit card"),
        ("fake-valid-prepaid-nonce", "prepaid card"),
        ("fake-valid-amex-nonce", "American Express"),
        ("fake-valid-discover-nonce", "Discover"),
        ("fake-valid-unknown-indicators-nonce", "could not confirm"),
        ("no-such-nonce", "Enter the card again"),
    ],
)
def test_a_refused_card_is_never_charged(
    desk: Desk, owed: uuid.UUID, nonce: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        payments.offer_card(desk, owed, nonce)

    for attempt in db.session.scalars(sa.select(PaymentAttempt)):
        assert attempt.state is AttemptState.REFUSED and charges(desk, attempt.id) == []
    assert ledger.due_cents(fresh(owed)) == 10000


def test_pressing_pay_again_charges_nothing_more(desk: Desk, owed: uuid.UUID) -> None:
    attempt = payments.offer_card(desk, owed, VISA)
    payments.pay(desk, owed, attempt)

    assert payments.pay(desk, owed, attempt) is AttemptState.PAID
    assert charges(desk, attempt) == [ChargeState.CAPTURED]
    with pytest.raises(Refused, match="nothing to pay"):
        payments.offer_card(desk, owed, VISA)


def test_another_card_takes_the_place_of_the_first(desk: Desk, owed: uuid.UUID) -> None:
    first = payments.offer_card(desk, owed, VISA)
    second = payments.offer_card(desk, owed, MASTERCARD)

    assert payments.pay(desk, owed, first) is AttemptState.FAILED
    assert payments.pay(desk, owed, second) is AttemptState.PAID
    assert charges(desk, first) == []


def test_a_declined_card_leaves_the_fee_due(desk: Desk, owed: uuid.UUID) -> None:
    attempt = payments.offer_card(desk, owed, "fake-valid-no-indicators-nonce")
    row = db.session.get_one(PaymentAttempt, attempt)
    row.cents = 200000  # an amount that the sandbox's bank declines
    db.session.commit()

    assert payments.pay(desk, owed, attempt) is AttemptState.DECLINED
    assert ledger.due_cents(fresh(owed)) == 10000


LOST = [
    ("sale", "drop", "before", AttemptState.CALLING, []),
    ("sale", "drop", "after", AttemptState.CALLING, [ChargeState.CAPTURED]),
    ("sale", "status", "after", AttemptState.CALLING, [ChargeState.CAPTURED]),
    ("capture", "drop", "before", AttemptState.CAPTURING, [ChargeState.CAPTURED]),
    ("capture", "drop", "after", AttemptState.CAPTURING, [ChargeState.CAPTURED]),
]


@pytest.mark.parametrize(("call", "how", "when", "left", "ends"), LOST)
def test_a_lost_answer_is_found_out_and_never_charged_again(
    desk: Desk, owed: uuid.UUID, clock: Clock, fault: Callable[..., None],
    call: str, how: str, when: str, left: AttemptState, ends: list[ChargeState],
) -> None:  # fmt: skip
    attempt = payments.offer_card(desk, owed, VISA)
    fault(call, how, when, **({"status": 503} if how == "status" else {}))

    assert payments.pay(desk, owed, attempt) is left
    with pytest.raises(Refused, match="under way"):
        payments.offer_card(desk, owed, MASTERCARD)
    assert payments.reconcile(desk) == 0  # too early to know
    clock.advance(minutes=10)
    assert payments.reconcile(desk) == 1
    assert payments.reconcile(desk) == 0
    assert charges(desk, attempt) == ends
    assert (ledger.due_cents(fresh(owed)) == 0) == bool(ends)


def test_what_was_paid_by_mail_meanwhile_is_not_taken_from_the_card(
    desk: Desk, owed: uuid.UUID, clock: Clock, fault: Callable[..., None]
) -> None:
    attempt = payments.offer_card(desk, owed, VISA)
    fault("sale", "drop", "after")
    payments.pay(desk, owed, attempt)
    application = fresh(owed)
    ledger.settle(desk, application, [fee.id for fee in application.fees], None, desk.today())
    db.session.commit()
    clock.advance(minutes=10)
    payments.reconcile(desk)

    assert charges(desk, attempt) == [ChargeState.VOIDED]


def test_a_card_that_is_never_confirmed_is_let_go(
    desk: Desk, owed: uuid.UUID, clock: Clock
) -> None:
    attempt = payments.offer_card(desk, owed, VISA)
    clock.advance(minutes=31)

    assert payments.reconcile(desk) == 1
    row = db.session.get_one(PaymentAttempt, attempt, populate_existing=True)
    assert row.state is AttemptState.FAILED and row.sealed_nonce is None


def test_many_clicks_at_once_charge_once(app: Flask, owed: uuid.UUID) -> None:
    with app.app_context():
        attempt = payments.offer_card(app.extensions["cecs_desk"], owed, VISA)
        db.session.rollback()
    told = SimpleNamespace(states=[])

    def click() -> None:
        with app.app_context():
            told.states.append(payments.pay(app.extensions["cecs_desk"], owed, attempt))

    clicks = [threading.Thread(target=click) for _ in range(12)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert len(told.states) == 12 and AttemptState.PAID in told.states
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        assert charges(desk, attempt) == [ChargeState.CAPTURED]
        assert ledger.due_cents(fresh(owed)) == 0


def test_nobody_tries_out_a_list_of_cards(desk: Desk, owed: uuid.UUID) -> None:
    for _ in range(6):
        with pytest.raises(Refused, match="debit"):
            payments.offer_card(desk, owed, "fake-valid-debit-nonce")

    with pytest.raises(Refused, match="Wait an hour"):
        payments.offer_card(desk, owed, VISA)


def test_nothing_is_withdrawn_while_a_card_is_being_charged(
    desk: Desk, owed: uuid.UUID, fault: Callable[..., None]
) -> None:
    attempt = payments.offer_card(desk, owed, VISA)
    fault("capture", "drop", "before")
    payments.pay(desk, owed, attempt)

    with pytest.raises(Refused, match="being charged"):
        applications.withdraw(desk, owed)


def test_while_a_card_is_given_up_nobody_pays_again(
    desk: Desk, owed: uuid.UUID, clock: Clock, fault: Callable[..., None]
) -> None:
    lenient = replace(desk, settings=replace(desk.settings, card_funding_unknown="accept"))
    attempt = payments.offer_card(lenient, owed, "fake-valid-unknown-indicators-nonce")
    fault("void", "drop", "before")
    state = payments.pay(desk, owed, attempt)
    with pytest.raises(Refused, match="under way"):
        payments.offer_card(desk, owed, VISA)
    clock.advance(minutes=10)
    closed = payments.reconcile(lenient)  # what was decided stays decided
    row = db.session.get_one(PaymentAttempt, attempt, populate_existing=True)

    assert state is AttemptState.VOIDING and closed == 1
    assert (row.state, row.reason) == (AttemptState.REFUSED, "unknown")
    assert charges(desk, attempt) == [ChargeState.VOIDED]


@pytest.mark.parametrize("state", sorted(LIVE))
def test_the_database_itself_allows_one_live_attempt(
    desk: Desk, owed: uuid.UUID, state: AttemptState
) -> None:
    first = payments.offer_card(desk, owed, VISA)
    db.session.get_one(PaymentAttempt, first).state = state
    db.session.commit()
    db.session.add(
        PaymentAttempt(
            application_id=owed, cents=10_000, state=AttemptState.PREPARED, brand="Visa",
            last_four="0101", started_at=desk.now(), moved_at=desk.now(),
        )
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        db.session.commit()
