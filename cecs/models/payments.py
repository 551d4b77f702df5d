"""Card payments on their way: one row an attempt, made before any money can move."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.domain.payments import LIVE, AttemptState
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.columns import UtcDateTime, text_enum

IS_LIVE = sa.text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(LIVE))))


class PaymentAttempt(db.Model):
    """One try to pay all that is due by card. Its id is the order id at the gateway."""

    __tablename__ = "payment_attempt"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("application.id"), index=True)
    cents: Mapped[int]
    state: Mapped[AttemptState] = mapped_column(text_enum(AttemptState))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    brand: Mapped[str] = mapped_column(sa.String(40))
    last_four: Mapped[str] = mapped_column(sa.String(4))
    sealed_nonce: Mapped[bytes | None]
    charge_id: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    application: Mapped[Application] = relationship()

    __table_args__ = (
        sa.Index(
            "one_live_attempt",
            "application_id",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
    )
