"""A refund is made once, and booked exactly when it was made, whatever dies or fails."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.payments import RefundState
from cecs.extensions import db
from cecs.models.payments import Refund
from cecs.services import cashbook, ledger, refunds, settlements
from tests.applying import now
from tests.conftest import Clock
from tests.faults.payments.bank import TAKEN, Bank
from tests.faults.payments.elsewhere import Place, at_once, dies, meanwhile
from tests.faults.payments.recovery import attempts_of, everything, pays
from tests.faults.payments.test_network import FAULTS, PATIENCE, hasty
from tests.people import People

__all__ = ["hasty"]
A_DAY = timedelta(days=1, minutes=31)
CENTS = 5_000


@pytest.fixture
def approved(
    desk: Desk, bank: Bank, people: People, owed: Callable[[], uuid.UUID]
) -> Callable[[], uuid.UUID]:
    """Gives, each time, a settled payment of another application with $50 approved to go back."""
    cleo, sue = people.staff("Cleo", "Marsh", "cashier"), people.staff("Sue", "Ames", "supervisor")

    def application() -> uuid.UUID:
        application_id = owed()
        pays(desk, application_id)
        (attempt,) = attempts_of(application_id)
        assert attempt.charge_id is not None
        bank.play(attempt.charge_id, "settled")
        settlements.look_at(desk, attempt.charge_id)
        _approve(desk, attempt.id, cleo.id, sue.id)
        return application_id

    return application


def _approve(desk: Desk, attempt_id: uuid.UUID, by_id: int, other_id: int) -> None:
    id = refunds.propose(desk, attempt_id, by_id, CENTS, "Withdrawn in time")
    refunds.decide(desk, id, other_id, approved=True)


def one_turn(desk: Desk) -> None:
    """What the worker does about refunds."""
    refunds.find_out(desk)
    refunds.carry_out(desk)


def goes_back_once(desk: Desk, clock: Clock, bank: Bank, application_id: uuid.UUID) -> None:
    """Recovers twice; proposes anew what was given up; then it has gone back exactly once."""
    _recovers(desk, clock)
    before = everything(bank)
    _recovers(desk, clock)

    assert everything(bank) == before
    _agrees(bank, application_id)
    (attempt,) = attempts_of(application_id)
    found = refunds.of_attempt(attempt.id)[-1]
    if found.state is RefundState.FAILED:
        assert found.decided_by_id is not None
        _approve(desk, attempt.id, found.proposed_by_id, found.decided_by_id)
        refunds.carry_out(desk)
    assert _agrees(bank, application_id) == CENTS


def _recovers(desk: Desk, clock: Clock) -> None:
    clock.set(max(clock(), datetime.now(UTC)) + A_DAY)
    db.session.rollback()
    one_turn(desk)


def _agrees(bank: Bank, application_id: uuid.UUID) -> int:
    """Refund done ⇔ one credit of its amount; gives the cents that went back."""
    (attempt,) = attempts_of(application_id)
    done = {one.id: one.cents for one in refunds.of_attempt(attempt.id) if _is_done(one)}
    credits = [each for each in bank.transactions() if each.refunded == attempt.charge_id]
    booked = sum(fee.refunded_cents for fee in now(application_id).fees)

    assert sorted((str(id), cents) for id, cents in done.items()) == sorted(
        (credit.order_id, credit.cents) for credit in credits if credit.status in TAKEN
    )
    assert booked == sum(done.values())
    return booked


def _is_done(refund: Refund) -> bool:
    assert refund.state in (RefundState.DONE, RefundState.FAILED)
    return refund.state is RefundState.DONE


@pytest.mark.parametrize("is_lost", [False, True], ids=["carried_out", "found_out"])
def test_a_refund_survives_a_kill_at_any_boundary(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    approved: Callable[[], uuid.UUID], tally: Callable[..., None],
    is_lost: bool,
) -> None:  # fmt: skip
    for at in count(1):
        application_id = approved()
        if is_lost:
            bank.order("refund", "drop", "after")
            refunds.carry_out(desk)
            clock.set(clock() + timedelta(minutes=31))
        then = replace(place, ahead=clock() - datetime.now(UTC))
        killed, boundaries = dies(then, at, one_turn)
        goes_back_once(desk, clock, bank, application_id)
        if not killed:
            break
        tally("kills")

    assert len(boundaries) == at - 1
    assert ("after find_refund" if is_lost else "after refund") in boundaries


@pytest.mark.parametrize("call", ["find", "refund", "search", "search_page"])
def test_a_refund_survives_each_fault_of_each_call(
    desk: Desk, hasty: Desk, clock: Clock, bank: Bank,
    approved: Callable[[], uuid.UUID], tally: Callable[..., None],
    call: str,
) -> None:  # fmt: skip
    for fault in FAULTS:
        application_id = approved()
        _goes_wrong(hasty, clock, bank, call, fault)
        if fault["when"] == "late":
            clock.set(clock() + timedelta(minutes=31))
            one_turn(desk)  # the gateway may still be at it
            time.sleep(PATIENCE + 0.1)
        goes_back_once(desk, clock, bank, application_id)

        assert bank.was_met(call)
        tally("network faults")


def _goes_wrong(hasty: Desk, clock: Clock, bank: Bank, call: str, fault: dict[str, Any]) -> None:
    if call.startswith("search"):
        bank.order("refund", "drop", "after")
        refunds.carry_out(hasty)
        clock.set(clock() + timedelta(minutes=31))
    bank.order(call, **fault)
    one_turn(hasty)


@pytest.mark.parametrize("days", [2, -2])
def test_a_refund_survives_a_jump_of_the_clock_at_any_boundary(
    app: Flask, desk: Desk, clock: Clock, bank: Bank,
    approved: Callable[[], uuid.UUID], tally: Callable[..., None],
    days: int,
) -> None:  # fmt: skip
    def jumps(worker: Desk) -> None:
        clock.advance(days=days)
        one_turn(worker)

    for at in count(1):
        application_id = approved()
        if not meanwhile(app, desk, at, one_turn, jumps):
            break
        goes_back_once(desk, clock, bank, application_id)
        tally("clock jumps")

    assert at > 6


def test_workers_at_once_make_each_refund_once(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    approved: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    applications = [approved() for _ in range(6)]
    told = at_once(place, 4, 3, one_turn)
    tally("workers at once", len(told))

    for application_id in applications:
        assert _agrees(bank, application_id) == CENTS
        goes_back_once(desk, clock, bank, application_id)


def test_a_refund_stays_on_the_lines_after_a_dispute_that_was_won(
    desk: Desk, clock: Clock, bank: Bank, approved: Callable[[], uuid.UUID]
) -> None:
    application_id = approved()
    (attempt,) = attempts_of(application_id)
    assert attempt.charge_id is not None
    charge_id = attempt.charge_id
    refunds.carry_out(desk)
    bank.dispute(charge_id)
    settlements.look_at(desk, charge_id)
    while_disputed = ledger.of_attempt(attempt.id)
    bank.decide(charge_id, "won")
    settlements.look_at(desk, charge_id)

    assert while_disputed == []
    assert [fee.refunded_cents for fee in ledger.of_attempt(attempt.id)] == [0, CENTS]


def test_a_refund_that_the_card_turned_down_is_not_taken_for_done(
    desk: Desk, clock: Clock, bank: Bank, approved: Callable[[], uuid.UUID]
) -> None:
    application_id = approved()
    bank.order("refund", "drop", "after")
    refunds.carry_out(desk)
    (credit,) = [each for each in bank.transactions() if each.kind == "credit"]
    bank.play(credit.id, "settlement_declined")
    clock.set(clock() + timedelta(minutes=31))
    refunds.find_out(desk)

    assert _agrees(bank, application_id) == 0


def test_the_cashier_is_told_to_wait_while_a_refund_is_not_known(
    desk: Desk, clock: Clock, bank: Bank, approved: Callable[[], uuid.UUID]
) -> None:
    approved()
    bank.order("refund", "drop", "before")
    refunds.carry_out(desk)
    clock.set(clock() + timedelta(minutes=31))
    refunds.find_out(desk)
    (problem,) = cashbook.of_day(desk, desk.today()).problems

    assert "not known yet whether $50.00" in str(problem.what)
    assert "Do not propose it anew" in str(problem.todo)
