"""What becomes of a refund once the gateway has made it: its credit settles, or is turned down.

A bank may decline it days later, for instance because the card was closed; no message tells.
"""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import REFUND_MOVES, RefundState
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.gateways.cards import STANDS, Charge, ChargeState
from cecs.models.payments import Refund
from cecs.services import attempts, ledger, money_tasks, status
from cecs.services.transactions import Gone, writing

EVERY = timedelta(hours=1)
WATCHED = timedelta(days=180)
AT_ONCE = 50  # credits looked at in one turn, so that charges, mail and others get theirs


def whose_turn(desk: Desk) -> list[tuple[uuid.UUID, str]]:
    """The refunds whose credit is to be looked at now, each with its id at the gateway."""
    now, looked = desk.now(), Refund.looked_at
    return _unsettled(
        Refund.moved_at > now - WATCHED, sa.or_(looked.is_(None), looked <= now - EVERY)
    )


def of_attempt(attempt_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """The refunds of one payment whose credit is not settled, each with its id at the gateway."""
    return _unsettled(Refund.payment_attempt_id == attempt_id)


def held(refund_id: uuid.UUID) -> Refund:
    """A refund, held until commit after its application and its card payment. Raises Gone."""
    found = db.session.get(Refund, refund_id)
    if found is None:
        raise Gone(f"Refund {refund_id}")
    if found.payment_attempt_id is not None:
        attempts.held(found.payment_attempt_id)
    else:
        writing()
    db.session.refresh(found, with_for_update=True)
    return found


def _unsettled(*which: sa.ColumnElement[bool]) -> list[tuple[uuid.UUID, str]]:
    rows = db.session.execute(
        sa.select(Refund.id, Refund.charge_id)
        .where(Refund.state == RefundState.DONE, Refund.settled_at.is_(None))
        .where(Refund.charge_id.is_not(None), *which)
        .order_by(Refund.looked_at.is_not(None), Refund.looked_at)
        .limit(AT_ONCE)
    ).all()
    db.session.rollback()
    return [(id, charge_id) for id, charge_id in rows if charge_id]


def note(desk: Desk, refund_id: uuid.UUID, credit: Charge | None) -> int:
    """Writes down how a credit stands, None where the gateway has none; 1 where that is new."""
    refund = held(refund_id)
    refund.looked_at = desk.now()
    changed = 0
    if credit is not None and refund.state is RefundState.DONE and refund.settled_at is None:
        if credit.state is ChargeState.SETTLED:
            refund.settled_at, changed = desk.now(), 1
        elif credit.state not in STANDS and credit.state is not ChargeState.PENDING:
            _turned_down(desk, refund)
            changed = 1
    db.session.commit()
    return changed


def returned_cents(attempt_id: uuid.UUID) -> int:
    """What went back to the card and was not turned down, in whole cents."""
    done = sa.select(sa.func.sum(Refund.cents)).where(
        Refund.payment_attempt_id == attempt_id, Refund.state == RefundState.DONE
    )
    return db.session.scalar(done) or 0


def _turned_down(desk: Desk, refund: Refund) -> None:
    """The money is here after all: lines, bureau and educator are told."""
    assert RefundState.DECLINED in REFUND_MOVES[refund.state]
    refund.state, refund.moved_at = RefundState.DECLINED, desk.now()
    attempt = refund.attempt
    assert attempt is not None
    fees = ledger.of_attempt(attempt.id)
    for fee in fees:
        fee.refunded_cents = 0
    ledger.give_back(fees, returned_cents(attempt.id))
    application, cents = attempt.application, Cents(refund.cents)
    status.note(desk, application, "refund_declined", None, cents=refund.cents)
    status.tell(desk, application, "refund_declined", amount=str(cents), last=attempt.last_four)
    money_tasks.ask(
        desk, application,
        Sentence("The card's bank turned down the refund of {cents}: it did not go back.",
                 cents=cents),
        Sentence("Ask the educator whether the card was closed. Then propose the refund anew, or"
                 " agree on another way."),
    )  # fmt: skip
