"""The mail room and the cashier: envelopes, what lay in them, and what goes to the bank."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.domain.mailed_payments import Instrument, PaymentState, WhyReturned
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application, Fee
from cecs.models.columns import UtcDateTime, text_enum


class Batch(db.Model):
    """The items of one bank deposit. Once it is closed, nothing in it changes."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # True while it takes items, else empty: unique, so that only one does at a time.
    is_open: Mapped[bool | None] = mapped_column(unique=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_on: Mapped[date | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    closed_by: Mapped[Person | None] = relationship()
    items: Mapped[list["MailedPayment"]] = relationship(
        back_populates="batch", order_by="MailedPayment.id"
    )


class MailedPayment(db.Model):
    """A check, money order or cash that came by post, with the envelope it lay in."""

    __tablename__ = "mailed_payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PaymentState] = mapped_column(text_enum(PaymentState), index=True)
    instrument: Mapped[Instrument] = mapped_column(text_enum(Instrument))
    number: Mapped[str] = mapped_column(sa.String(40))
    issuer: Mapped[str] = mapped_column(sa.String(100))
    cents: Mapped[int]
    payer: Mapped[str] = mapped_column(sa.String(100), default="")
    payer_key: Mapped[str] = mapped_column(sa.String(100), default="")
    # Where a letter goes while no applicant is known; commas part its lines.
    payer_address: Mapped[str] = mapped_column(sa.String(200), default="")
    received_on: Mapped[date] = mapped_column(index=True)
    postmarked_on: Mapped[date | None]
    documents: Mapped[str] = mapped_column(sa.String(1000), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    # Whose it seems to be: the reference it came with, also while it is not matched.
    application_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("application.id"), index=True
    )
    returned_on: Mapped[date | None]
    returned_why: Mapped[WhyReturned | None] = mapped_column(text_enum(WhyReturned))
    # From then on it may have left the house, and is not corrected any more.
    letter_printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)
    # What was put right, the oldest first: when, by whom, and what stood here before.
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)

    recorded_by: Mapped[Person] = relationship()
    application: Mapped[Application | None] = relationship()
    batch: Mapped[Batch | None] = relationship(back_populates="items")
    fees: Mapped[list[Fee]] = relationship(order_by="Fee.id")
