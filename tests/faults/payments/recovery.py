"""What the worker does after a mishap, and what must be true then."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import LIVE, AttemptState
from cecs.extensions import db
from cecs.models.applications import Fee
from cecs.models.payments import PaymentAttempt
from cecs.services import ledger, payments, sweeping
from tests.applying import now
from tests.conftest import Clock
from tests.faults.payments.bank import RESERVED, TAKEN, Bank

VISA = "fake-valid-no-indicators-nonce"
MASTERCARD = "fake-valid-mastercard-nonce"
LATER = timedelta(minutes=31)


def pays(desk: Desk, application_id: uuid.UUID, nonce: str = VISA) -> AttemptState:
    """What an educator does: offers a card and confirms it."""
    return payments.pay(desk, application_id, payments.offer_card(desk, application_id, nonce))


def one_turn(desk: Desk) -> None:
    """What the worker does about payments under way."""
    payments.reconcile(desk)
    sweeping.sweep(desk)


def recovers(desk: Desk, clock: Clock) -> None:
    """The worker's turn, once it has been quiet for long enough."""
    clock.set(max(clock(), datetime.now(UTC)) + LATER)
    db.session.rollback()  # what was read before is old
    one_turn(desk)


def recovers_for_good(desk: Desk, clock: Clock, bank: Bank) -> None:
    """Recovers, and looks that a second time changes nothing."""
    recovers(desk, clock)
    before = everything(bank)
    recovers(desk, clock)

    assert everything(bank) == before


def everything(bank: Bank) -> list[Any]:
    """All that is written down, here and at the gateway."""
    db.session.rollback()
    rows = [db.session.execute(sa.select(table)).all() for table in db.metadata.sorted_tables]
    db.session.rollback()
    return [*rows, bank.transactions()]


def must_hold(application_id: uuid.UUID, bank: Bank) -> None:
    """Each attempt is closed and agrees with the gateway; each fee is paid once, or not at all."""
    paying: dict[int, list[uuid.UUID]] = {}
    for attempt in attempts_of(application_id):
        charges = bank.transactions(attempt.id)
        reserved = [charge for charge in charges if charge.status in RESERVED]
        taken = [charge for charge in charges if charge.status in TAKEN]

        assert attempt.state not in LIVE and reserved == [] and len(taken) <= 1
        assert (attempt.state is AttemptState.PAID) == (len(taken) == 1)
        assert [charge.cents for charge in taken] == [attempt.cents] * len(taken)
        for fee_id in attempt.fee_ids if taken else ():
            paying.setdefault(fee_id, []).append(attempt.id)
    for fee in db.session.scalars(sa.select(Fee).where(Fee.application_id == application_id)):
        assert paying.get(fee.id, []) == ([fee.payment_attempt_id] if fee.paid_at else [])


def pays_after_all(desk: Desk, application_id: uuid.UUID, bank: Bank) -> None:
    """Whatever happened, the educator can pay what is still due; then all is paid once."""
    if ledger.payable_cents(now(application_id)):
        assert pays(desk, application_id) is AttemptState.PAID
    must_hold(application_id, bank)
    charged = [bank.transactions(attempt.id) for attempt in attempts_of(application_id)]
    taken = [charge.cents for charges in charged for charge in charges if charge.status in TAKEN]

    assert all(fee.paid_at for fee in now(application_id).fees)
    assert sum(taken) == sum(fee.cents for fee in now(application_id).fees)


def attempts_of(application_id: uuid.UUID) -> list[PaymentAttempt]:
    """All tries to pay, as they are now."""
    db.session.rollback()
    own = sa.select(PaymentAttempt).where(PaymentAttempt.application_id == application_id)
    return list(db.session.scalars(own))
