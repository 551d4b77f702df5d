"""Records that went: into another one, or altogether."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.columns import UtcDateTime, text_enum
from cecs.models.educators import Educator


class RetirementState(StrEnum):
    """One person proposes, another decides."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by who proposed it
    DONE = "done"


class Retirement(db.Model):
    """A record that goes: one person's second one, or one made by mistake (into none).

    The record stays as an empty row, so that nobody is ever given its number or its public id.
    """

    __tablename__ = "retirement"

    id: Mapped[int] = mapped_column(primary_key=True)
    educator_id: Mapped[int] = mapped_column(sa.ForeignKey("educator.id"), index=True)
    into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("educator.id"), index=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), index=True)
    state: Mapped[RetirementState] = mapped_column(text_enum(RetirementState))
    reason: Mapped[str] = mapped_column(sa.String(500))
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    educator: Mapped[Educator] = relationship(foreign_keys=[educator_id])
    into: Mapped[Educator | None] = relationship(foreign_keys=[into_id])
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
