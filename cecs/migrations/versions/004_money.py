"""Money: fees in two parts, refunds, settlement, and the cashier's batches."""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_batch_closed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("is_open", name=op.f("uq_batch_is_open")),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_attempt_id", sa.Uuid(), nullable=True),
        sa.Column("mailed_payment_id", sa.Integer(), nullable=True),
        sa.Column("check_number", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "rejected",
                "approved",
                "calling",
                "done",
                "failed",
                name="refundstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("override_reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("charge_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_refund_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["mailed_payment_id"],
            ["mailed_payment.id"],
            name=op.f("fk_refund_mailed_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_attempt_id"],
            ["payment_attempt.id"],
            name=op.f("fk_refund_payment_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_refund_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_refund_charge_id")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_moved_at"), ["moved_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_refund_payment_attempt_id"), ["payment_attempt_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_refund_mailed_payment_id"), ["mailed_payment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_refund_state"), ["state"], unique=False)

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approved_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("balance_reminders", sa.Integer(), nullable=False, server_default="0")
        )

    with op.batch_alter_table("fee", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "due",
                sa.Enum("submission", "approval", name="feedue", native_enum=False, length=40),
                nullable=False,
                server_default="submission",
            )
        )
        batch_op.add_column(sa.Column("payment_attempt_id", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("refunded_cents", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.create_index(batch_op.f("ix_fee_paid_at"), ["paid_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_fee_mailed_payment_id"), ["mailed_payment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_fee_payment_attempt_id"), ["payment_attempt_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_fee_payment_attempt_id"),
            "payment_attempt",
            ["payment_attempt_id"],
            ["id"],
        )

    with op.batch_alter_table("mailed_payment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "state",
                sa.Enum(
                    "matched",
                    "suspense",
                    "returned",
                    name="paymentstate",
                    native_enum=False,
                    length=40,
                ),
                nullable=False,
                server_default="matched",
            )
        )
        batch_op.add_column(
            sa.Column("payer", sa.String(length=100), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("payer_key", sa.String(length=100), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("postmarked_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("documents", sa.String(length=1000), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("returned_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "returned_why",
                sa.Enum(
                    "personal_check",
                    "cash",
                    "too_much",
                    "too_little",
                    "nothing_due",
                    name="whyreturned",
                    native_enum=False,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch_op.alter_column("application_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index(batch_op.f("ix_mailed_payment_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_mailed_payment_received_on"), ["received_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_mailed_payment_state"), ["state"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_mailed_payment_batch_id"), "batch", ["batch_id"], ["id"]
        )

    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fee_ids", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("paid_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "durbin_regulated",
                sa.String(length=10),
                nullable=False,
                server_default="Unknown",
            )
        )
        batch_op.add_column(
            sa.Column(
                "settlement",
                sa.Enum(
                    "none",
                    "waiting",
                    "settled",
                    "declined",
                    "disputed",
                    "lost",
                    name="settlement",
                    native_enum=False,
                    length=40,
                ),
                nullable=False,
                server_default="none",
            )
        )
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("looked_at", sa.DateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_payment_attempt_paid_at"), ["paid_at"], unique=False)

    # What was paid before: by which attempt, and that its settlement is still to be looked at.
    op.execute(
        "UPDATE payment_attempt SET settlement = 'waiting', paid_at = moved_at WHERE state = 'paid'"
    )
    op.execute(
        "UPDATE fee SET payment_attempt_id = (SELECT id FROM payment_attempt"
        " WHERE payment_attempt.application_id = fee.application_id"
        " AND payment_attempt.state = 'paid')"
        " WHERE paid_at IS NOT NULL AND mailed_payment_id IS NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_attempt_paid_at"))
        batch_op.drop_column("looked_at")
        batch_op.drop_column("settled_at")
        batch_op.drop_column("settlement")
        batch_op.drop_column("paid_at")
        batch_op.drop_column("fee_ids")
        batch_op.drop_column("durbin_regulated")

    with op.batch_alter_table("mailed_payment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_mailed_payment_batch_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_mailed_payment_state"))
        batch_op.drop_index(batch_op.f("ix_mailed_payment_received_on"))
        batch_op.drop_index(batch_op.f("ix_mailed_payment_batch_id"))
        batch_op.alter_column("application_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("batch_id")
        batch_op.drop_column("returned_why")
        batch_op.drop_column("returned_on")
        batch_op.drop_column("documents")
        batch_op.drop_column("postmarked_on")
        batch_op.drop_column("payer_key")
        batch_op.drop_column("payer")
        batch_op.drop_column("state")

    with op.batch_alter_table("fee", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_fee_payment_attempt_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_fee_paid_at"))
        batch_op.drop_index(batch_op.f("ix_fee_payment_attempt_id"))
        batch_op.drop_index(batch_op.f("ix_fee_mailed_payment_id"))
        batch_op.drop_column("refunded_cents")
        batch_op.drop_column("payment_attempt_id")
        batch_op.drop_column("due")

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_column("balance_reminders")
        batch_op.drop_column("approved_at")

    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_state"))
        batch_op.drop_index(batch_op.f("ix_refund_mailed_payment_id"))
        batch_op.drop_index(batch_op.f("ix_refund_payment_attempt_id"))
        batch_op.drop_index(batch_op.f("ix_refund_moved_at"))

    op.drop_table("refund")
    op.drop_table("batch")
