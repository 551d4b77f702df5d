"""A task about money ends with its own charge or refund, and never comes back."""

import uuid

import pytest

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.services import applications, mailed_payments, refunds, settlements, tasks
from tests.applying import now
from tests.conftest import Clock
from tests.payments.conftest import Gateway
from tests.payments.test_due_again import pays
from tests.payments.test_odd_turns import cash, check, row, settled, sue
from tests.payments.test_refund_credits import refund

__all__ = ["cash", "settled", "sue"]


def later(desk: Desk, clock: Clock) -> None:
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)


def open_now() -> list[str]:
    """What the bureau is asked to deal with."""
    return [str(Sentence.from_json(one.details["reason"])) for one in tasks.open_tasks()]


def goes_back(desk: Desk, paid: uuid.UUID, cents: int, by: int, second: int) -> uuid.UUID:
    id = refunds.propose(desk, paid, by, cents, "Paid twice", "Paid twice")
    refunds.decide(desk, id, second, approved=True)
    assert refunds.carry_out(desk) == 1
    return id


@pytest.fixture
def twice(desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway, cash: int) -> uuid.UUID:
    """Maria's card payment stands after a dispute, and a check paid its fee meanwhile."""
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    mailed_payments.book(desk, cash, [now(row(settled).application_id).reference], check())
    bank.wins(row(settled).charge_id)
    later(desk, clock)
    clock.advance(minutes=1)
    return settled


def test_what_was_paid_twice_waits_until_all_of_it_went_back(
    desk: Desk, twice: uuid.UUID, cash: int, sue: int
) -> None:
    before = open_now()
    goes_back(desk, twice, 4_000, cash, sue)
    part = open_now()
    goes_back(desk, twice, 6_000, cash, sue)

    assert len(before) == 1 and "paid twice" in before[0] and part == before
    assert open_now() == []


def test_a_refund_that_was_turned_down_waits_until_another_takes_its_place(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway, cash: int, sue: int
) -> None:
    first = goes_back(desk, settled, 5_000, cash, sue)
    bank.declines(refund(first).charge_id)
    later(desk, clock)
    before = open_now()
    clock.advance(minutes=1)
    rejected = refunds.propose(desk, settled, cash, 5_000, "Anew")
    refunds.decide(desk, rejected, sue, approved=False)
    still = open_now()
    goes_back(desk, settled, 5_000, cash, sue)

    assert len(before) == 1 and "turned down the refund" in before[0] and still == before
    assert open_now() == []


def test_what_was_paid_again_stays_dealt_with_when_the_later_payment_falls(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    first = tasks.open_tasks()[0].id
    clock.advance(minutes=1)
    again = pays(desk, row(settled).application_id)
    none = open_now()
    bank.settles(row(again).charge_id)
    bank.disputes(row(again).charge_id)
    later(desk, clock)
    (only,) = tasks.open_tasks()

    assert none == [] and only.id != first and only.details["attempt"] == str(again)


def test_a_lost_dispute_takes_the_place_of_the_disputes_task(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    before = open_now()
    bank.loses(row(settled).charge_id)
    later(desk, clock)

    assert before == ["The cardholder disputes the card payment of $100.00."]
    assert open_now() == ["The card payment of $100.00 was lost in a dispute."]


def test_a_fee_that_is_due_again_is_nobodys_once_the_application_is_withdrawn(
    desk: Desk, settled: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    before = open_now()
    applications.withdraw(desk, row(settled).application_id)

    assert len(before) == 1 and open_now() == []


def test_money_that_must_go_back_waits_although_the_application_is_withdrawn(
    desk: Desk, twice: uuid.UUID
) -> None:
    applications.withdraw(desk, row(twice).application_id)

    assert len(open_now()) == 1
