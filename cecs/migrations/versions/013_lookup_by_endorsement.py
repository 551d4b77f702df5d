"""Educators of a district are found by endorsement; rebuilding the lookup fills the table."""

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name_key = sa.String(length=100).with_variant(
        sa.String(length=100, collation="C"), "postgresql"
    )
    key = ("district_code", "code", "last_key", "first_key", "educator_id")
    op.create_table(
        "lookup_endorsement",
        sa.Column("district_code", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("last_key", name_key, nullable=False),
        sa.Column("first_key", name_key, nullable=False),
        sa.Column("educator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_lookup_endorsement")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lookup_endorsement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lookup_endorsement_educator_id"), ["educator_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("lookup_endorsement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lookup_endorsement_educator_id"))

    op.drop_table("lookup_endorsement")
