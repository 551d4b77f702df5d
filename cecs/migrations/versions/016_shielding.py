"""Who must be hidden gets new public ids and codes; a refund has words for the payer.

Revision ID: 016
Revises: 015
"""

import sqlalchemy as sa
from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shielding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("educator_id", sa.Integer(), nullable=False),
        sa.Column("shielded", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_shielding_by_id")),
        sa.ForeignKeyConstraint(
            ["educator_id"], ["educator.id"], name=op.f("fk_shielding_educator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shielding")),
    )
    with op.batch_alter_table("shielding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shielding_educator_id"), ["educator_id"], unique=False)
    for table in ("educator", "certificate"):
        op.add_column(table, sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "refund",
        sa.Column("told", sa.String(length=300), nullable=False, server_default=""),
    )
    # The lease is the receiver's, to whom one request is open at a time.
    op.add_column("roster_hook", sa.Column("leased_until", sa.DateTime(), nullable=True))
    op.drop_index("ix_roster_delivery_due_at", table_name="roster_delivery")
    op.create_index("ix_roster_delivery_due", "roster_delivery", ["key_id", "due_at"], unique=False)
    op.drop_column("roster_delivery", "leased_until")
    # By the day on which an entry's words no longer hold, to be written anew then.
    op.create_index("ix_lookup_entry_until", "lookup_entry", ["finished_until"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_lookup_entry_until", table_name="lookup_entry")
    op.add_column("roster_delivery", sa.Column("leased_until", sa.DateTime(), nullable=True))
    op.drop_index("ix_roster_delivery_due", table_name="roster_delivery")
    op.create_index("ix_roster_delivery_due_at", "roster_delivery", ["due_at"], unique=False)
    op.drop_column("roster_hook", "leased_until")
    op.drop_column("refund", "told")
    for table in ("certificate", "educator"):
        op.drop_column(table, "turn")
    op.drop_table("shielding")
