"""What came by post on one legal day, as it stood when that day ended.

What is found out later changes no earlier day: an item that is matched or sent back another day
is that day's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.mailed_payments import PaymentState
from cecs.domain.sentences import Cents
from cecs.extensions import db
from cecs.models.applications import Fee
from cecs.models.cashier import Batch, MailedPayment


@dataclass(frozen=True, slots=True)
class MailedDay:
    """Booked on the day, by what had become of it; and what became of earlier days' suspense."""

    matched: Sequence[MailedPayment]
    kept: Sequence[MailedPayment]  # in suspense at the end of the day
    sent_back: Sequence[MailedPayment]
    found: Sequence[MailedPayment]  # kept before, matched on this day
    given_up: Sequence[MailedPayment]  # kept before, sent back on this day
    deposits: Sequence[Batch]  # closed on this day

    @property
    def paid(self) -> Cents:
        """What paid fees on this day; the ledger's sum of the day."""
        return Cents(total(self.matched) + total(self.found))

    @property
    def for_the_bank(self) -> Cents:
        """By how much the day changed what lies ready for the bank, or went there."""
        return Cents(total(self.matched) + total(self.kept) - total(self.given_up))


def total(items: Sequence[MailedPayment]) -> Cents:
    """All of them together."""
    return Cents(sum(item.cents for item in items))


def of_day(desk: Desk, day: date) -> MailedDay:
    """Everything by mail of one legal day."""
    start, end = desk.bounds(day)
    at = MailedPayment.recorded_at
    booked = _items(at >= start, at < end)
    back = [item for item in booked if item.returned_on == day]
    kept = [item for item in booked if item not in back and not _is_matched(item, end)]
    matched = [item for item in booked if item not in back and item not in kept]
    return MailedDay(
        matched, kept, back,
        _items(at < start, MailedPayment.id.in_(_paying(start, end))),
        _items(at < start, MailedPayment.returned_on == day),
        db.session.scalars(
            sa.select(Batch).where(Batch.closed_on == day).order_by(Batch.id)
        ).all(),
    )  # fmt: skip


def _items(*criteria: sa.ColumnElement[bool]) -> Sequence[MailedPayment]:
    chosen = sa.select(MailedPayment).where(*criteria).order_by(MailedPayment.id)
    return db.session.scalars(chosen).all()


def _paying(start: datetime, end: datetime) -> sa.Select[Any]:
    """The payments that began to pay fees in between."""
    return sa.select(Fee.mailed_payment_id).where(
        Fee.mailed_payment_id.is_not(None), Fee.paid_at >= start, Fee.paid_at < end
    )


def _is_matched(item: MailedPayment, end: datetime) -> bool:
    if item.state is not PaymentState.MATCHED:
        return False
    return any(fee.paid_at is not None and fee.paid_at < end for fee in item.fees)
