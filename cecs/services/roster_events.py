"""What a district's own program is told: written in the transaction of what it reports.

It follows the lookup: an entry that changes there is compared with what it was. Nothing else
is told, and nothing that the lookup does not show.
"""

import json
import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import api_versions, lookup
from cecs.domain.certificates import CertificateState
from cecs.domain.lookup import ShownEducator
from cecs.domain.roster import Change, Kind, changes
from cecs.extensions import db
from cecs.models.educators import Certificate
from cecs.models.lookup import LookupEntry
from cecs.models.roster import RosterDelivery, RosterHook
from cecs.services.lookup_tables import fetch
from cecs.services.transactions import locked

Entries = Mapping[int, tuple[str, ShownEducator]]  # by educator: the public id, and what is shown
Listeners = Mapping[str, list[int]]  # by district: ids of keys
EXPIRY = uuid.UUID("5b0c9c52-3f0b-4f0e-9a3c-4c6f5f3c2b11")  # whose names are expired certificates


def listeners() -> Listeners:
    """The keys that want to be told, by district."""
    found: dict[str, list[int]] = {}
    for district, id in fetch(
        "SELECT k.district_code, k.id FROM api_key AS k JOIN roster_hook AS h ON h.key_id = k.id"
        " WHERE k.revoked_at IS NULL"
    ):
        found.setdefault(district, []).append(id)
    return found


def shown(educator_ids: Collection[int]) -> Entries:
    """What the lookup shows of these, before it is made anew."""
    return _shown(LookupEntry.educator_id.in_(educator_ids))


def _shown(*of_whom: sa.ColumnElement[bool]) -> Entries:
    entries = sa.select(LookupEntry.educator_id, LookupEntry.public_id, LookupEntry.facts)
    found = db.session.execute(entries.where(*of_whom))
    return {id: (public, lookup.unpacked(json.loads(facts))) for id, public, facts in found}


def tell(desk: Desk, to: Listeners, before: Entries, after: Entries) -> None:
    """Writes what changed between the two for those districts, in the caller's transaction."""
    had = {
        certificate.facts.id: id
        for id, (_, one) in before.items()
        for certificate in one.certificates
    }
    rows: list[dict[str, Any]] = []
    for id in sorted({*before, *after}):
        known, was = before.get(id, ("", None))
        public, now = after.get(id, (known, None))
        held = [each.facts.id for each in now.certificates] if now else []
        moved = {each for each in held if had.get(each, id) != id}
        for change in changes(was, now, moved):
            # Who left is named as the district knows them: a new id would lead to a new name.
            named = known if change.kind is Kind.LEFT else public
            rows += _rows(desk, to, str(uuid.uuid4()), change, named, now)
    _add(rows)


def expire(desk: Desk) -> int:
    """Tells of certificates whose last day is over, each once; gives how many it told of.

    Days on which nobody was at work are made up for.
    """
    over = desk.today() - timedelta(days=1)
    behind = sa.select(RosterHook.key_id).where(RosterHook.expired_until < over)
    ids = db.session.scalars(behind).all()
    db.session.rollback()
    return sum(_expire(desk, id, over) for id in ids)


def _expire(desk: Desk, key_id: int, over: date) -> int:
    hook = locked(RosterHook, key_id)
    first, district = hook.expired_until + timedelta(days=1), hook.key.district_code
    rows: list[dict[str, Any]] = []
    if hook.key.revoked_at is None and hook.expired_until < over:
        here = LookupEntry.district_code == district
        for id, (public, one) in _shown(here, _with_an_end(first, over)).items():
            for code in _ended(one, first, over):
                event = str(uuid.uuid5(EXPIRY, f"{id}/{code}"))
                change = Change(Kind.EXPIRED, district, code)
                rows += _rows(desk, {district: [key_id]}, event, change, public, one)
    hook.expired_until = max(hook.expired_until, over)
    _add(rows)
    db.session.commit()
    return len(rows)


def _with_an_end(first: date, last: date) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Certificate.educator_id == LookupEntry.educator_id,
        Certificate.expires_on.between(first, last),
    )


def _ended(one: ShownEducator, first: date, last: date) -> Iterator[str]:
    """The codes of those that nothing but the calendar ended."""
    for each in one.certificates:
        ends = each.facts.expires_on
        if each.facts.state is CertificateState.ACTIVE and ends and first <= ends <= last:
            yield each.verify


def _rows(
    desk: Desk, to: Listeners, event: str, change: Change, public: str, now: ShownEducator | None
) -> Iterator[dict[str, Any]]:
    if change.district not in to:
        return
    at = desk.now()
    # Whom it has no more is no more told of: a new name, least of all of who must stay hidden.
    seen = None if change.kind is Kind.LEFT else now
    told = {
        "id": event,
        "type": change.kind.value,
        "at": at.isoformat(timespec="seconds"),
        "version": api_versions.NEWEST,
        "district": change.district,
        "educator_id": public,
        "certificate": change.certificate,
        "educator": lookup.worded(desk.regime, public, seen, desk.today()) if seen else None,
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for key_id in to[change.district]:
        yield {
            "event_id": event, "key_id": key_id, "kind": change.kind, "body": body, "made_at": at,
            "since": at, "due_at": at, "tries": 0, "answer": "",
        }  # fmt: skip


def _add(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.connection().execute(sa.insert(RosterDelivery.__table__), rows)
