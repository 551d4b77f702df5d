"""Keys to the API: made by the bureau for a district, shown once, revoked at any time."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.api_keys import ApiKey
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked, writing

BEGINS = "cecs_"  # so that who finds one lying about knows what it opens


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks with a key."""

    key_id: int
    district: str  # the key of a district


def holder(key: str) -> Holder | None:
    """Whose key this is; None for one that was never made, or was revoked."""
    found = db.session.execute(
        sa.select(ApiKey.id, ApiKey.district_code).where(
            ApiKey.digest == _digest(key), ApiKey.revoked_at.is_(None)
        )
    ).one_or_none()
    return Holder(*found) if found else None


def holder_of(key_id: int) -> Holder | None:
    """The same for a key that was recognised before: None where it was revoked since."""
    found = db.session.get(ApiKey, key_id)
    return Holder(found.id, found.district_code) if found and not found.revoked_at else None


def made() -> Sequence[ApiKey]:
    """All keys, the newest first, for staff; those that are revoked last."""
    return db.session.scalars(
        sa.select(ApiKey).order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
    ).all()


def make(desk: Desk, by_id: int, district: str, label: str) -> str:
    """Makes a key for a district; it can be read here and never again. Raises Refused."""
    if district not in desk.regime.districts:
        raise Refused(Sentence("Choose a district from the list."))
    key = BEGINS + secrets.token_urlsafe(24)
    writing()
    db.session.add(
        ApiKey(
            digest=_digest(key),
            district_code=district,
            label=label.strip(),
            made_at=desk.now(),
            made_by_id=by_id,
        )  # fmt: skip
    )
    db.session.commit()
    return key


def revoke(desk: Desk, id: int, by_id: int) -> None:
    """From now on the key opens nothing. Raises Gone."""
    found = locked(ApiKey, id)
    if found.revoked_at:
        db.session.rollback()
        raise Gone(f"ApiKey {id} is revoked")
    found.revoked_at, found.revoked_by_id = desk.now(), by_id
    db.session.commit()


def _digest(key: str) -> str:
    # Keys are long and random, so that a plain digest cannot be tried out.
    return hashlib.sha256(key.encode()).hexdigest()
