"""What a refund returned is due again, or given up: the ledger alone says whether all is paid."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.payments import AttemptState, RefundState
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.office import Task
from cecs.models.payments import Refund
from cecs.services import (
    applications,
    ledger,
    mailed_payments,
    outbox,
    payments,
    refunds,
    reviews,
    settlements,
)
from cecs.web.mails import render
from tests.applying import applies, now, refusal
from tests.conftest import Clock, Letterbox
from tests.pages import Visitor
from tests.payments.conftest import Gateway
from tests.payments.test_odd_turns import cash, check, row, settled, sue
from tests.people import Character, People

__all__ = ["cash", "settled", "sue"]
OUR_MISTAKE = "Our mistake"


@pytest.fixture
def returns(desk: Desk, settled: uuid.UUID, cash: int, sue: int) -> Callable[..., uuid.UUID]:
    """Gives so much of Maria's $100 back to her card."""

    def made(cents: int, override: str = "", waives: bool = False) -> uuid.UUID:
        id = refunds.propose(
            desk, settled, cash, cents, "Wrong card", override, waives_fee=waives
        )  # fmt: skip
        refunds.decide(desk, id, sue, approved=True)
        assert refunds.carry_out(desk) == 1
        return id

    return made


@pytest.fixture
def one(settled: uuid.UUID) -> Callable[[], Application]:
    """Gives Maria's application as it is now."""
    id = row(settled).application_id
    return lambda: now(id)


def pays(desk: Desk, id: uuid.UUID) -> uuid.UUID:
    attempt = payments.offer_card(desk, id, "fake-valid-mastercard-nonce")
    assert payments.pay(desk, id, attempt) is AttemptState.PAID
    return attempt


def approves(desk: Desk, id: uuid.UUID, people: People) -> None:
    dana = people.staff().id
    reviews.start(desk, id, dana)
    reviews.tick_background(desk, id, dana)
    reviews.approve(desk, id, dana)


def later(desk: Desk, clock: Clock) -> None:
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)


@pytest.mark.parametrize(
    ("cents", "override"), [(2_000, ""), (5_000, ""), (10_000, OUR_MISTAKE)]
)  # fmt: skip
def test_what_went_back_is_due_again_and_can_be_paid(
    desk: Desk, one: Callable[[], Application], returns: Callable[..., uuid.UUID], people: People,
    cents: int, override: str,
) -> None:  # fmt: skip
    returns(cents, override)
    due = ledger.payable_cents(one())
    told = refusal(lambda: approves(desk, one().id, people))
    pays(desk, one().id)
    reviews.approve(desk, one().id, people.staff().id)

    assert due == cents and "fees are not paid" in told
    assert one().status is Status.ISSUED and ledger.due_cents(one()) == 0


def test_what_is_given_up_is_not_due_and_holds_nothing_up(
    desk: Desk, one: Callable[[], Application], returns: Callable[..., uuid.UUID], people: People
) -> None:
    returns(2_000, waives=True)
    approves(desk, one().id, people)

    assert ledger.payable_cents(one()) == 0 and one().status is Status.ISSUED


def test_nothing_is_due_again_for_what_was_withdrawn(
    desk: Desk, one: Callable[[], Application], returns: Callable[..., uuid.UUID]
) -> None:
    applications.withdraw(desk, one().id)
    returns(5_000)

    assert len(one().fees) == 2 and all(fee.paid_at for fee in one().fees)


def test_nothing_is_due_again_for_what_was_paid_twice(
    desk: Desk, settled: uuid.UUID, one: Callable[[], Application], cash: int,
    returns: Callable[..., uuid.UUID], clock: Clock, bank: Gateway,
) -> None:  # fmt: skip
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    mailed_payments.book(desk, cash, [one().reference], check(received_on=desk.today()))
    bank.wins(row(settled).charge_id)
    later(desk, clock)
    returns(10_000)

    assert ledger.due_cents(one()) == 0 and [fee.refunded_cents for fee in one().fees] == [0, 0]


def turned_down(desk: Desk, refund: uuid.UUID, clock: Clock, bank: Gateway) -> list[str]:
    """The card's bank turns it down; gives the bureau's tasks."""
    db.session.rollback()
    bank.declines(db.session.get_one(Refund, refund).charge_id)
    clock.advance(hours=2)
    settlements.follow(desk)
    db.session.rollback()
    assert db.session.get_one(Refund, refund).state is RefundState.DECLINED
    return [task.details["reason"]["text"] for task in db.session.query(Task)]


def test_a_refund_that_is_turned_down_makes_nothing_due(
    desk: Desk, one: Callable[[], Application], returns: Callable[..., uuid.UUID], people: People,
    clock: Clock, bank: Gateway, letterbox: Letterbox,
) -> None:  # fmt: skip
    tasks = turned_down(desk, returns(2_000), clock, bank)
    outbox.deliver_due(desk, render)
    mails = [text for _, _, text in letterbox.letters]
    approves(desk, one().id, people)

    assert one().status is Status.ISSUED and len(one().fees) == 2
    assert not any("paid twice" in words for words in tasks)
    assert any("$20.00 of the fee is due again" in text for text in mails)
    assert any("is not due now" in text for text in mails)


def test_who_had_paid_again_before_it_was_turned_down_has_paid_twice(
    desk: Desk, one: Callable[[], Application], returns: Callable[..., uuid.UUID], clock: Clock,
    bank: Gateway,
) -> None:  # fmt: skip
    refund = returns(2_000)
    again = pays(desk, one().id)
    tasks = turned_down(desk, refund, clock, bank)

    assert sum("paid twice" in words for words in tasks) == 1
    assert sum(fee.cents for fee in row(again).fees) == 2_000 and ledger.due_cents(one()) == 0


def test_while_it_is_being_paid_again_a_refund_is_not_taken_for_turned_down(
    desk: Desk, one: Callable[[], Application], returns: Callable[..., uuid.UUID], clock: Clock,
    bank: Gateway, fault: Callable[..., None],
) -> None:  # fmt: skip
    refund = returns(2_000)
    attempt = payments.offer_card(desk, one().id, "fake-valid-mastercard-nonce")
    fault("sale", "drop", "after")
    payments.pay(desk, one().id, attempt)
    bank.declines(db.session.get_one(Refund, refund).charge_id)
    clock.advance(hours=2)
    early = (settlements.follow(desk), db.session.get_one(Refund, refund).state)
    db.session.rollback()
    payments.reconcile(desk)
    clock.advance(hours=2)
    settlements.follow(desk)

    assert early == (0, RefundState.DONE)
    assert sum(fee.cents for fee in row(attempt).fees) == 2_000
    assert db.session.get_one(Refund, refund).state is RefundState.DECLINED


@pytest.mark.parametrize("waives", [False, True])
def test_a_dispute_makes_due_only_what_had_stayed(
    desk: Desk, settled: uuid.UUID, one: Callable[[], Application], clock: Clock, bank: Gateway,
    returns: Callable[..., uuid.UUID], waives: bool,
) -> None:  # fmt: skip
    returns(2_000, waives=waives)
    if not waives:
        pays(desk, one().id)
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    disputed = ledger.payable_cents(one())
    bank.wins(row(settled).charge_id)
    later(desk, clock)
    lines = row(settled).fees

    assert disputed == 8_000 and ledger.due_cents(one()) == 0
    assert sum(fee.cents for fee in lines) == 10_000
    assert sum(fee.refunded_cents for fee in lines) == 2_000


def test_a_refund_turned_down_during_a_dispute_that_is_won_makes_nothing_due(
    desk: Desk, settled: uuid.UUID, one: Callable[[], Application], clock: Clock, bank: Gateway,
    returns: Callable[..., uuid.UUID],
) -> None:  # fmt: skip
    refund = returns(2_000)
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    turned_down(desk, refund, clock, bank)
    disputed = ledger.payable_cents(one())
    bank.wins(row(settled).charge_id)
    later(desk, clock)

    assert disputed == 10_000 and ledger.due_cents(one()) == 0
    assert all(fee.refunded_cents == 0 for fee in one().fees)


def test_nothing_goes_back_of_a_charge_that_was_lost(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway, cash: int, visitor: Visitor,
    people: People,
) -> None:  # fmt: skip
    before = refunds.refundable(row(settled), override=True)
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    bank.loses(row(settled).charge_id)
    later(desk, clock)
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    page = visitor.get(f"/bureau/money/card/{settled}")

    assert before == 10_000 and refunds.refundable(row(settled), override=True) == 0
    assert "can go back" not in page.text and "Propose a refund" not in page.text


def test_of_a_check_that_paid_two_the_one_who_is_meant_gets_it_back(
    app: Flask, desk: Desk, maria: Character, people: People, cash: int, sue: int,
    letterbox: Letterbox,
) -> None:  # fmt: skip
    grace = people.teacher("Grace", ssn="987654321")
    both = [applies(app, who, Status.AWAITING_MAILED_PAYMENT, paid=False) for who in (maria, grace)]
    named = [now(id).reference for id in both]
    paid = mailed_payments.book(desk, cash, named, check(cents=20_000))
    nobody = refusal(lambda: refunds.propose(desk, paid, cash, 5_000, "Withdrawn"))
    too_much = refusal(
        lambda: refunds.propose(desk, paid, cash, 5_001, "Withdrawn", reference=named[1])
    )
    id = refunds.propose(desk, paid, cash, 5_000, "Withdrawn", reference=named[1])
    refunds.decide(desk, id, sue, approved=True)
    refunds.paid_out(desk, id, cash, "T-1")
    shares = refunds.shares(mailed_payments.payment(paid))
    left = {one.reference: cents for one, cents, _ in shares}
    outbox.deliver_due(desk, render)
    told = [to for to, subject, _ in letterbox.letters if "refund" in subject.lower()]

    assert "Choose the application" in nobody and "At most $50.00" in too_much
    assert [sum(fee.refunded_cents for fee in now(one).fees) for one in both] == [0, 5_000]
    assert [ledger.due_cents(now(one)) for one in both] == [0, 5_000]
    assert left == {named[0]: 5_000, named[1]: 0} and told == [now(both[1]).person.email]
    assert [event.name for event in now(both[0]).events].count("refunded") == 0
