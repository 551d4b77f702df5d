"""Who was hidden for their safety, or is no more: why, by whom and when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.columns import UtcDateTime


class Shielding(db.Model):
    """One decision about `Educator.shielded`; nothing is ever changed here."""

    __tablename__ = "shielding"

    id: Mapped[int] = mapped_column(primary_key=True)
    educator_id: Mapped[int] = mapped_column(sa.ForeignKey("educator.id"), index=True)
    shielded: Mapped[bool]  # what was decided
    reason: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    by: Mapped[Person] = relationship()
