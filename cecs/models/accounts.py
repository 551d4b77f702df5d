"""People with an account: how they sign in, and what they have tried."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.extensions import db
from cecs.models.columns import UtcDateTime, text_enum
from cecs.models.educators import Educator


class Role(StrEnum):
    """What a person may be to the bureau."""

    EDUCATOR = "educator"
    REVIEWER = "reviewer"
    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


# Who books money does not decide about applications, save who stands over both.
HANDLE_MONEY = frozenset({Role.CASHIER, Role.SUPERVISOR, Role.ADMINISTRATOR})
REVIEW = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR})


class Person(db.Model):
    """One account. The email is unique whatever its letter case."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(40), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), unique=True)
    first_name: Mapped[str] = mapped_column(sa.String(100))
    last_name: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[Role] = mapped_column(text_enum(Role), default=Role.EDUCATOR)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    temporary_hash: Mapped[str | None] = mapped_column(sa.String(200))
    temporary_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    educator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("educator.id"), unique=True)

    educator: Mapped[Educator | None] = relationship()

    @property
    def handles_money(self) -> bool:
        return self.role in HANDLE_MONEY

    @property
    def reviews(self) -> bool:
        return self.role in REVIEW

    @property
    def is_staff(self) -> bool:
        return self.role is not Role.EDUCATOR

    @property
    def must_choose_password(self) -> bool:
        return self.password_hash is None


class SignIn(db.Model):
    """One browser that is signed in; the cookie holds the id whose digest this is."""

    __tablename__ = "sign_in"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class Attempt(db.Model):
    """One failed try ("sign-in" of an account, or from an address); they slow down guessing."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_attempt_subject_at", "subject", "at"),)


class CaptchaChallenge(db.Model):
    """Two words and some digits shown to one browser; using it deletes it."""

    __tablename__ = "captcha_challenge"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    browser: Mapped[str] = mapped_column(sa.String(64))
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
