"""Where districts want changes of their roster sent: set by staff for the holder of a key."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import roster
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.api_keys import ApiKey
from cecs.models.roster import RosterDelivery, RosterHook
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked

BEGINS = "whsec_"
SHOWN = 50


def key(id: int) -> ApiKey:
    """The key of that id, revoked or not. Raises Gone."""
    found = db.session.get(ApiKey, id)
    if found is None:
        raise Gone(f"ApiKey {id}")
    return found


def hook(key_id: int) -> RosterHook | None:
    """Where the holder of a key is told of changes, if anywhere."""
    return db.session.get(RosterHook, key_id)


def set_address(desk: Desk, key_id: int, by_id: int, address: str) -> str:
    """Has changes sent there from now on; gives a new secret, which is never shown again.

    Raises Gone, Refused.
    """
    checked = roster.address(address, desk.settings.demo)
    if isinstance(checked, Sentence):
        raise Refused(checked)
    _in_use(key_id)
    secret = BEGINS + secrets.token_urlsafe(32)
    found = db.session.get(RosterHook, key_id)
    if found is None:
        yesterday = desk.today() - timedelta(days=1)
        found = RosterHook(key_id=key_id, expired_until=yesterday)
        db.session.add(found)
    found.address, found.sealed_secret = checked, desk.vault.seal(secret, place(key_id))
    found.set_at, found.set_by_id = desk.now(), by_id
    db.session.commit()
    return secret


def stop(desk: Desk, key_id: int) -> None:
    """Sends nothing any more; what waits is given up, what was sent stays listed. Raises Gone."""
    locked(ApiKey, key_id)
    found = db.session.get(RosterHook, key_id)
    if found is None:
        db.session.rollback()
        raise Gone(f"RosterHook {key_id}")
    waits = sa.update(RosterDelivery).where(
        RosterDelivery.key_id == key_id, RosterDelivery.due_at.is_not(None)
    )
    db.session.execute(waits.values(given_up_at=desk.now(), due_at=None))
    db.session.delete(found)
    db.session.commit()


def deliveries(key_id: int) -> Sequence[RosterDelivery]:
    """The last ones, the newest first."""
    theirs = sa.select(RosterDelivery).where(RosterDelivery.key_id == key_id)
    return db.session.scalars(theirs.order_by(RosterDelivery.id.desc()).limit(SHOWN)).all()


def given_up() -> Collection[int]:
    """The keys of which something was not delivered for a day."""
    lost = sa.select(RosterDelivery.key_id).where(RosterDelivery.given_up_at.is_not(None))
    return db.session.scalars(lost.distinct()).all()


def send_again(desk: Desk, key_id: int, delivery_id: int) -> None:
    """Sends it once more, under the same event id, and tries for another day. Raises Gone."""
    _in_use(key_id)
    found = db.session.get(RosterDelivery, delivery_id)
    if found is None or found.key_id != key_id or db.session.get(RosterHook, key_id) is None:
        db.session.rollback()
        raise Gone(f"RosterDelivery {delivery_id}")
    found.since = found.due_at = desk.now()
    found.tries, found.answer = 0, ""
    found.delivered_at = found.given_up_at = None
    db.session.commit()


def place(key_id: int) -> str:
    """To what a secret is sealed."""
    return f"roster_hook/{key_id}"


def _in_use(key_id: int) -> None:
    if locked(ApiKey, key_id).revoked_at:
        db.session.rollback()
        raise Gone(f"ApiKey {key_id} is revoked")
