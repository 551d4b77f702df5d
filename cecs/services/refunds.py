"""Refunds to a card: one person proposes, another decides, the worker carries out.

A refund waits until its charge is settled; before that the gateway gives nothing back. It is
asked for once: when the answer is lost, its order id tells whether it was made.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import (
    REFUND_MOVES,
    STANDING,
    AttemptState,
    RefundState,
    Settlement,
    refundable_cents,
)
from cecs.domain.regime import APPLICATION_FEE
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.gateways.cards import STANDS, Charge, GatewayError
from cecs.models.accounts import Person, Role
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import ledger, status
from cecs.services.payments import QUIET
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked, writing

R = RefundState
PATIENCE = timedelta(days=1)  # for a refund that the gateway does not know (yet)
MAY_OVERRIDE = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def refundable(attempt: PaymentAttempt, override: bool) -> Cents:
    """How much of a card payment may still go back, in whole cents."""
    kept = sum(fee.cents for fee in attempt.fees if fee.code == APPLICATION_FEE)
    standing = sum(refund.cents for refund in of_attempt(attempt.id) if refund.state in STANDING)
    return Cents(refundable_cents(attempt.cents, kept, standing, override))


def of_attempt(attempt_id: uuid.UUID) -> Sequence[Refund]:
    """The refunds of a card payment, the oldest first."""
    own = sa.select(Refund).where(Refund.payment_attempt_id == attempt_id)
    return db.session.scalars(own.order_by(Refund.proposed_at, Refund.id)).all()


def waiting() -> Sequence[Refund]:
    """What somebody must decide, the oldest first."""
    proposed = sa.select(Refund).where(Refund.state == R.PROPOSED)
    return db.session.scalars(proposed.order_by(Refund.proposed_at)).all()


def propose(
    desk: Desk, attempt_id: uuid.UUID, by_id: int, cents: int, reason: str, override: str = ""
) -> uuid.UUID:
    """Proposes to give `cents` back. Raises Gone, Refused.

    `override` is the reason for touching the application fee, which is never returned otherwise.
    """
    attempt = locked(PaymentAttempt, attempt_id)
    try:
        if attempt.state is not AttemptState.PAID or not attempt.fees:
            raise Refused(Sentence("This payment does not stand any more."))
        if attempt.application.person_id == by_id:
            raise Refused(Sentence("Nobody refunds their own payment."))
        most = refundable(attempt, bool(override))
        if not 0 < cents <= most:
            raise Refused(Sentence("At most {most} can go back.", most=most))
    except Refused:
        db.session.rollback()
        raise
    refund = Refund(
        id=uuid.uuid4(), payment_attempt_id=attempt.id, cents=cents, state=R.PROPOSED,
        reason=reason, override_reason=override, proposed_by_id=by_id, proposed_at=desk.now(),
        moved_at=desk.now(),
    )  # fmt: skip
    db.session.add(refund)
    id = refund.id
    db.session.commit()
    return id


def decide(desk: Desk, refund_id: uuid.UUID, by_id: int, approved: bool) -> None:
    """Approves or rejects, as the second of two people. Raises Gone, Refused."""
    refund = locked(Refund, refund_id)
    by = db.session.get_one(Person, by_id)
    try:
        if refund.state is not R.PROPOSED:
            raise Refused(Sentence("This refund was decided already."))
        if refund.proposed_by_id == by_id or refund.attempt.application.person_id == by_id:
            raise Refused(Sentence("Another person must decide about this refund."))
        if approved and refund.override_reason and by.role not in MAY_OVERRIDE:
            raise Refused(Sentence("Only a supervisor may return the application fee."))
    except Refused:
        db.session.rollback()
        raise
    refund.state = R.APPROVED if approved else R.REJECTED
    refund.decided_by_id, refund.moved_at = by_id, desk.now()
    db.session.commit()


def carry_out(desk: Desk) -> int:
    """Makes the refunds that are approved, of charges that are settled; gives how many."""
    ready = db.session.scalars(
        sa.select(Refund.id)
        .join(PaymentAttempt)
        .where(Refund.state == R.APPROVED, PaymentAttempt.settlement == Settlement.SETTLED)
    ).all()
    db.session.rollback()
    return sum(_make(desk, id) for id in ready)


def find_out(desk: Desk) -> int:
    """Learns what became of refunds whose answer was lost; gives how many are clear now.

    One that cannot be found is waited for: given up too soon, it would be proposed a second time.
    """
    lost = db.session.scalars(
        sa.select(Refund).where(Refund.state == R.CALLING, Refund.moved_at <= desk.now() - QUIET)
    ).all()
    waited_for = [(refund.id, refund.moved_at > desk.now() - PATIENCE) for refund in lost]
    db.session.rollback()
    clear = 0
    for id, may_still_come in waited_for:
        try:
            made = desk.card_gateway.find_refund(str(id))
        except GatewayError:
            continue
        if made is None and may_still_come:
            continue
        # The gateway also lists a refund that the card's bank turned down.
        clear += _close(desk, id, made if made and made.state in STANDS else None)
    return clear


def _make(desk: Desk, id: uuid.UUID) -> int:
    refund = db.session.get_one(Refund, id)
    charge_id, cents = refund.attempt.charge_id or "", refund.cents
    # Committed before the call: from here on the refund can be found, whatever happens.
    if not _move(desk, id, R.APPROVED, R.CALLING):
        return 0
    try:
        made = desk.card_gateway.refund(charge_id, cents, str(id))
    except GatewayError:
        return 0
    return _close(desk, id, made)


def _close(desk: Desk, id: uuid.UUID, made: Charge | None) -> int:
    """Books the answer: done, or failed and to be proposed anew.

    What the gateway made is booked even where it was given up meanwhile.
    """
    refund = locked(Refund, id)
    if (R.DONE if made else R.FAILED) not in REFUND_MOVES.get(refund.state, ()):
        db.session.rollback()
        return 0
    refund.state, refund.moved_at = (R.DONE if made else R.FAILED), desk.now()
    if made:
        refund.charge_id = made.id
        _book(desk, refund)
    db.session.commit()
    return 1


def _book(desk: Desk, refund: Refund) -> None:
    """Spreads the amount over the lines, the balance first, and tells the educator."""
    left = refund.cents
    for fee in sorted(ledger.of_attempt(refund.payment_attempt_id), key=_application_fee_last):
        part = min(left, fee.cents - fee.refunded_cents)
        fee.refunded_cents += part
        left -= part
    application = refund.attempt.application
    status.note(desk, application, "refunded", refund.decided_by_id, cents=refund.cents)
    amount, last = str(Cents(refund.cents)), refund.attempt.last_four
    status.tell(desk, application, "refunded", amount=amount, last=last)


def _application_fee_last(fee: object) -> bool:
    return getattr(fee, "code", "") == APPLICATION_FEE


def _move(desk: Desk, id: uuid.UUID, present: RefundState, wanted: RefundState) -> bool:
    """Compare and set, committed: False when another was faster."""
    assert wanted in REFUND_MOVES[present], (present, wanted)
    writing()
    moved = db.session.execute(
        sa.update(Refund)
        .where(Refund.id == id, Refund.state == present)
        .values(state=wanted, moved_at=desk.now())
        .returning(Refund.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return len(moved) == 1


def refund(id: uuid.UUID) -> Refund:
    """One refund. Raises Gone."""
    found = db.session.get(Refund, id)
    if found is None:
        raise Gone(f"Refund {id}")
    return found
