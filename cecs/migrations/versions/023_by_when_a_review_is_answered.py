"""By when the office must answer who asked for a review of a denial.

Revision ID: 023
Revises: 022
"""

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("answer_by", sa.Date()))


def downgrade() -> None:
    op.drop_column("application", "answer_by")
