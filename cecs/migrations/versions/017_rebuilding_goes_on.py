"""A rebuilding of the lookup that was stopped goes on where it was.

Revision ID: 017
Revises: 016
"""

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None

NAME_KEY = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "lookup_rebuilding",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("last_key", NAME_KEY, nullable=False),
        sa.Column("first_key", NAME_KEY, nullable=False),
        sa.Column("educator_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup_rebuilding")),
    )


def downgrade() -> None:
    op.drop_table("lookup_rebuilding")
