"""The place of an entry in the order of names is one text, which lists read in one column.

Revision ID: 020
Revises: 019
"""

import sqlalchemy as sa
from alembic import op

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    place = sa.Column("place", sa.String(length=222), nullable=False, server_default="")
    op.add_column("lookup_entry", place)
    op.execute("UPDATE lookup_entry SET place = last_key || '.' || first_key || '.' || public_id")


def downgrade() -> None:
    op.drop_column("lookup_entry", "place")
