"""Bank deposits: a day's items, closed once, and never changed after that."""

from collections.abc import Sequence

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.cashier import Batch
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked


def open_one(desk: Desk) -> Batch:
    """The batch that takes new items, made when there is none; in the caller's transaction."""
    found = db.session.scalar(sa.select(Batch).where(Batch.closed_at.is_(None)).with_for_update())
    if found is None:
        found = Batch(opened_at=desk.now())
        db.session.add(found)
        db.session.flush()
    return found


def batch(id: int) -> Batch:
    """One batch. Raises Gone."""
    found = db.session.get(Batch, id)
    if found is None:
        raise Gone(f"Batch {id}")
    return found


def latest(how_many: int = 30) -> Sequence[Batch]:
    """The newest batches, the open one first."""
    return db.session.scalars(sa.select(Batch).order_by(Batch.id.desc()).limit(how_many)).all()


def close(desk: Desk, batch_id: int, by_id: int) -> None:
    """Closes a batch for the bank. Raises Gone, Refused."""
    found = locked(Batch, batch_id)
    if found.closed_at is not None or not found.items:
        db.session.rollback()
        raise Refused(Sentence("There is nothing to close here."))
    found.closed_at, found.closed_on, found.closed_by_id = desk.now(), desk.today(), by_id
    db.session.commit()
