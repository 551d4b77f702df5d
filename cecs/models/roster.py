"""Changes of a district's roster, on their way to its own program."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.domain.roster import Kind
from cecs.extensions import db
from cecs.models.api_keys import ApiKey
from cecs.models.columns import UtcDateTime, text_enum


class RosterHook(db.Model):
    """Where the holder of a key wants changes sent, and the secret that signs them."""

    __tablename__ = "roster_hook"

    key_id: Mapped[int] = mapped_column(sa.ForeignKey("api_key.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(500))
    sealed_secret: Mapped[bytes]
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a request is open
    # The last legal day whose expired certificates were told.
    expired_until: Mapped[date]

    key: Mapped[ApiKey] = relationship()


class RosterDelivery(db.Model):
    """One change for one key: written with what changed, sent later by the worker."""

    __tablename__ = "roster_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(sa.String(36))
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("api_key.id"))
    kind: Mapped[Kind] = mapped_column(text_enum(Kind))
    body: Mapped[str] = mapped_column(sa.Text)  # JSON, as it is signed
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # it is tried for a day from here on
    # Empty once it arrived or was given up.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(sa.String(20), default="")  # a status, or why there is none

    __table_args__ = (
        sa.UniqueConstraint("key_id", "event_id"),
        sa.Index("ix_roster_delivery_due", "key_id", "due_at"),
    )
