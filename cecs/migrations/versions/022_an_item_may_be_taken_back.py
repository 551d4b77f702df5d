"""What was asked for may be taken back, with a reason.

Revision ID: 022
Revises: 021
"""

import sqlalchemy as sa
from alembic import op

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    words = sa.Column("not_needed", sa.String(length=300), nullable=False, server_default="")
    op.add_column("missing_item", words)


def downgrade() -> None:
    op.drop_column("missing_item", "not_needed")
