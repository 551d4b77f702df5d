"""Entries of the mail room can be corrected, and letters to strangers have an address."""

import sqlalchemy as sa
from alembic import op

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mailed_payment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "payer_address", sa.String(length=200), nullable=False, server_default=sa.text("''")
            )
        )
        batch_op.add_column(sa.Column("letter_printed_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("corrections", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
    # Whether letters were printed before this was noted, nobody knows: what they go with stays.
    op.execute("UPDATE mailed_payment SET letter_printed_at = recorded_at WHERE state = 'returned'")


def downgrade() -> None:
    with op.batch_alter_table("mailed_payment", schema=None) as batch_op:
        batch_op.drop_column("corrections")
        batch_op.drop_column("letter_printed_at")
        batch_op.drop_column("payer_address")
