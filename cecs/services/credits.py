"""What becomes of a refund once the gateway has made it: its credit settles, or is turned down.

A bank may decline it days later, for instance because the card was closed; no message tells.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import REFUND_MOVES, TAKEN_BACK, RefundState
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.gateways.cards import STANDS, Charge, ChargeState
from cecs.models.applications import Application, Fee
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import attempts, ledger, money_tasks, status
from cecs.services.transactions import Gone, locked, writing

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
    """A refund, held until commit; its application and its card payment before it. Raises Gone."""
    found = db.session.get(Refund, refund_id)
    if found is None:
        raise Gone(f"Refund {refund_id}")
    if found.payment_attempt_id is not None:
        attempts.held(found.payment_attempt_id)
    elif found.application_id is not None:
        locked(Application, found.application_id)
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
        elif credit.state in STANDS or credit.state is ChargeState.PENDING or _waits(refund):
            pass
        else:
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


def book(refund: Refund, application: Application) -> None:
    """Notes on the lines what went back, of the balance first: due again, unless it is given up.

    In the caller's transaction, on held rows.
    """
    attempt = refund.attempt
    gone = attempt if attempt is not None and attempt.settlement in TAKEN_BACK else None
    lines = of_no_payment(gone) if gone else _paid_lines(refund)
    parts = ledger.give_back(lines, refund.cents)
    if not refund.waives_fee:
        refund.again_fee_ids = ledger.owe_again(application, parts)
    if gone:
        part_off(gone, lines)


def book_anew(desk: Desk, attempt: PaymentAttempt) -> None:
    """Writes on the lines of a payment what went back of it by now, in whole cents.

    In the caller's transaction, on held rows. Without lines, as during a dispute, nothing changes.
    """
    lines = ledger.of_attempt(attempt.id)
    if not lines:
        return
    for fee in lines:
        fee.refunded_cents = 0
    ledger.give_back(lines, returned_cents(attempt.id))
    declined = sa.select(Refund).where(
        Refund.payment_attempt_id == attempt.id, Refund.state == RefundState.DECLINED
    )
    for refund in db.session.scalars(declined).all():
        _not_due_again(desk, refund, attempt)


def part_off(attempt: PaymentAttempt, lines: Sequence[Fee]) -> None:
    """Sets apart what went back of these lines: no payment pays it, and nobody owes it.

    So a dispute makes due only what had stayed. The payment keeps the new lines in mind, to pay
    them again where the dispute is won. In the caller's transaction, on held rows.
    """
    for fee in lines:
        apart, cents = fee, fee.refunded_cents
        if 0 < cents < fee.cents:
            apart = Fee(code=fee.code, cents=cents, due=fee.due, refunded_cents=cents)
            fee.application.fees.append(apart)
            fee.cents, fee.refunded_cents = fee.cents - cents, 0
            db.session.flush()
            attempt.fee_ids = [*attempt.fee_ids, apart.id]
        if cents:
            apart.paid_at, apart.payment_attempt_id = attempt.paid_at, None


def of_no_payment(attempt: PaymentAttempt) -> list[Fee]:
    """The lines that it was for and that nothing pays now, with those that were parted off."""
    unpaid, apart = Fee.paid_at.is_(None), Fee.refunded_cents == Fee.cents
    which = sa.or_(unpaid, apart) if _went_back(attempt.id) else unpaid
    free = sa.select(Fee).where(
        Fee.id.in_(attempt.fee_ids), Fee.payment_attempt_id.is_(None),
        Fee.mailed_payment_id.is_(None), which,
    )  # fmt: skip
    return list(db.session.scalars(free.order_by(Fee.id)))


def _went_back(attempt_id: uuid.UUID) -> bool:
    """Whether the gateway ever gave some of it back."""
    made = (RefundState.DONE, RefundState.DECLINED)
    some = sa.exists().where(Refund.payment_attempt_id == attempt_id, Refund.state.in_(made))
    return bool(db.session.scalar(sa.select(some)))


def _paid_lines(refund: Refund) -> Sequence[Fee]:
    """The lines of its application that its payment paid."""
    if refund.payment_attempt_id is not None:
        by_it = Fee.payment_attempt_id == refund.payment_attempt_id
    else:
        by_it = Fee.mailed_payment_id == refund.mailed_payment_id
    own = sa.select(Fee).where(Fee.application_id == refund.application_id, by_it)
    return db.session.scalars(own.order_by(Fee.id)).all()


def _waits(refund: Refund) -> bool:
    """Whether a card is being charged, maybe for what this refund made due: its answer is first."""
    attempt = refund.attempt
    return attempt is not None and attempts.is_charging(attempt.application_id)


def _not_due_again(desk: Desk, refund: Refund, attempt: PaymentAttempt) -> None:
    """Its money is here: what it had made due is not, and what was paid for that is too much."""
    application = attempt.application
    again = [fee for fee in application.fees if fee.id in refund.again_fee_ids]
    refund.again_fee_ids = []
    ledger.owe_no_more(desk, application, [fee for fee in again if fee.paid_at is None])
    paid = Cents(sum(fee.cents - fee.refunded_cents for fee in again if fee.paid_at))
    if paid:
        money_tasks.ask(
            desk, attempt,
            Sentence("The card's bank turned down a refund, and the educator had paid its fee"
                     " again: {cents} was paid twice.", cents=paid),
            Sentence("Refund {cents}.", cents=paid), paid,
        )  # fmt: skip


def _turned_down(desk: Desk, refund: Refund) -> None:
    """The money is here after all: lines, bureau and educator are told."""
    assert RefundState.DECLINED in REFUND_MOVES[refund.state]
    refund.state, refund.moved_at = RefundState.DECLINED, desk.now()
    attempt = refund.attempt
    assert attempt is not None
    again = bool(refund.again_fee_ids)
    book_anew(desk, attempt)
    application, cents = attempt.application, Cents(refund.cents)
    status.note(desk, application, "refund_declined", None, cents=refund.cents)
    status.tell(
        desk, application, "refund_declined", amount=str(cents), last=attempt.last_four,
        pays=again and not refund.again_fee_ids,
    )  # fmt: skip
    money_tasks.ask(
        desk, attempt,
        Sentence("The card's bank turned down the refund of {cents}: it did not go back.",
                 cents=cents),
        Sentence("Ask the educator whether the card was closed. Then propose the refund anew, or"
                 " agree on another way."),
    )  # fmt: skip
