"""Applications: what was asked, what was answered, and everything that happened since."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.domain.applications import Status
from cecs.domain.fees import FeeDue
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.columns import UtcDateTime, text_enum
from cecs.models.educators import Certificate, Educator


class Application(db.Model):
    """One request to the bureau. Its status changes in one function only, leaving an event."""

    __tablename__ = "application"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    educator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("educator.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    certificate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"), index=True)
    certificate_claimed: Mapped[str] = mapped_column(sa.String(200), default="")
    status: Mapped[Status] = mapped_column(text_enum(Status), default=Status.DRAFT, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledged_version: Mapped[str | None] = mapped_column(sa.String(20))
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    affidavit_version: Mapped[str | None] = mapped_column(sa.String(20))
    affidavit_signature: Mapped[str | None] = mapped_column(sa.String(200))
    affidavit_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    filed_on: Mapped[date | None]
    background_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # By when the review of a denial that was asked for last must be decided, where a rule says so.
    answer_by: Mapped[date | None]
    balance_reminders: Mapped[int] = mapped_column(default=0)
    issued_certificate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"))

    person: Mapped[Person] = relationship()
    educator: Mapped[Educator | None] = relationship()
    certificate: Mapped[Certificate | None] = relationship(foreign_keys=[certificate_id])
    issued_certificate: Mapped[Certificate | None] = relationship(
        foreign_keys=[issued_certificate_id]
    )
    answers: Mapped[list["Answer"]] = relationship(back_populates="application")
    events: Mapped[list["Event"]] = relationship(back_populates="application", order_by="Event.id")
    fees: Mapped[list["Fee"]] = relationship(back_populates="application", order_by="Fee.id")
    missing: Mapped[list["MissingItem"]] = relationship(order_by="MissingItem.id")


class Answer(db.Model):
    """What was answered at one step; saved at every Continue."""

    __tablename__ = "answer"

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("application.id"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    application: Mapped[Application] = relationship(back_populates="answers")


class Event(db.Model):
    """One thing that happened to an application. Rows are only added."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    application: Mapped[Application] = relationship(back_populates="events")


class MissingItem(db.Model):
    """Something the bureau asked for; closed when it came, was answered or taken back."""

    __tablename__ = "missing_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    # A document of the regime's; none where the reviewer asked in words of their own.
    document_code: Mapped[str | None] = mapped_column(sa.String(40))
    words: Mapped[str] = mapped_column(sa.String(500))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    answer: Mapped[str] = mapped_column(sa.String(2000), default="")
    # Why it is no longer needed, where a reviewer took it back.
    not_needed: Mapped[str] = mapped_column(sa.String(300), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def whole(self) -> str:
        """The words with their note, in a line."""
        return f"{self.words} ({self.note})" if self.note else self.words

    @property
    def answerable(self) -> bool:
        """Whether words can settle it; a document must come itself."""
        return self.document_code is None


class Fee(db.Model):
    """One ledger line of an application, in whole cents; $0 lines are kept too."""

    __tablename__ = "fee"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(20))
    cents: Mapped[int]
    due: Mapped[FeeDue] = mapped_column(text_enum(FeeDue), default=FeeDue.AT_SUBMISSION)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    payment_attempt_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("payment_attempt.id"), index=True
    )
    mailed_payment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("mailed_payment.id"), index=True
    )
    refunded_cents: Mapped[int] = mapped_column(default=0)

    application: Mapped[Application] = relationship(back_populates="fees")
