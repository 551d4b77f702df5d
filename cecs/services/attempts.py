"""What is known here of a card payment under way; asks no gateway."""

import uuid

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import LIVE, UNCERTAIN, AttemptState
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.payments import PaymentAttempt
from cecs.services.transactions import Gone, locked


def live_attempt(application_id: uuid.UUID, hold: bool = False) -> PaymentAttempt | None:
    """The attempt that is under way for this application, if any."""
    live = (
        sa.select(PaymentAttempt)
        .where(PaymentAttempt.application_id == application_id)
        .where(PaymentAttempt.state.in_(LIVE))
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(live.with_for_update() if hold else live)


def drop_prepared(desk: Desk, application_id: uuid.UUID, why: str) -> None:
    """Lets a card go that was offered and not confirmed, in the caller's transaction."""
    db.session.execute(
        sa.update(PaymentAttempt)
        .where(PaymentAttempt.application_id == application_id)
        .where(PaymentAttempt.state == AttemptState.PREPARED)
        .values(
            state=AttemptState.FAILED, reason=why, sealed_nonce=None, moved_at=desk.now()
        )
    )  # fmt: skip


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


def held(attempt_id: uuid.UUID) -> tuple[PaymentAttempt, Application]:
    """An attempt and its application, until commit. Opens with `writing()`. Raises Gone.

    Whoever holds both begins with the application, so that no two wait for each other.
    """
    found = attempt(attempt_id)
    application = locked(Application, found.application_id)
    db.session.refresh(found, with_for_update=True)
    return found, application
