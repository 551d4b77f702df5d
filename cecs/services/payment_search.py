"""Payments found by what a caller or a bank statement says: for those who handle money."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import names, references
from cecs.domain.payments import UNCERTAIN, AttemptState
from cecs.extensions import db
from cecs.models.applications import Application, Fee
from cecs.models.cashier import MailedPayment
from cecs.models.payments import PaymentAttempt
from cecs.services import queue

AT_MOST = 50
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Found:
    """Payments that fit, the newest first, of each way at most `AT_MOST`."""

    cards: Sequence[PaymentAttempt]
    mailed: Sequence[MailedPayment]


def find(desk: Desk, words: str) -> Found:
    """Payments whose money moved, or may have.

    `words` is the reference, the number of a receipt, the beginning of a last name, an educator
    number, a name on a check, or the number of a check or charge.
    """
    words = words.strip()
    if not words:
        return Found((), ())
    # The number of a receipt is the reference and a part of its own.
    if references.normalise(words) is None and references.normalise(words.rpartition("-")[0]):
        words = words.rpartition("-")[0]
    of = sa.select(Application.id).where(queue.fits(desk, words))
    cards = sa.select(PaymentAttempt).where(
        PaymentAttempt.state.in_({AttemptState.PAID, *UNCERTAIN}),
        PaymentAttempt.application_id.in_(of) | (PaymentAttempt.charge_id == words),
    )
    fitting = [
        MailedPayment.application_id.in_(of),
        MailedPayment.id.in_(
            sa.select(Fee.mailed_payment_id).where(
                Fee.application_id.in_(of), Fee.mailed_payment_id.is_not(None)
            )
        ),
        MailedPayment.number == words,
    ]
    if len(key := names.key(words)) >= SHORTEST_NAME:
        fitting.append(MailedPayment.payer_key.contains(key, autoescape=True))
    mailed = sa.select(MailedPayment).where(sa.or_(*fitting))
    return Found(
        db.session.scalars(cards.order_by(PaymentAttempt.started_at.desc()).limit(AT_MOST)).all(),
        db.session.scalars(mailed.order_by(MailedPayment.id.desc()).limit(AT_MOST)).all(),
    )
