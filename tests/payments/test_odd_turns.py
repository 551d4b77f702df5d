"""Money that takes an odd turn: mail beside card, disputes beside refunds, drafts beside both."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.mailed_payments import PaymentState
from cecs.domain.payments import AttemptState, RefundState, Settlement
from cecs.extensions import db
from cecs.models.office import OutgoingMail, Task
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import (
    applications,
    batches,
    cashbook,
    ledger,
    mailed_payments,
    payments,
    refunds,
    reviews,
    settlements,
)
from cecs.services.mailed_payments import Instrument, Received
from tests.applying import applies, now, refusal
from tests.conftest import Clock
from tests.pages import Visitor
from tests.payments.conftest import Gateway
from tests.people import Character, People

VISA = "fake-valid-no-indicators-nonce"


def check(number: str = "1", cents: int = 10_000, **more: Any) -> Received:
    facts = {"received_on": date(2026, 11, 24)} | more
    return Received(Instrument.CASHIERS_CHECK, number, "First Bank", cents, **facts)


@pytest.fixture
def cash(people: People) -> int:
    return int(people.staff("Cleo", "Marsh", "cashier").id)


@pytest.fixture
def sue(people: People) -> int:
    return int(people.staff("Sue", "Park", "supervisor").id)


@pytest.fixture
def settled(app: Flask, desk: Desk, maria: Character, bank: Gateway) -> uuid.UUID:
    """Maria's card payment of $100, settled."""
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, id, VISA)
    payments.pay(desk, id, attempt)
    bank.settles(row(attempt).charge_id)
    settlements.follow(desk)
    return attempt


def row(id: uuid.UUID) -> PaymentAttempt:
    db.session.rollback()
    return db.session.get_one(PaymentAttempt, id, populate_existing=True)


def problems(desk: Desk, day: date | None = None) -> str:
    return " ".join(str(one.what) for one in cashbook.of_day(desk, day or desk.today()).problems)


def approved(desk: Desk, paid_by: uuid.UUID | int, cents: int, by: int, second: int) -> uuid.UUID:
    id = refunds.propose(desk, paid_by, by, cents, "Withdrawn")
    refunds.decide(desk, id, second, approved=True)
    return id


def suspended(desk: Desk, cash: int) -> int:
    """A stranger's check that went to the bank."""
    id = mailed_payments.book(desk, cash, [], check(payer="A. Nonym"))
    batches.close(desk, mailed_payments.payment(id).batch_id or 0, cash)
    return id


def test_a_check_pays_nothing_for_drafts_and_what_has_ended(
    app: Flask, desk: Desk, maria: Character, people: People, cash: int
) -> None:
    waits = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    pablo, wanda = people.teacher("Pablo", ssn="987654321"), people.teacher("W", ssn="987654322")
    draft = applies(app, pablo, Status.DRAFT, paid=False)
    ended = applies(app, wanda, Status.WITHDRAWN, paid=False)
    filed = applies(app, people.teacher("Fay", ssn="987654323"))
    named = [now(id).reference for id in (waits, draft, ended, filed)]
    id = mailed_payments.book(desk, cash, named, check())

    assert {fee.application_id for fee in mailed_payments.payment(id).fees} == {waits}
    assert ledger.due_cents(now(draft)) == 10_000 and now(waits).filed_on is not None
    today = cashbook.of_day(desk, desk.today())
    assert today.mail.paid == today.ledger_mailed == 10_000


def test_what_goes_back_pays_nothing_more(
    app: Flask, desk: Desk, maria: Character, cash: int, sue: int
) -> None:
    waits = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    id = suspended(desk, cash)
    refund = approved(desk, id, 10_000, cash, sue)
    named = [now(waits).reference]
    early = refusal(lambda: mailed_payments.match(desk, id, cash, named))
    refunds.paid_out(desk, refund, cash, "T1")
    late = refusal(lambda: mailed_payments.match(desk, id, cash, named))

    assert "goes back" in early and "goes back" in late
    assert mailed_payments.payment(id).state is PaymentState.SUSPENSE
    assert not mailed_payments.in_suspense() and ledger.due_cents(now(waits)) == 10_000


def test_what_a_won_dispute_paid_twice_can_be_given_back(
    desk: Desk, settled: uuid.UUID, cash: int, clock: Clock, bank: Gateway
) -> None:
    clock.advance(days=1, minutes=1)
    bank.disputes(row(settled).charge_id)
    settlements.follow(desk)
    reference = now(row(settled).application_id).reference
    mailed_payments.book(desk, cash, [reference], check(received_on=desk.today()))
    clock.advance(days=1, minutes=1)
    bank.wins(row(settled).charge_id)
    settlements.follow(desk)

    assert row(settled).settlement is Settlement.SETTLED and not row(settled).fees
    assert "was paid otherwise" in problems(desk)
    assert refunds.propose(desk, settled, cash, 10_000, "Paid twice")


def test_what_was_disputed_unseen_is_not_refunded(
    desk: Desk, settled: uuid.UUID, cash: int, sue: int, bank: Gateway
) -> None:
    id = approved(desk, settled, 5_000, cash, sue)
    bank.disputes(row(settled).charge_id)

    assert refunds.carry_out(desk) == 0
    assert db.session.get_one(Refund, id).state is RefundState.APPROVED
    assert row(settled).settlement is Settlement.DISPUTED
    assert "refund of $50.00 was not made" in problems(desk)


def test_a_lost_dispute_is_told_to_the_bureau(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    for act in (bank.disputes, bank.loses):
        act(row(settled).charge_id)
        clock.advance(days=1, minutes=1)
        settlements.follow(desk)
    events = [event.name for event in now(row(settled).application_id).events]

    assert events[-2:] == ["payment_disputed", "payment_lost"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Task)) == 2


def test_who_shares_a_check_decides_about_none_of_it(
    app: Flask, desk: Desk, maria: Character, people: People, cash: int
) -> None:
    sam = people.staff("Sam", "Own", "supervisor")
    both = [applies(app, who, Status.AWAITING_MAILED_PAYMENT, paid=False) for who in (maria, sam)]
    named = [now(id).reference for id in both]
    id = mailed_payments.book(desk, cash, named, check(cents=20_000))
    own = refusal(lambda: refunds.propose(desk, id, sam.id, 5_000, "Mine"))
    refund = refunds.propose(desk, id, cash, 5_000, "Withdrawn", reference=named[0])

    assert "their own" in own
    assert "Another person" in refusal(lambda: refunds.decide(desk, refund, sam.id, approved=True))


def test_a_page_that_is_opened_again_asks_a_silent_gateway_once_a_minute(
    app: Flask, desk: Desk, maria: Character, clock: Clock, fault: Callable[..., None]
) -> None:
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, id, VISA)
    fault("sale", "drop", "after")
    payments.pay(desk, id, attempt)
    clock.advance(minutes=11)
    states = []
    fault("search", "drop", "before")
    fault("search", "drop", "before")
    for minutes in (0, 0, 2, 2):  # the second comes too soon to ask, so that the third is cut off
        clock.advance(minutes=minutes)
        payments.look_again(desk, id)
        states.append(row(attempt).state)

    assert states == [*[AttemptState.CALLING] * 3, AttemptState.PAID]


def test_what_was_taken_back_is_shown_apart(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    day = desk.today()
    bank.disputes(row(settled).charge_id)
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)
    shown = cashbook.of_day(desk, day)

    assert (shown.captured, shown.taken_back, shown.ledger_card) == (10_000, 10_000, 0)


def test_an_issued_certificate_with_a_fee_due_again_can_be_paid_for(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway, people: People,
    visitor: Visitor, maria: Character,
) -> None:  # fmt: skip
    id, dana = row(settled).application_id, people.staff().id
    reviews.start(desk, id, dana)
    reviews.tick_background(desk, id, dana)
    reviews.approve(desk, id, dana)
    bank.disputes(row(settled).charge_id)
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{id}")

    assert now(id).status is Status.ISSUED and "Due now: $100.00" in page.text
    assert page.soup.main.find("a", href=f"/payments/{id}")


def test_nobody_is_told_to_pay_for_what_they_withdrew(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    applications.withdraw(desk, row(settled).application_id)
    bank.disputes(row(settled).charge_id)
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)
    told = sa.select(OutgoingMail).where(OutgoingMail.notice == "payment_taken_back")

    assert db.session.scalars(told).all() == []


def test_what_was_returned_is_due_before_anything_is_issued(
    desk: Desk, settled: uuid.UUID, cash: int, sue: int, people: People
) -> None:
    approved(desk, settled, 5_000, cash, sue)
    refunds.carry_out(desk)
    id, dana = row(settled).application_id, people.staff().id
    reviews.start(desk, id, dana)
    reviews.tick_background(desk, id, dana)

    assert "fees are not paid" in refusal(lambda: reviews.approve(desk, id, dana))


@pytest.mark.parametrize("turn", ["withdraw", "choose", "mail"])
def test_a_card_that_was_only_offered_is_let_go(
    app: Flask, desk: Desk, maria: Character, cash: int, turn: str
) -> None:
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, id, VISA)
    if turn == "withdraw":
        applications.withdraw(desk, id)
    elif turn == "choose":
        ledger.choose(desk, id, balance_later=True)
    else:
        mailed_payments.book(desk, cash, [now(id).reference], check())

    assert payments.pay(desk, id, attempt) is AttemptState.FAILED
    assert row(attempt).charge_id is None and row(attempt).sealed_nonce is None


def test_a_day_with_a_refund_by_check_can_be_taken_away(
    app: Flask, desk: Desk, maria: Character, cash: int, sue: int, visitor: Visitor,
    people: People,
) -> None:  # fmt: skip
    waits = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    id = mailed_payments.book(desk, cash, [now(waits).reference], check())
    refunds.paid_out(desk, approved(desk, id, 5_000, cash, sue), cash, "T-77")
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    table = visitor.get("/bureau/money/day.csv").response.get_data(as_text=True)

    assert "50.00" in table and "T-77" in table
    assert visitor.get(f"/bureau/money/mailed/{id}").status == 200
    assert visitor.get("/bureau/money?day=9999-12-31").status == 200


def test_charges_that_the_gateway_does_not_know_hold_up_no_others(
    app: Flask, desk: Desk, settled: uuid.UUID, people: People, clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(settlements, "AT_ONCE", 1)
    other = applies(app, people.teacher("Pablo", ssn="987654321"), Status.AWAITING_PAYMENT,
                    paid=False)  # fmt: skip
    attempt = payments.offer_card(desk, other, VISA)
    payments.pay(desk, other, attempt)
    row(settled).charge_id = "nothing1"
    db.session.commit()
    clock.advance(days=2)
    for _ in range(3):
        settlements.follow(desk)

    assert row(settled).looked_at == desk.now() and row(attempt).looked_at == desk.now()
