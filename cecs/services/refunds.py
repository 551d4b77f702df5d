"""Refunds: one person proposes, another decides, the worker or the treasury carries out.

A refund to a card waits until its charge is settled; before that the gateway gives nothing back.
It is asked for once: when the answer is lost, its order id tells whether it was made.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.mailed_payments import PaymentState
from cecs.domain.payments import (
    REFUND_MOVES,
    STANDING,
    TAKEN_BACK,
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
from cecs.models.applications import Application
from cecs.models.cashier import MailedPayment
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import attempts, credits, settlements, status
from cecs.services.payments import QUIET
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked

R = RefundState
PATIENCE = timedelta(days=1)  # for a refund that the gateway does not know (yet)
MAY_OVERRIDE = (Role.SUPERVISOR, Role.ADMINISTRATOR)


Payment = PaymentAttempt | MailedPayment


def refundable(paid: Payment, override: bool, about: Application | None = None) -> Cents:
    """How much of a payment may still go back, in whole cents; `about` one of those it paid.

    Nothing of one that does not stand, such as a charge that was lost in a dispute.
    """
    if not stands(paid):
        return Cents(0)
    lines = [fee for fee in paid.fees if about is None or fee.application_id == about.id]
    whole = sum(fee.cents for fee in lines) if paid.fees else paid.cents
    kept = sum(fee.cents for fee in lines if fee.code == APPLICATION_FEE)
    earlier = of_attempt(paid.id) if isinstance(paid, PaymentAttempt) else of_mailed(paid.id)
    own = [one for one in earlier if about is None or one.application_id == about.id]
    standing = sum(refund.cents for refund in own if refund.state in STANDING)
    return Cents(refundable_cents(whole, kept, standing, override))


def shares(paid: Payment) -> list[tuple[Application, Cents, Cents]]:
    """Whom a payment is about, and how much of each may go back: without an override, and with."""
    return [
        (one, refundable(paid, False, one), refundable(paid, True, one)) for one in _about(paid)
    ]


def share(refund: Refund) -> Cents:
    """What its payment paid for its own application, in whole cents."""
    paid = refund.mailed_payment
    if paid is None or not paid.fees:
        return Cents(paid.cents if paid else refund.attempt.cents if refund.attempt else 0)
    own = [fee.cents for fee in paid.fees if fee.application_id == refund.application_id]
    return Cents(sum(own))


def stays(refund: Refund) -> Cents:
    """What is left of that share once this refund and those that are decided went back."""
    paid = refund.attempt or refund.mailed_payment
    if paid is None or not stands(paid):
        return Cents(0)
    gone = sum(
        one.cents
        for one in (of_attempt(paid.id) if isinstance(paid, PaymentAttempt) else of_mailed(paid.id))
        if one.application_id == refund.application_id
        and (one.id == refund.id or one.state in STANDING - {R.PROPOSED})
    )
    return Cents(max(0, share(refund) - gone))


def stands(paid: Payment) -> bool:
    """Whether its money is here, or at the bank, so that some of it could go back."""
    if isinstance(paid, PaymentAttempt):
        return paid.state is AttemptState.PAID and paid.settlement not in TAKEN_BACK
    # What did not go to the bank yet is sent back as it is.
    deposited = paid.batch is not None and paid.batch.closed_at is not None
    return paid.state is not PaymentState.RETURNED and (bool(paid.fees) or deposited)


def _about(paid: Payment) -> list[Application]:
    """The applications that it paid, or seems to be for; none for a stranger's check."""
    if paid.fees:
        return list(dict.fromkeys(fee.application for fee in paid.fees))
    return [paid.application] if paid.application else []


def of_attempt(attempt_id: uuid.UUID) -> Sequence[Refund]:
    """The refunds of a card payment, the oldest first."""
    return _listed(Refund.payment_attempt_id == attempt_id)


def of_mailed(payment_id: int) -> Sequence[Refund]:
    """The refunds of a mailed payment, the oldest first."""
    return _listed(Refund.mailed_payment_id == payment_id)


def in_the_way(payment_id: int) -> Refund | None:
    """The refund, proposed, approved or made, because of which a mailed payment pays nothing."""
    return next((one for one in of_mailed(payment_id) if one.state in STANDING), None)


def _listed(own: sa.ColumnElement[bool]) -> Sequence[Refund]:
    by_age = sa.select(Refund).where(own).order_by(Refund.proposed_at, Refund.id)
    return db.session.scalars(by_age).all()


def paid_out_ids() -> sa.Select[Any]:
    """The mailed payments of which money went back by check, to be left out of a list."""
    return sa.select(Refund.mailed_payment_id).where(
        Refund.state == R.DONE, Refund.mailed_payment_id.is_not(None)
    )


def waiting() -> Sequence[Refund]:
    """What somebody must decide, the oldest first."""
    proposed = sa.select(Refund).where(Refund.state == R.PROPOSED)
    return db.session.scalars(proposed.order_by(Refund.proposed_at)).all()


def to_pay_out() -> Sequence[Refund]:
    """Approved refunds of mailed payments, for which the treasury writes a check."""
    approved = sa.select(Refund).where(Refund.state == R.APPROVED)
    by_check = approved.where(Refund.mailed_payment_id.is_not(None))
    return db.session.scalars(by_check.order_by(Refund.moved_at)).all()


def propose(
    desk: Desk,
    paid_by: uuid.UUID | int,
    by_id: int,
    cents: int,
    reason: str,
    override: str = "",
    reference: str = "",
    waives_fee: bool = False,
    told: str = "",
) -> uuid.UUID:
    """Proposes to give `cents` back. Raises Gone, Refused.

    `paid_by` is the id of a card payment or of a mailed one, `reference` tells whose of several
    that it paid. `override` is the reason for touching the application fee, which is never
    returned otherwise. What goes back is due again, unless `waives_fee`. `told` is for the payer,
    in the mail that says what was returned.
    """
    paid = _held(paid_by)
    try:
        about = _chosen(paid, by_id, reference)
        most = refundable(paid, bool(override), about)
        if not 0 < cents <= most:
            raise Refused(Sentence("At most {most} can go back.", most=most))
    except Refused:
        db.session.rollback()
        raise
    refund = Refund(
        id=uuid.uuid4(), cents=cents, state=R.PROPOSED, reason=reason, override_reason=override,
        proposed_by_id=by_id, proposed_at=desk.now(), moved_at=desk.now(),
        application_id=about.id if about else None, waives_fee=waives_fee, told=told,
    )  # fmt: skip
    refund.payment_attempt_id = paid.id if isinstance(paid, PaymentAttempt) else None
    refund.mailed_payment_id = paid.id if isinstance(paid, MailedPayment) else None
    db.session.add(refund)
    id = refund.id
    db.session.commit()
    return id


def _held(paid_by: uuid.UUID | int) -> Payment:
    if isinstance(paid_by, uuid.UUID):
        return attempts.held(paid_by)[0]
    return locked(MailedPayment, paid_by)


def _owners(paid: Payment) -> set[int]:
    """Whose applications it paid, or seems to be for."""
    owners = {one.person_id for one in _about(paid)}
    return owners | ({paid.application.person_id} if paid.application else set())


def _chosen(paid: Payment, by_id: int, reference: str) -> Application | None:
    """Whose money goes back. Raises Refused where none may, or one of several must be named."""
    if not stands(paid):
        raise Refused(Sentence("This payment does not stand any more."))
    if by_id in _owners(paid):
        raise Refused(Sentence("Nobody refunds their own payment."))
    about = _about(paid)
    named = [one for one in about if one.reference == reference]
    if named or (len(about) == 1 and not reference):
        return (named or about)[0]
    if not about and not reference:
        return None
    raise Refused(Sentence("Choose the application whose payment goes back."))


def paid_out(desk: Desk, refund_id: uuid.UUID, by_id: int, check_number: str) -> None:
    """Notes that the treasury's check went out. Raises Gone, Refused."""
    refund = credits.held(refund_id)
    if refund.state is not R.APPROVED or refund.mailed_payment_id is None:
        db.session.rollback()
        raise Refused(Sentence("This refund is not to be paid out by check."))
    refund.state, refund.moved_at, refund.check_number = R.DONE, desk.now(), check_number
    _book(desk, refund, by_id)
    db.session.commit()


def decide(desk: Desk, refund_id: uuid.UUID, by_id: int, approved: bool) -> None:
    """Approves or rejects, as the second of two people. Raises Gone, Refused."""
    refund = locked(Refund, refund_id)
    by = db.session.get_one(Person, by_id)
    try:
        if refund.state is not R.PROPOSED:
            raise Refused(Sentence("This refund was decided already."))
        paid = refund.attempt or refund.mailed_payment
        if by_id in {refund.proposed_by_id, *(_owners(paid) if paid else ())}:
            raise Refused(Sentence("Another person must decide about this refund."))
        if approved and refund.override_reason and by.role not in MAY_OVERRIDE:
            raise Refused(Sentence("Only a supervisor may return the application fee."))
    except Refused:
        db.session.rollback()
        raise
    refund.state = R.APPROVED if approved else R.REJECTED
    refund.decided_by_id, refund.moved_at = by_id, desk.now()
    db.session.commit()


def withdraw(desk: Desk, refund_id: uuid.UUID, by_id: int) -> None:
    """Takes a proposal back that nobody decided yet, by who made it. Raises Gone, Refused."""
    refund = locked(Refund, refund_id)
    try:
        if refund.state is not R.PROPOSED:
            raise Refused(Sentence("This refund was decided already."))
        if by_id != refund.proposed_by_id:
            raise Refused(Sentence("Only who proposed this can withdraw it."))
    except Refused:
        db.session.rollback()
        raise
    refund.state, refund.moved_at = R.WITHDRAWN, desk.now()
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
    assert refund.attempt is not None
    attempt_id, charge_id, cents = refund.attempt.id, refund.attempt.charge_id, refund.cents
    known = refund.attempt.settlement
    db.session.rollback()
    try:  # what the cardholder's bank took back meanwhile is not given back a second time
        settlements.note(desk, attempt_id, known, desk.card_gateway.find(charge_id or ""))
    except GatewayError:
        return 0
    if not _begins(desk, id):
        return 0
    try:
        made = desk.card_gateway.refund(charge_id or "", cents, str(id))
    except GatewayError:
        return 0
    return _close(desk, id, made)


def _begins(desk: Desk, id: uuid.UUID) -> bool:
    """Whether it is this worker's to make, of a charge that stands.

    Committed before the call: from here on the refund can be found, whatever happens.
    """
    refund = credits.held(id)
    stands = refund.attempt is not None and refund.attempt.settlement is Settlement.SETTLED
    if refund.state is not R.APPROVED or not stands:
        db.session.rollback()
        return False
    refund.state, refund.moved_at = R.CALLING, desk.now()
    db.session.commit()
    return True


def _close(desk: Desk, id: uuid.UUID, made: Charge | None) -> int:
    """Books the answer: done, or failed and to be proposed anew.

    What the gateway made is booked even where it was given up meanwhile.
    """
    refund = credits.held(id)
    if (R.DONE if made else R.FAILED) not in REFUND_MOVES.get(refund.state, ()):
        db.session.rollback()
        return 0
    refund.state, refund.moved_at = (R.DONE if made else R.FAILED), desk.now()
    if made:
        refund.charge_id = made.id
        _book(desk, refund, refund.decided_by_id)
    db.session.commit()
    return 1


def _book(desk: Desk, refund: Refund, by_id: int | None) -> None:
    """Writes it on the lines of its application, and tells the educator."""
    application = refund.application
    if application is None:
        return
    credits.book(refund, application)
    status.note(desk, application, "refunded", by_id, cents=refund.cents)
    again = sum(fee.cents for fee in application.fees if fee.id in refund.again_fee_ids)
    status.tell(
        desk, application, "refunded", amount=str(Cents(refund.cents)),
        last=refund.attempt.last_four if refund.attempt else "",
        due=str(Cents(again)) if again else "", number=refund.check_number,
        given_up=refund.waives_fee, told=refund.told,
    )  # fmt: skip


def refund(id: uuid.UUID) -> Refund:
    """One refund. Raises Gone."""
    found = db.session.get(Refund, id)
    if found is None:
        raise Gone(f"Refund {id}")
    return found
