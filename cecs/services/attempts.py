"""What is known here of a card payment under way; asks no gateway."""

import uuid

import sqlalchemy as sa

from cecs.domain.payments import LIVE, UNCERTAIN
from cecs.extensions import db
from cecs.models.payments import PaymentAttempt
from cecs.services.transactions import Gone


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


def attempt(id: uuid.UUID) -> PaymentAttempt:
    """One card payment, whoever's it is: for staff. Raises Gone."""
    found = db.session.get(PaymentAttempt, id)
    if found is None:
        raise Gone(f"PaymentAttempt {id}")
    return found
