"""An attempt that is being given up is live; a refund's credit is followed until it is settled."""

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

BEFORE = sa.text("state IN ('authorised', 'calling', 'capturing', 'prepared')")
LIVE = sa.text("state IN ('authorised', 'calling', 'capturing', 'prepared', 'voiding')")


def upgrade() -> None:
    _one_live_attempt(LIVE)
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("looked_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    # What the older release does not know: it looks for the charge again, and gives it up.
    op.execute("UPDATE payment_attempt SET state = 'calling' WHERE state = 'voiding'")
    op.execute("UPDATE refund SET state = 'failed' WHERE state = 'declined'")
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_column("looked_at")
        batch_op.drop_column("settled_at")
    _one_live_attempt(BEFORE)


def _one_live_attempt(live: sa.TextClause) -> None:
    op.drop_index("one_live_attempt", "payment_attempt")
    op.create_index(
        "one_live_attempt",
        "payment_attempt",
        ["application_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
