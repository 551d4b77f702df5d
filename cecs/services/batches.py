"""Bank deposits: a day's items, closed once, and never changed after that."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from cecs.desk import Desk
from cecs.domain.mailed_payments import TAKEN, Instrument
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.cashier import Batch, MailedPayment
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, one_at_a_time


def open_one(desk: Desk) -> Batch:
    """The batch that takes new items, made when there is none; in the caller's transaction."""
    found = db.session.scalar(sa.select(Batch).where(Batch.is_open.is_(True)).with_for_update())
    if found is None:
        found = Batch(opened_at=desk.now(), is_open=True)
        db.session.add(found)
        db.session.flush()
    return found


def batch(id: int) -> Batch:
    """One batch. Raises Gone."""
    found = db.session.get(Batch, id)
    if found is None:
        raise Gone(f"Batch {id}")
    return found


def closed(id: int) -> Batch:
    """One that went to the bank. Raises Gone while it is open."""
    found = batch(id)
    if found.closed_at is None:
        raise Gone(f"Batch {id} is open")
    return found


def latest(how_many: int = 30) -> Sequence[Batch]:
    """The newest batches, the open one first."""
    newest = sa.select(Batch).options(selectinload(Batch.items)).order_by(Batch.id.desc())
    return db.session.scalars(newest.limit(how_many)).all()


@dataclass(frozen=True, slots=True)
class Total:
    """How many of one kind lie in a batch, and what they come to."""

    instrument: Instrument
    items: int
    cents: Cents


def totals(batch: Batch) -> tuple[Total, ...]:
    """One for each kind of instrument that lies in it."""
    found = []
    for instrument in TAKEN:
        cents = [item.cents for item in batch.items if item.instrument is instrument]
        if cents:
            found.append(Total(instrument, len(cents), Cents(sum(cents))))
    return tuple(found)


def whole(batch: Batch) -> Cents:
    """All its items together."""
    return Cents(sum(item.cents for item in batch.items))


def counted(batch: Batch) -> str:
    """Its items and their amounts: what somebody counts who looks at it now."""
    return " ".join(f"{item.id}:{item.cents}" for item in batch.items)


def references_of(item: MailedPayment) -> tuple[str, ...]:
    """Whose an item is, or was when its batch was closed: what is found out later is not there."""
    closed_at = item.batch.closed_at if item.batch else None
    known = [
        fee.application.reference
        for fee in item.fees
        if closed_at is None or (fee.paid_at and fee.paid_at <= closed_at)
    ]
    return tuple(dict.fromkeys(known))


def close(desk: Desk, batch_id: int, by_id: int, was_counted: str | None = None) -> None:
    """Closes a batch for the bank. Raises Gone, Refused.

    `was_counted` is what `counted` said to the cashier; not closed unless it still says so.
    """
    one_at_a_time(MailedPayment)
    found = db.session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if found is None:
        db.session.rollback()
        raise Gone(f"Batch {batch_id}")
    refused = None
    if found.closed_at is not None or not found.items:
        refused = Sentence("There is nothing to close here.")
    elif was_counted is not None and was_counted != counted(found):
        refused = Sentence("Something was booked, corrected or sent back meanwhile. Count again.")
    if refused is not None:
        db.session.rollback()
        raise Refused(refused)
    found.closed_at, found.closed_on, found.closed_by_id = desk.now(), desk.today(), by_id
    found.is_open = None
    db.session.commit()
