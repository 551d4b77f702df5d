"""The worker's part: sends districts what changed, again and again for a day, then gives up."""

import json
import logging
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import roster
from cecs.domain.roster import Kind
from cecs.extensions import db
from cecs.gateways import callbacks
from cecs.models.api_keys import ApiKey
from cecs.models.lookup import LookupEntry
from cecs.models.roster import RosterDelivery, RosterHook
from cecs.services.roster_hooks import place
from cecs.services.transactions import writing

log = logging.getLogger("cecs.roster")
LEASE = timedelta(minutes=1)  # more than any request lasts
LINES = 8  # requests that are open at the same time, each to another receiver
LOOKS_AGAIN = 1.0  # seconds after which others' new messages are looked for meanwhile
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
    """Sends what is due for some seconds, each under a lease of its own; gives how many arrived.

    Each receiver is asked for one thing at a time, and several at once: one that is slow holds
    up nobody but itself. Threads only send; what is kept is read and written here.
    """
    ends, arrived = time.monotonic() + AT_ONCE, 0
    turns: dict[int, int] = {}  # by key: how many it was sent just now, so that all come to turn
    asked: dict[Future[str], _Claimed] = {}
    with ThreadPoolExecutor(LINES, "roster") as lines:
        while True:
            while len(asked) < LINES and time.monotonic() < ends:
                claimed = _claim(desk, turns)
                if claimed is None:
                    break
                turns[claimed.key_id] = turns.get(claimed.key_id, 0) + 1
                asked[lines.submit(_answer, desk.settings.demo, claimed)] = claimed
            if not asked:
                return arrived
            for answered in wait(asked, timeout=LOOKS_AGAIN, return_when=FIRST_COMPLETED).done:
                arrived += _book(desk, asked.pop(answered), answered.result())


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


def _claim(desk: Desk, turns: Mapping[int, int]) -> _Claimed | None:
    """The next thing to send, to whom the least was sent just now and the longest has waited."""
    due = sa.select(sa.func.min(RosterDelivery.due_at)).where(
        RosterDelivery.key_id == RosterHook.key_id, RosterDelivery.due_at <= desk.now()
    )
    free = _free(desk).add_columns(due.scalar_subquery())
    waits = [(turns.get(hook.key_id, 0), since, hook.key_id)
             for hook, since in db.session.execute(free) if since]  # fmt: skip
    db.session.rollback()  # an idle worker takes no turn from those who write
    for *_, key_id in sorted(waits):
        claimed = _claim_of(desk, key_id)
        if claimed is not None:
            return claimed
    return None


def _free(desk: Desk) -> sa.Select[Any]:
    """Where something may be sent now: nowhere to which a request is open."""
    lease = RosterHook.leased_until
    found = sa.select(RosterHook).join(ApiKey).where(ApiKey.revoked_at.is_(None))
    return found.where(sa.or_(lease.is_(None), lease < desk.now()))


def _claim_of(desk: Desk, key_id: int) -> _Claimed | None:
    """The oldest thing that is due for a key; nothing where another worker came first."""
    writing()
    mine = _free(desk).where(RosterHook.key_id == key_id)
    hook: RosterHook | None = db.session.scalar(
        mine.with_for_update(skip_locked=True, of=RosterHook)
    )
    one = _oldest(desk, key_id) if hook else None
    if hook is None or one is None:
        db.session.commit()  # what is said no more is gone
        return None
    hook.leased_until, one.tries = desk.now() + LEASE, one.tries + 1
    found = _signed(desk, hook, one)
    db.session.commit()  # no transaction stays open while another's server thinks
    return found


def _oldest(desk: Desk, key_id: int) -> RosterDelivery | None:
    """The oldest thing that is due; what is about nobody whom the lookup knows is forgotten.

    So it is with who must stay hidden: what was written of them before says too much now.
    """
    due = sa.select(RosterDelivery).where(RosterDelivery.key_id == key_id)
    due = due.where(RosterDelivery.due_at <= desk.now())
    due = due.order_by(RosterDelivery.due_at, RosterDelivery.id).limit(1)
    while True:
        one: RosterDelivery | None = db.session.scalar(due)
        if one is None:
            return None
        about = LookupEntry.public_id == json.loads(one.body)["educator_id"]
        if one.kind is Kind.LEFT or db.session.scalar(sa.select(sa.exists().where(about))):
            return one
        db.session.delete(one)
        db.session.flush()


def _signed(desk: Desk, hook: RosterHook, one: RosterDelivery) -> _Claimed:
    secret = desk.vault.unseal(hook.sealed_secret, place(hook.key_id))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "CECS",
        "CECS-Event-Id": one.event_id,
        "CECS-Signature": roster.signature(secret, int(desk.now().timestamp()), one.body),
    }
    return _Claimed(one.id, one.key_id, hook.address, headers, one.body, one.tries)


def _answer(own_machine: bool, claimed: _Claimed) -> str:
    """The status that came back, or why none did."""
    try:
        return str(callbacks.send(claimed.address, claimed.headers, claimed.body, own_machine))
    except callbacks.NotDelivered as fault:
        return fault.why.value
    except Exception:  # whatever is wrong with one, the others go on
        log.exception("a district could not be sent to")
        return callbacks.Why.NO_ANSWER.value


def _book(desk: Desk, claimed: _Claimed, answer: str) -> bool:
    """Writes down what came of it; gives whether it arrived."""
    arrived = answer.startswith("2")
    ended: dict[str, Any] = {"answer": answer}
    if arrived:
        ended |= {"delivered_at": desk.now(), "due_at": None}
    writing()
    one = sa.update(RosterDelivery).where(RosterDelivery.id == claimed.id)
    db.session.execute(one.values(ended))
    to = sa.update(RosterHook).where(RosterHook.key_id == claimed.key_id)
    db.session.execute(to.values(leased_until=None))
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
