"""Mail waits here: written in the same transaction as what it reports, sent by the worker."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.office import OutgoingMail
from cecs.services.transactions import writing

log = logging.getLogger("cecs.outbox")
LEASE = timedelta(minutes=5)
DELAYS = (1, 5, 15, 60, 240, 720)  # minutes to wait after each failed try; then we give up

Render = Callable[[str, dict[str, Any], str | None], tuple[str, str]]


def put(
    desk: Desk,
    notice: str,
    recipient: str,
    values: dict[str, Any],
    secret: str | None = None,
    person_id: int | None = None,
) -> OutgoingMail:
    """Adds a mail to the caller's transaction. A secret is sealed until it is delivered."""
    mail = OutgoingMail(
        notice=notice, recipient=recipient, person_id=person_id, values=values,
        created_at=desk.now(), due_at=desk.now(),
    )  # fmt: skip
    db.session.add(mail)
    db.session.flush()
    if secret is not None:
        mail.sealed_secret = desk.vault.seal(secret, f"outgoing_mail/{mail.id}")
    return mail


def cancel(desk: Desk, notice: str, person_id: int) -> None:
    """Takes back what still waits of this notice, in the caller's transaction."""
    db.session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.notice == notice, OutgoingMail.person_id == person_id)
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.cancelled_at.is_(None))
        .values(cancelled_at=desk.now(), sealed_secret=None)
    )


def deliver_due(desk: Desk, render: Render) -> int:
    """Sends what is due, each under a lease of its own; gives how many left the house."""
    sent = 0
    while (mail_id := _claim(desk)) is not None:
        sent += _deliver(desk, mail_id, render)
    return sent


def _claim(desk: Desk) -> int | None:
    now = desk.now()
    waiting = (
        sa.select(OutgoingMail.id)
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None))
        .where(OutgoingMail.cancelled_at.is_(None), OutgoingMail.due_at <= now)
        .where(sa.or_(OutgoingMail.leased_until.is_(None), OutgoingMail.leased_until < now))
        .order_by(OutgoingMail.id)
        .limit(1)
    )
    if db.session.scalar(waiting) is None:
        db.session.rollback()  # an idle worker takes no turn from those who write
        return None
    writing()
    claimed = db.session.scalar(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == waiting.with_for_update(skip_locked=True).scalar_subquery())
        .values(leased_until=now + LEASE, tries=OutgoingMail.tries + 1)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return claimed


def _deliver(desk: Desk, mail_id: int, render: Render) -> bool:
    mail = db.session.get_one(OutgoingMail, mail_id)
    if mail.cancelled_at is not None:  # taken back after we claimed it; its secret is gone
        db.session.rollback()
        return False
    sealed = mail.sealed_secret
    secret = desk.vault.unseal(sealed, f"outgoing_mail/{mail.id}") if sealed else None
    recipient, tries = mail.recipient, mail.tries
    notice, values = mail.notice, mail.values
    db.session.rollback()  # no transaction stays open while a mail server thinks
    try:
        subject, text = render(notice, values, secret)
        desk.post.deliver(recipient, subject, text)
    except Exception as fault:  # whatever is wrong with one mail, the others go on
        log.warning("mail %s was not taken: %s", mail_id, type(fault).__name__)
        _put_off(desk, mail_id, tries)
        return False
    writing()
    sent = {"sent_at": desk.now(), "sealed_secret": None, "leased_until": None}
    db.session.execute(sa.update(OutgoingMail).where(OutgoingMail.id == mail_id).values(sent))
    db.session.commit()
    return True


def _put_off(desk: Desk, mail_id: int, tries: int) -> None:
    values: dict[str, Any] = {"leased_until": None}
    if tries > len(DELAYS):
        values |= {"given_up_at": desk.now(), "sealed_secret": None}
    else:
        values["due_at"] = desk.now() + timedelta(minutes=DELAYS[tries - 1])
    writing()
    db.session.execute(sa.update(OutgoingMail).where(OutgoingMail.id == mail_id).values(values))
    db.session.commit()
