"""What is known here of a card payment under way; asks no gateway."""

import uuid

import sqlalchemy as sa

from cecs.domain.payments import LIVE, UNCERTAIN
from cecs.extensions import db
from cecs.models.payments import PaymentAttempt


def live_attempt(application_id: uuid.UUID) -> PaymentAttempt | None:
    """The attempt that is under way for this application, if any."""
    return db.session.scalar(
        sa.select(PaymentAttempt)
        .where(PaymentAttempt.application_id == application_id)
        .where(PaymentAttempt.state.in_(LIVE))
    )


def is_charging(application_id: uuid.UUID) -> bool:
    """Whether money may be moving: the gateway was asked, and its answer is not booked yet."""
    live = live_attempt(application_id)
    return live is not None and live.state in UNCERTAIN
