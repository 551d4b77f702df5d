"""What of the money needs somebody, whatever day it began, and what to do about it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import UNPAYABLE
from cecs.domain.mailed_payments import PaymentState
from cecs.domain.payments import (
    STANDING,
    TAKEN_BACK,
    UNCERTAIN,
    AttemptState,
    RefundState,
    Settlement,
)
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.cashier import MailedPayment
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import refunds
from cecs.services.gateway_books import Problem
from cecs.services.payments import QUIET

SETTLES_WITHIN = timedelta(days=4)
SUSPENSE_AT_MOST = timedelta(days=14)
REFUNDS_FOR = timedelta(days=30)
GONE = {
    Settlement.DECLINED: Sentence(
        "The bank did not settle this card payment of {cents}; the fee is due again."
    ),
    Settlement.LOST: Sentence(
        "This card payment of {cents} was lost in a dispute; the fee is due again."
    ),
}


def problems(desk: Desk) -> Iterator[Problem]:
    """All that is open now."""
    yield from _uncertain(desk)
    yield from _unsettled(desk)
    yield from _paid_for_nothing()
    yield from _disputed()
    yield from _owed_again()
    yield from _refunds(desk)
    yield from _checks_to_write()
    yield from _old_suspense(desk)


def _which(*criteria: sa.ColumnElement[bool]) -> Sequence[PaymentAttempt]:
    chosen = sa.select(PaymentAttempt).where(*criteria).order_by(PaymentAttempt.started_at)
    return db.session.scalars(chosen).all()


def _uncertain(desk: Desk) -> Iterator[Problem]:
    since = desk.now() - 2 * QUIET
    for attempt in _which(PaymentAttempt.state.in_(UNCERTAIN), PaymentAttempt.moved_at <= since):
        yield Problem(
            Sentence("It is not known yet whether this card was charged."),
            Sentence("The worker asks the gateway again. Is it running, is the gateway up?"),
            attempt,
        )


def _unsettled(desk: Desk) -> Iterator[Problem]:
    waiting = PaymentAttempt.settlement == Settlement.WAITING
    for attempt in _which(waiting, PaymentAttempt.paid_at <= desk.now() - SETTLES_WITHIN):
        yield Problem(
            Sentence("The bank has not settled this for days."),
            Sentence("Look the charge up at the gateway."),
            attempt,
        )


def _paid_for_nothing() -> Iterator[Problem]:
    """Payments that stand without a fee, and were not returned."""
    alone = _which(
        PaymentAttempt.state == AttemptState.PAID,
        PaymentAttempt.settlement.not_in(TAKEN_BACK),
        ~PaymentAttempt.fees.any(),
    )
    for attempt in alone:
        if left := refunds.refundable(attempt, override=True):
            yield Problem(
                Sentence(
                    "This card payment stands, and what it paid was paid otherwise, too: "
                    "{cents} too much.",
                    cents=left,
                ),
                Sentence("Refund it: a dispute was won after the fee had been paid again."),
                attempt,
            )


def _disputed() -> Iterator[Problem]:
    for attempt in _which(PaymentAttempt.settlement == Settlement.DISPUTED):
        yield Problem(
            Sentence("The cardholder disputes this charge; the fee is due again."),
            Sentence("Answer at the gateway within its time limit."),
            attempt,
        )


def _owed_again() -> Iterator[Problem]:
    """Payments that are gone for good, while a fee of theirs is not paid anew."""
    gone = _which(
        PaymentAttempt.settlement.in_(GONE),
        PaymentAttempt.application.has(Application.status.not_in(UNPAYABLE)),
    )
    for attempt in gone:
        if is_owed_again(attempt):
            what = Sentence(GONE[attempt.settlement].text, cents=Cents(attempt.cents))
            todo = Sentence(
                "The educator was told by email. If nothing comes, write to them, and decide what "
                "it means for the application."
            )
            yield Problem(what, todo, attempt)


def is_owed_again(attempt: PaymentAttempt) -> bool:
    """Whether a charge was taken back, and a fee of it is not paid anew and still wanted."""
    if attempt.settlement not in TAKEN_BACK or attempt.application.status in UNPAYABLE:
        return False
    unpaid = {fee.id for fee in attempt.application.fees if fee.paid_at is None}
    return bool(unpaid & set(attempt.fee_ids)) and not _was_tried_anew(attempt)


def must_go_back(attempt: PaymentAttempt, cents: int, since: datetime) -> bool:
    """Whether less than `cents` of a charge that stands is on its way back, as proposed `since`.

    What its bank turns down is not asked for twice: that is told on its own.
    """
    if not refunds.stands(attempt):
        return False
    on_its_way = sum(
        one.cents
        for one in refunds.of_attempt(attempt.id)
        if one.proposed_at > since and one.state in {*STANDING, RefundState.DECLINED}
    )
    return on_its_way < max(cents, 1)


def _was_tried_anew(attempt: PaymentAttempt) -> bool:
    """Whether a later payment took its place; if that is gone, too, it speaks for both."""
    later = sa.select(PaymentAttempt.fee_ids).where(
        PaymentAttempt.application_id == attempt.application_id,
        PaymentAttempt.state == AttemptState.PAID, PaymentAttempt.paid_at > attempt.paid_at,
    )  # fmt: skip
    return any(set(attempt.fee_ids) & set(ids) for ids in db.session.scalars(later))


def _refunds(desk: Desk) -> Iterator[Problem]:
    gone = Refund.payment_attempt_id.in_(
        sa.select(PaymentAttempt.id).where(PaymentAttempt.settlement.in_(TAKEN_BACK))
    )
    stuck = sa.or_(
        Refund.state.in_((RefundState.FAILED, RefundState.DECLINED)),
        sa.and_(Refund.state == RefundState.APPROVED, gone),
        sa.and_(Refund.state == RefundState.CALLING, Refund.moved_at <= desk.now() - 2 * QUIET),
    )
    later = sa.orm.aliased(Refund)
    anew = sa.exists().where(
        later.payment_attempt_id == Refund.payment_attempt_id,
        later.proposed_at > Refund.moved_at,
        later.state.not_in((RefundState.REJECTED, RefundState.WITHDRAWN)),
    )
    recent = Refund.moved_at > desk.now() - REFUNDS_FOR
    for refund in db.session.scalars(sa.select(Refund).where(stuck, recent, ~anew)):
        yield Problem(*_of_refund(refund), refund.attempt)


def _of_refund(refund: Refund) -> tuple[Sentence, Sentence]:
    """What is wrong with it, and what to do."""
    cents = Cents(refund.cents)
    if refund.state is RefundState.CALLING:
        return (
            Sentence("It is not known yet whether {cents} went back.", cents=cents),
            Sentence("Do not propose it anew: the worker asks the gateway for a day."),
        )
    todo = Sentence("Look whether the charge still stands; propose it anew if it is right.")
    if refund.state is RefundState.DECLINED:
        return Sentence("The card's bank turned a refund of {cents} down.", cents=cents), todo
    return Sentence("A refund of {cents} was not made.", cents=cents), todo


def _checks_to_write() -> Iterator[Problem]:
    for refund in refunds.to_pay_out():
        yield Problem(
            Sentence(
                "A refund of {cents} is approved, and its check did not go out.",
                cents=Cents(refund.cents),
            ),
            Sentence(
                "Have the treasury write it, then enter its number on the page of refunds."
            ),
            payment=refund.mailed_payment,
        )  # fmt: skip


def _old_suspense(desk: Desk) -> Iterator[Problem]:
    oldest = desk.today() - SUSPENSE_AT_MOST
    waiting = sa.select(MailedPayment).where(
        MailedPayment.state == PaymentState.SUSPENSE, MailedPayment.received_on <= oldest,
        MailedPayment.id.not_in(refunds.paid_out_ids()),
    )  # fmt: skip
    for payment in db.session.scalars(waiting.order_by(MailedPayment.received_on)):
        yield Problem(
            Sentence("{cents} came by mail and is nobody's yet.", cents=Cents(payment.cents)),
            Sentence("Find its owner, or send it back."),
            payment=payment,
        )
