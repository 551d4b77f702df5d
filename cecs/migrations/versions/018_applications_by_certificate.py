"""The applications about a certificate are found without looking at all of them.

Revision ID: 018
Revises: 017
"""

from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_application_certificate_id", "application", ["certificate_id"])


def downgrade() -> None:
    op.drop_index("ix_application_certificate_id", "application")
