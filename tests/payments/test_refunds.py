"""Refunds: proposed by one, decided by another, made once."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.payments import RefundState
from cecs.domain.regime import APPLICATION_FEE
from cecs.extensions import db
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import batches, credits, mailed_payments, payments, refunds, settlements
from cecs.services.mailed_payments import Instrument, Received
from cecs.services.refused import Refused
from tests.applying import applies, now, refusal
from tests.conftest import Clock
from tests.payments.conftest import Gateway
from tests.people import People

VISA = "fake-valid-no-indicators-nonce"


@pytest.fixture
def settled(app: Flask, desk: Desk, people: People, bank: Gateway) -> uuid.UUID:
    """Maria's payment of $100, settled; half of it is the application fee."""
    id = applies(app, people.teacher(), Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, id, VISA)
    payments.pay(desk, id, attempt)
    bank.settles(row(attempt).charge_id)
    settlements.follow(desk)
    return attempt


@pytest.fixture
def cash(people: People) -> int:
    return int(people.staff("Cleo", "Marsh", "cashier").id)


@pytest.fixture
def sue(people: People) -> int:
    return int(people.staff("Sue", "Park", "supervisor").id)


def row(id: uuid.UUID) -> PaymentAttempt:
    db.session.rollback()
    return db.session.get_one(PaymentAttempt, id, populate_existing=True)


def state(id: uuid.UUID) -> RefundState:
    db.session.rollback()
    return db.session.get_one(Refund, id, populate_existing=True).state


def returned(attempt: uuid.UUID) -> dict[str, int]:
    return {fee.code: fee.refunded_cents for fee in row(attempt).fees}


def test_the_balance_goes_back_once_two_people_agree(
    desk: Desk, settled: uuid.UUID, cash: int, sue: int
) -> None:
    id = refunds.propose(desk, settled, cash, 5_000, "Withdrawn before review")
    alone = refusal(lambda: refunds.decide(desk, id, cash, approved=True))
    early = refunds.carry_out(desk)
    refunds.decide(desk, id, sue, approved=True)
    made = (refunds.carry_out(desk), refunds.carry_out(desk))
    found = desk.card_gateway.find_refund(str(id))

    assert "Another person" in alone and early == 0 and made == (1, 0)
    assert state(id) is RefundState.DONE and found is not None and found.cents == 5_000
    assert returned(settled)[APPLICATION_FEE] == 0 and sum(returned(settled).values()) == 5_000


def test_the_application_fee_stays(desk: Desk, settled: uuid.UUID, cash: int) -> None:
    told = refusal(lambda: refunds.propose(desk, settled, cash, 5_001, "All of it"))

    assert "At most $50.00" in told


def test_only_a_supervisor_returns_the_application_fee(
    desk: Desk, settled: uuid.UUID, cash: int, sue: int, people: People
) -> None:
    other = people.staff("Otto", "Lane", "cashier").id
    why = "Charged although the office was wrong"
    id = refunds.propose(desk, settled, cash, 10_000, "Our mistake", override=why)
    told = refusal(lambda: refunds.decide(desk, id, other, approved=True))
    refunds.decide(desk, id, sue, approved=True)
    refunds.carry_out(desk)

    assert "supervisor" in told and returned(settled)[APPLICATION_FEE] == 5_000


def test_no_more_goes_back_than_came(desk: Desk, settled: uuid.UUID, cash: int, sue: int) -> None:
    first = refunds.propose(desk, settled, cash, 3_000, "A part")
    too_much = refusal(lambda: refunds.propose(desk, settled, cash, 2_001, "The rest"))
    refunds.decide(desk, first, sue, approved=False)

    assert "At most $20.00" in too_much and state(first) is RefundState.REJECTED
    assert refunds.propose(desk, settled, cash, 5_000, "The rest")


def test_a_charge_that_is_not_settled_is_waited_for(
    app: Flask, desk: Desk, people: People, bank: Gateway, clock: Clock, cash: int, sue: int
) -> None:
    application = applies(app, people.teacher(), Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, application, VISA)
    payments.pay(desk, application, attempt)
    id = refunds.propose(desk, attempt, cash, 5_000, "Withdrawn")
    refunds.decide(desk, id, sue, approved=True)
    early = refunds.carry_out(desk)
    bank.settles(row(attempt).charge_id)
    clock.advance(hours=2)
    settlements.follow(desk)

    assert (early, refunds.carry_out(desk)) == (0, 1) and state(id) is RefundState.DONE


@pytest.mark.parametrize(
    ("when", "ends"), [("after", RefundState.DONE), ("before", RefundState.FAILED)]
)
def test_a_lost_answer_is_found_out_and_no_refund_made_twice(
    desk: Desk, settled: uuid.UUID, cash: int, sue: int, clock: Clock,
    fault: Callable[..., None], when: str, ends: RefundState,
) -> None:  # fmt: skip
    id = refunds.propose(desk, settled, cash, 5_000, "Withdrawn")
    refunds.decide(desk, id, sue, approved=True)
    fault("refund", "drop", when)
    refunds.carry_out(desk)
    between = (state(id), refunds.carry_out(desk), refunds.find_out(desk))
    clock.advance(days=1)
    refunds.find_out(desk)

    assert between == (RefundState.CALLING, 0, 0) and state(id) is ends
    assert (desk.card_gateway.find_refund(str(id)) is not None) == (ends is RefundState.DONE)


def test_nobody_refunds_their_own_payment(
    app: Flask, desk: Desk, people: People, bank: Gateway
) -> None:
    cleo = people.staff("Cleo", "Marsh", "cashier")
    id = applies(app, cleo, Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, id, VISA)
    payments.pay(desk, id, attempt)

    with pytest.raises(Refused, match="their own"):
        refunds.propose(desk, attempt, cleo.id, 5_000, "Mine")


def mailed(app: Flask, desk: Desk, people: People, by_id: int) -> int:
    """Maria's $100 by money order, matched."""
    id = applies(app, people.teacher(), Status.AWAITING_MAILED_PAYMENT, paid=False)
    order = Received(Instrument.MONEY_ORDER, "77", "Post", 10_000, desk.today())
    return mailed_payments.book(desk, by_id, [now(id).reference], order)


def test_what_came_by_mail_goes_back_by_check(
    app: Flask, desk: Desk, people: People, cash: int, sue: int
) -> None:
    payment = mailed(app, desk, people, cash)
    too_much = refusal(lambda: refunds.propose(desk, payment, cash, 5_001, "Withdrawn"))
    id = refunds.propose(desk, payment, cash, 5_000, "Withdrawn")
    refunds.decide(desk, id, sue, approved=True)
    by_worker = refunds.carry_out(desk)
    waiting = [refund.id for refund in refunds.to_pay_out()]
    refunds.paid_out(desk, id, cash, "T-1001")
    again = refusal(lambda: refunds.paid_out(desk, id, cash, "T-1002"))
    fees = mailed_payments.payment(payment).fees

    assert "At most $50.00" in too_much and by_worker == 0 and waiting == [id]
    assert state(id) is RefundState.DONE and "by check" in again
    assert {fee.code == APPLICATION_FEE: fee.refunded_cents for fee in fees} == {
        True: 0, False: 5_000,
    }  # fmt: skip


def test_what_was_not_deposited_yet_is_sent_back_and_not_refunded(desk: Desk, cash: int) -> None:
    order = Received(Instrument.MONEY_ORDER, "77", "Post", 10_000, desk.today(), payer="A. Nonym")
    payment = mailed_payments.book(desk, cash, [], order)
    early = refusal(lambda: refunds.propose(desk, payment, cash, 10_000, "Whose is it?"))
    batches.close(desk, mailed_payments.payment(payment).batch_id or 0, cash)

    assert "does not stand" in early
    assert refunds.propose(desk, payment, cash, 10_000, "Whose is it?")


def test_a_dispute_noted_just_before_the_call_stops_a_refund(
    desk: Desk, settled: uuid.UUID, cash: int, sue: int, bank: Gateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    id = refunds.propose(desk, settled, cash, 5_000, "Withdrawn")
    refunds.decide(desk, id, sue, approved=True)
    held = credits.held

    def disputed_first(refund_id: uuid.UUID) -> Refund:
        charge_id = row(settled).charge_id
        bank.disputes(charge_id)
        settlements.look_at(desk, charge_id or "")
        return held(refund_id)

    monkeypatch.setattr(credits, "held", disputed_first)
    made = refunds.carry_out(desk)

    assert made == 0 and state(id) is RefundState.APPROVED
    assert desk.card_gateway.find_refund(str(id)) is None
