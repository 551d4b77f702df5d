"""The registry: educators, what identifies them, and their certificates."""

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.extensions import db
from cecs.models.columns import NameKey, text_enum


class RecordState(StrEnum):
    """Pending: made at registration, not yet looked at by the bureau. Retired: see `Retirement`."""

    ACTIVE = "active"
    PENDING = "pending"
    RETIRED = "retired"


class Educator(db.Model):
    """One person in the registry, known by an educator number."""

    __tablename__ = "educator"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    first_name: Mapped[str] = mapped_column(sa.String(100))
    last_name: Mapped[str] = mapped_column(sa.String(100))
    first_key: Mapped[str] = mapped_column(NameKey)
    last_key: Mapped[str] = mapped_column(NameKey)
    birth_date: Mapped[date]
    state: Mapped[RecordState] = mapped_column(text_enum(RecordState), default=RecordState.ACTIVE)
    disciplined: Mapped[bool] = mapped_column(default=False)
    # Someone who must not be found through a district or a former name, for their safety.
    shielded: Mapped[bool] = mapped_column(default=False)
    turn: Mapped[int] = mapped_column(default=0)  # raised, the public id is another one
    district_code: Mapped[str | None] = mapped_column(sa.String(60))
    school_year: Mapped[str | None] = mapped_column(sa.String(9))
    school_months: Mapped[int] = mapped_column(default=0)

    certificates: Mapped[list["Certificate"]] = relationship(
        back_populates="educator", order_by="Certificate.expires_on.desc()"
    )
    former_names: Mapped[list["FormerName"]] = relationship()

    __table_args__ = (sa.Index("ix_educator_name", "last_key", "first_key", "id"),)


class FormerName(db.Model):
    """A last name used before; it helps to find a record, and is never shown."""

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    educator_id: Mapped[int] = mapped_column(sa.ForeignKey("educator.id"), index=True)
    last_name: Mapped[str] = mapped_column(sa.String(100))
    last_key: Mapped[str] = mapped_column(NameKey, index=True)


class SealedSsn(db.Model):
    """A social security number: sealed to be read with a reason, indexed to be found."""

    __tablename__ = "sealed_ssn"

    educator_id: Mapped[int] = mapped_column(sa.ForeignKey("educator.id"), primary_key=True)
    sealed: Mapped[bytes]
    blind_index: Mapped[str] = mapped_column(sa.String(64), index=True)
    key_id: Mapped[str] = mapped_column(sa.String(8))


class Certificate(db.Model):
    """A certificate as issued. Its last day counts whole; "expired" is never stored."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    educator_id: Mapped[int] = mapped_column(sa.ForeignKey("educator.id"), index=True)
    type_code: Mapped[str] = mapped_column(sa.String(12))
    issued_on: Mapped[date]
    valid_from: Mapped[date]
    expires_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(20), default="active")
    turn: Mapped[int] = mapped_column(default=0)  # raised, the code that verifies it is another one

    educator: Mapped[Educator] = relationship(back_populates="certificates")
    endorsements: Mapped[list["CertificateEndorsement"]] = relationship(
        order_by="CertificateEndorsement.code"
    )


class CertificateEndorsement(db.Model):
    """One subject or service that a certificate allows."""

    __tablename__ = "certificate_endorsement"

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
