"""A dispute that comes amid other work: no older answer of the gateway undoes what it did."""

import uuid
from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.payments import RefundState, Settlement
from cecs.extensions import db
from cecs.services import ledger, refunds, settlements
from tests.applying import now
from tests.faults.payments.bank import TAKEN, Bank
from tests.faults.payments.elsewhere import meanwhile
from tests.faults.payments.recovery import attempts_of
from tests.faults.payments.test_refunds import approved, one_turn

__all__ = ["approved"]


@pytest.mark.parametrize("outcome", ["won", "lost"])
@pytest.mark.parametrize("waives", [False, True], ids=["due_again", "given_up"])
def test_a_dispute_at_any_boundary_of_a_refund_leaves_the_books_right(
    app: Flask, desk: Desk, bank: Bank, approved: Callable[[], uuid.UUID],
    tally: Callable[..., None], outcome: str, waives: bool,
) -> None:  # fmt: skip
    for at in count(1):
        id = approved()
        (attempt,) = attempts_of(id)
        paid, charge_id = attempt.id, attempt.charge_id or ""
        refunds.of_attempt(paid)[0].waives_fee = waives
        db.session.commit()

        def disputes(worker: Desk, charge_id: str = charge_id) -> None:
            bank.dispute(charge_id)
            settlements.look_at(worker, charge_id)

        if not meanwhile(app, desk, at, one_turn, disputes):
            break
        tally("disputes amid refunds")
        given_up = given_back_here(paid) if waives else 0

        assert ledger.of_attempt(paid) == [] and ledger.due_cents(now(id)) == 10_000 - given_up
        bank.decide(charge_id, outcome)
        settlements.look_at(desk, charge_id)
        one_turn(desk)
        back, lines = given_back(bank, charge_id), ledger.of_attempt(paid)
        given_up = back if waives else 0

        assert back == given_back_here(paid) and back in (0, 5_000)
        if outcome == "won":
            assert sum(fee.cents for fee in lines) == 10_000
            assert sum(fee.refunded_cents for fee in lines) == back == 5_000
            assert ledger.due_cents(now(id)) == back - given_up
        else:
            assert lines == [] and ledger.due_cents(now(id)) == 10_000 - given_up

    assert at > 6


def given_back(bank: Bank, charge_id: str) -> int:
    """What the gateway gave back of a charge, in whole cents."""
    credits = [each for each in bank.transactions() if each.refunded == charge_id]
    return sum(credit.cents for credit in credits if credit.status in TAKEN)


def given_back_here(attempt_id: uuid.UUID) -> int:
    """What our books say of the same."""
    db.session.rollback()
    done = [one for one in refunds.of_attempt(attempt_id) if one.state is RefundState.DONE]
    return sum(one.cents for one in done)


def test_an_answer_that_was_overtaken_does_not_undo_a_dispute(
    app: Flask, desk: Desk, bank: Bank, approved: Callable[[], uuid.UUID],
    tally: Callable[..., None],
) -> None:  # fmt: skip
    for at in count(1):
        id = approved()
        (attempt,) = attempts_of(id)
        charge_id = attempt.charge_id or ""

        def looks(worker: Desk, charge_id: str = charge_id) -> None:
            settlements.look_at(worker, charge_id)

        def disputes(worker: Desk, charge_id: str = charge_id) -> None:
            bank.dispute(charge_id)
            settlements.look_at(worker, charge_id)

        if not meanwhile(app, desk, at, looks, disputes):
            break
        tally("disputes amid looks")
        (attempt,) = attempts_of(id)

        assert attempt.settlement is Settlement.DISPUTED
        assert ledger.due_cents(now(id)) == 10_000

    assert at > 4
