"""What becomes of captured charges: settled, sent back by the bank, or disputed.

Card settlement sends no messages, so that each charge is looked at until it is beyond dispute, and
each refund's credit until it is settled.
"""

import uuid
from contextlib import suppress
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import TAKEN_BACK, AttemptState, Settlement
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.gateways.cards import (
    Charge,
    ChargeState,
    Dispute,
    GatewayError,
    NotAtGateway,
    NotFromGateway,
)
from cecs.models.payments import PaymentAttempt
from cecs.services import attempts, credits, ledger, money_tasks, status

__all__ = ["GatewayError", "NotFromGateway", "follow", "look_at", "note", "told"]
EVERY = {Settlement.WAITING: timedelta(hours=1), Settlement.DISPUTED: timedelta(hours=6)}
SELDOM = timedelta(days=1)
# A cardholder may dispute a charge for 120 days by the networks' rules; this adds a margin.
WATCHED = timedelta(days=180)
AT_ONCE = 50  # charges looked at in one turn, so that mail and others get theirs


def follow(desk: Desk) -> int:
    """Looks at charges and credits whose turn it is; gives how many had changed. Takes no money."""
    changed = 0
    charges = [
        (charge_id, partial(note, desk, id, known)) for id, known, charge_id in _whose_turn(desk)
    ]
    refunded = [
        (credit_id, partial(credits.note, desk, id)) for id, credit_id in credits.whose_turn(desk)
    ]
    for charge_id, noted in (*charges, *refunded):
        charge = None
        try:
            with suppress(NotAtGateway):  # the cashier's day says that it is missing there
                charge = desk.card_gateway.find(charge_id)
        except GatewayError:
            break  # it does not answer; the next turn asks again
        changed += noted(charge)
    return changed


def look_at(desk: Desk, charge_id: str) -> int:
    """Looks at one charge and its refunds now, because something happened to it, as we hear."""
    found = db.session.execute(
        sa.select(PaymentAttempt.id, PaymentAttempt.settlement).where(
            PaymentAttempt.charge_id == charge_id
        )
    ).one_or_none()
    db.session.rollback()
    if found is None:
        return 0
    attempt_id, known = found
    changed = note(desk, attempt_id, known, desk.card_gateway.find(charge_id))
    for refund_id, credit_id in credits.of_attempt(attempt_id):
        changed += credits.note(desk, refund_id, desk.card_gateway.find(credit_id))
    return changed


def told(desk: Desk, signature: str, payload: str) -> int:
    """Takes a signed message of the gateway. Raises NotFromGateway, GatewayError."""
    charge_id = desk.card_gateway.disputed_charge(signature, payload)
    return look_at(desk, charge_id) if charge_id else 0


def note(desk: Desk, attempt_id: uuid.UUID, known: Settlement, charge: Charge | None) -> int:
    """Writes down how a charge stands, None where the gateway has none; 1 where that is new.

    In a transaction of its own. `known` is what stood here before the gateway was asked: where
    another has written down something else meanwhile, this answer may be the older one.
    """
    attempt, _ = attempts.held(attempt_id)
    before = attempt.settlement
    if before is not known:
        db.session.rollback()
        return 0
    attempt.looked_at = desk.now()
    now = _settlement(charge) if charge else before
    if before in TAKEN_BACK and now is Settlement.WAITING:
        now = before  # what was taken back counts again only once it is settled
    if attempt.state is not AttemptState.PAID or now is before:
        db.session.commit()
        return 0
    attempt.settlement = now
    if now is Settlement.SETTLED and attempt.settled_at is None:
        attempt.settled_at = desk.now()
    if now in TAKEN_BACK and before not in TAKEN_BACK:
        _take_back(desk, attempt, now)
    elif now is Settlement.LOST:
        _tell(desk, attempt, now)
        status.note(desk, attempt.application, f"payment_{now}", None, cents=attempt.cents)
    elif now is Settlement.SETTLED and not ledger.of_attempt(attempt.id):
        _give_again(desk, attempt)
    db.session.commit()
    return 1


def _whose_turn(desk: Desk) -> list[tuple[uuid.UUID, Settlement, str]]:
    now = desk.now()
    often = [
        sa.and_(PaymentAttempt.settlement == state, PaymentAttempt.looked_at <= now - pause)
        for state, pause in EVERY.items()
    ]
    # A bank that sent money back, or won it, may think better of it.
    ended = (Settlement.SETTLED, Settlement.DECLINED, Settlement.LOST)
    seldom = sa.and_(
        PaymentAttempt.settlement.in_(ended),
        PaymentAttempt.looked_at <= now - SELDOM,
        PaymentAttempt.paid_at > now - WATCHED,
    )
    unseen = sa.and_(
        PaymentAttempt.looked_at.is_(None), PaymentAttempt.settlement == Settlement.WAITING
    )
    rows = db.session.execute(
        sa.select(PaymentAttempt.id, PaymentAttempt.settlement, PaymentAttempt.charge_id)
        .where(PaymentAttempt.state == AttemptState.PAID, sa.or_(unseen, seldom, *often))
        .order_by(PaymentAttempt.looked_at)
        .limit(AT_ONCE)
    ).all()
    db.session.rollback()
    return [(id, known, charge_id) for id, known, charge_id in rows if charge_id]


def _settlement(charge: Charge) -> Settlement:
    if charge.dispute is Dispute.OPEN:
        return Settlement.DISPUTED
    if charge.dispute is Dispute.LOST:
        return Settlement.LOST
    if charge.state is ChargeState.SETTLED:
        return Settlement.SETTLED
    return Settlement.WAITING if charge.state is ChargeState.CAPTURED else Settlement.DECLINED


WHY = {
    Settlement.DECLINED: Sentence("The bank did not settle the card payment of {cents}."),
    Settlement.DISPUTED: Sentence("The cardholder disputes the card payment of {cents}."),
    Settlement.LOST: Sentence("The card payment of {cents} was lost in a dispute."),
}


def _take_back(desk: Desk, attempt: PaymentAttempt, now: Settlement) -> None:
    """The lines are due again; the bureau and the educator are told."""
    application = attempt.application
    lines = ledger.of_attempt(attempt.id)
    credits.part_off(attempt, lines)
    stayed = [fee for fee in lines if not fee.refunded_cents]
    ledger.take_back(desk, application, stayed, f"payment_{now}")
    _tell(desk, attempt, now)
    if ledger.payable_cents(application):
        why = Sentence(WHY[now].text, cents=Cents(attempt.cents))
        status.tell(desk, application, "payment_taken_back", why=why.to_json())


def _tell(desk: Desk, attempt: PaymentAttempt, now: Settlement) -> None:
    """Opens a task for the bureau."""
    why = Sentence(WHY[now].text, cents=Cents(attempt.cents))
    money_tasks.ask(desk, attempt, why)


def _give_again(desk: Desk, attempt: PaymentAttempt) -> None:
    """The money is here after all, as when a dispute was won.

    Where the fee was paid otherwise meanwhile, the bureau is told to give it back.
    """
    application = attempt.application
    lines = credits.of_no_payment(attempt)
    if sum(fee.cents for fee in lines) == attempt.cents:
        for fee in lines:
            fee.paid_at, fee.refunded_cents = None, 0
        day, ids = desk.day_of(attempt.started_at), [fee.id for fee in lines]
        ledger.settle(desk, application, ids, None, day, payment_attempt_id=attempt.id)
        credits.book_anew(desk, attempt)
    else:
        _paid_twice(desk, attempt)


def _paid_twice(desk: Desk, attempt: PaymentAttempt) -> None:
    """Opens a task, unless all of it went back already."""
    left = attempt.cents - credits.returned_cents(attempt.id)
    if left <= 0:
        return
    money_tasks.ask(
        desk, attempt,
        Sentence("The card payment of {cents} stands after all, and its fee was paid another way"
                 " meanwhile: the educator has paid twice.", cents=Cents(attempt.cents)),
        Sentence("Refund {left} of this card payment.", left=Cents(left)), left,
    )  # fmt: skip
