"""Card payments."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "calling",
                "authorised",
                "capturing",
                "paid",
                "refused",
                "declined",
                "failed",
                name="attemptstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=40), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("sealed_nonce", sa.LargeBinary(), nullable=True),
        sa.Column("charge_id", sa.String(length=40), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_payment_attempt_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_payment_attempt_charge_id")),
    )
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_attempt_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_payment_attempt_moved_at"), ["moved_at"], unique=False)
        batch_op.create_index(
            "one_live_attempt",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('authorised', 'calling', 'capturing', 'prepared')"),
            postgresql_where=sa.text("state IN ('authorised', 'calling', 'capturing', 'prepared')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "one_live_attempt",
            sqlite_where=sa.text("state IN ('authorised', 'calling', 'capturing', 'prepared')"),
            postgresql_where=sa.text("state IN ('authorised', 'calling', 'capturing', 'prepared')"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_attempt_moved_at"))
        batch_op.drop_index(batch_op.f("ix_payment_attempt_application_id"))

    op.drop_table("payment_attempt")
