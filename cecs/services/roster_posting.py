"""The worker's part: sends districts what changed, again and again for a day, then gives up."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import roster
from cecs.extensions import db
from cecs.gateways import callbacks
from cecs.models.api_keys import ApiKey
from cecs.models.roster import RosterDelivery, RosterHook
from cecs.services.roster_hooks import place
from cecs.services.transactions import writing

LEASE = timedelta(minutes=5)
PAUSES = (1, 5, 15, 60, 180, 360)  # minutes after each failed try, the last one again and again
PATIENCE = timedelta(days=1)
KEPT = timedelta(days=90)
AT_ONCE = 10.0  # seconds, so that mail does not wait for slow servers of districts


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    key_id: int
    address: str
    headers: dict[str, str]
    body: str
    tries: int


def deliver(desk: Desk) -> int:
    """Sends what is due for some seconds, each under a lease of its own; gives how many arrived."""
    ends, arrived = time.monotonic() + AT_ONCE, 0
    while time.monotonic() < ends and (claimed := _claim(desk)):
        arrived += _send(desk, claimed)
    return arrived


def forget(desk: Desk) -> int:
    """Deletes what ended long ago, or waits since then for a key that was revoked; how many."""
    old = desk.now() - KEPT
    over = sa.or_(
        RosterDelivery.delivered_at < old, RosterDelivery.given_up_at < old,
        RosterDelivery.since < old,
    )  # fmt: skip
    writing()
    gone = db.session.scalars(
        sa.delete(RosterDelivery).where(over).returning(RosterDelivery.id)
    ).all()
    db.session.commit()
    return len(gone)


def _claim(desk: Desk) -> _Claimed | None:
    now = desk.now()
    waiting = (
        sa.select(RosterDelivery.id)
        .join(RosterHook, RosterHook.key_id == RosterDelivery.key_id)
        .join(ApiKey, ApiKey.id == RosterDelivery.key_id)
        .where(ApiKey.revoked_at.is_(None), RosterDelivery.due_at <= now)
        .where(sa.or_(RosterDelivery.leased_until.is_(None), RosterDelivery.leased_until < now))
        .order_by(RosterDelivery.due_at, RosterDelivery.id)
        .limit(1)
    )
    if db.session.scalar(waiting) is None:
        db.session.rollback()  # an idle worker takes no turn from those who write
        return None
    writing()
    mine = waiting.with_for_update(skip_locked=True, of=RosterDelivery).scalar_subquery()
    claimed = db.session.scalar(
        sa.update(RosterDelivery)
        .where(RosterDelivery.id == mine)
        .values(leased_until=now + LEASE, tries=RosterDelivery.tries + 1)
        .returning(RosterDelivery.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return _signed(desk, claimed) if claimed is not None else None


def _signed(desk: Desk, id: int) -> _Claimed:
    one = db.session.get_one(RosterDelivery, id)
    hook = db.session.get_one(RosterHook, one.key_id)
    secret = desk.vault.unseal(hook.sealed_secret, place(hook.key_id))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "CECS",
        "CECS-Event-Id": one.event_id,
        "CECS-Signature": roster.signature(secret, int(desk.now().timestamp()), one.body),
    }
    found = _Claimed(one.id, one.key_id, hook.address, headers, one.body, one.tries)
    db.session.rollback()  # no transaction stays open while another's server thinks
    return found


def _send(desk: Desk, claimed: _Claimed) -> bool:
    try:
        status = callbacks.send(claimed.address, claimed.headers, claimed.body, desk.settings.demo)
        answer, arrived = str(status), 200 <= status < 300
    except callbacks.NotDelivered as fault:
        answer, arrived = fault.why.value, False
    ended: dict[str, Any] = {"leased_until": None, "answer": answer}
    if arrived:
        ended |= {"delivered_at": desk.now(), "due_at": None}
    writing()
    one = sa.update(RosterDelivery).where(RosterDelivery.id == claimed.id)
    db.session.execute(one.values(ended))
    if not arrived:
        _put_off(desk, claimed)
    db.session.commit()
    return arrived


def _put_off(desk: Desk, claimed: _Claimed) -> None:
    """All that waits for the same server waits with it, and what waited for a day is given up.

    A server that is down is then asked once a pause, however much there is to tell.
    """
    now = desk.now()
    pause = timedelta(minutes=PAUSES[min(claimed.tries, len(PAUSES)) - 1])
    waits = (
        sa.update(RosterDelivery)
        .where(RosterDelivery.key_id == claimed.key_id, RosterDelivery.due_at.is_not(None))
        .execution_options(synchronize_session=False)
    )
    lost = waits.where(RosterDelivery.since <= now - PATIENCE)
    db.session.execute(lost.values(given_up_at=now, due_at=None))
    soon = waits.where(RosterDelivery.due_at < now + pause)
    db.session.execute(soon.values(due_at=now + pause))
