"""Reminds of a balance that keeps a certificate from being issued."""

from datetime import timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.sentences import Cents
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.services import ledger, status
from cecs.services.transactions import locked

AFTER = (timedelta(days=7), timedelta(days=21), timedelta(days=45))


def remind(desk: Desk) -> int:
    """Mails whose turn it is; gives how many. Each reminder is sent once."""
    due = [
        sa.and_(
            Application.balance_reminders == sent, Application.approved_at <= desk.now() - pause
        )
        for sent, pause in enumerate(AFTER)
    ]
    ids = db.session.scalars(
        sa.select(Application.id)
        .where(Application.status == Status.APPROVED_BALANCE_DUE, sa.or_(*due))
        .order_by(Application.approved_at)
    ).all()
    db.session.rollback()
    return sum(_remind(desk, id) for id in ids)


def _remind(desk: Desk, id: object) -> int:
    application = locked(Application, id)
    sent = application.balance_reminders
    waits = application.status is Status.APPROVED_BALANCE_DUE and sent < len(AFTER)
    approved = application.approved_at
    if not waits or approved is None or approved > desk.now() - AFTER[sent]:
        db.session.rollback()
        return 0
    # Who was not reminded in time, because the worker stood still, gets one mail and not three.
    application.balance_reminders = sum(approved <= desk.now() - pause for pause in AFTER)
    amount = str(Cents(ledger.due_cents(application)))
    status.tell(desk, application, "balance_due", amount=amount)
    status.note(desk, application, "balance_reminded", None)
    db.session.commit()
    return 1
