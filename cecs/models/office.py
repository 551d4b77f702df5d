"""The bureau's own papers: registrations, tasks, acknowledgements, waiting mail."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.columns import UtcDateTime, text_enum


class Outcome(StrEnum):
    """How a registration ended, so far."""

    LINKED = "linked"
    NEW = "new"
    CHECK = "check"


class Registration(db.Model):
    """What a person said of themselves to be matched with the registry."""

    __tablename__ = "registration"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    first_name: Mapped[str] = mapped_column(sa.String(100))
    last_name: Mapped[str] = mapped_column(sa.String(100))
    other_last_names: Mapped[str] = mapped_column(sa.String(300), default="")
    birth_date: Mapped[date]
    sealed_ssn: Mapped[bytes | None]
    ssn_index: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    no_ssn_signature: Mapped[str | None] = mapped_column(sa.String(200))
    no_ssn_version: Mapped[str | None] = mapped_column(sa.String(20))
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome))
    reason: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class TaskKind(StrEnum):
    """What the bureau is asked to do by hand."""

    IDENTITY = "identity"
    SIGN_UP = "sign_up"
    LOST_MAILBOX = "lost_mailbox"
    PAYMENT = "payment"


class Task(db.Model):
    """Something that only a person at the bureau can settle."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TaskKind] = mapped_column(text_enum(TaskKind))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])


class Acknowledgement(db.Model):
    """Which version of which text a person accepted, and when."""

    __tablename__ = "acknowledgement"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    version: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutgoingMail(db.Model):
    """The outbox: written with the fact it reports, delivered later by the worker."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(sa.String(40))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    sealed_secret: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
