"""Card payments on their way: one row an attempt, made before any money can move."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cecs.domain.payments import LIVE, AttemptState, RefundState, Settlement
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application, Fee
from cecs.models.cashier import MailedPayment
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
    durbin_regulated: Mapped[str] = mapped_column(sa.String(10), default="Unknown")
    last_four: Mapped[str] = mapped_column(sa.String(4))
    sealed_nonce: Mapped[bytes | None]
    charge_id: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    fee_ids: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    settlement: Mapped[Settlement] = mapped_column(text_enum(Settlement), default=Settlement.NONE)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    application: Mapped[Application] = relationship()
    fees: Mapped[list[Fee]] = relationship(order_by="Fee.id")

    __table_args__ = (
        sa.Index(
            "one_live_attempt",
            "application_id",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
    )


class Refund(db.Model):
    """Money on its way back, of one payment; proposed by one person, decided by another.

    To a card its id is the order id at the gateway, so that it can be found whatever happens; what
    came by mail goes back by a check of the treasury's, whose number is kept.
    """

    __tablename__ = "refund"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    payment_attempt_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("payment_attempt.id"), index=True
    )
    mailed_payment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("mailed_payment.id"), index=True
    )
    # Whose money it is: one payment may have paid several. Empty for a stranger's check.
    application_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("application.id"), index=True
    )
    check_number: Mapped[str] = mapped_column(sa.String(40), default="")
    cents: Mapped[int]
    waives_fee: Mapped[bool] = mapped_column(default=False)  # what goes back is not due again
    again_fee_ids: Mapped[list[int]] = mapped_column(sa.JSON, default=list)  # what is
    state: Mapped[RefundState] = mapped_column(text_enum(RefundState), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    told: Mapped[str] = mapped_column(sa.String(300), default="")  # to the payer, in the mail of it
    override_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    charge_id: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    attempt: Mapped[PaymentAttempt | None] = relationship()
    mailed_payment: Mapped[MailedPayment | None] = relationship()
    application: Mapped[Application | None] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
