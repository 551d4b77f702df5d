"""Widgets: their colours and language, who made them, and that one is revoked."""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("embed_key", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("language", sa.String(length=2), nullable=False, server_default="en")
        )
        batch_op.add_column(
            sa.Column("accent", sa.String(length=7), nullable=False, server_default="#005ea2")
        )
        batch_op.add_column(
            sa.Column("text", sa.String(length=7), nullable=False, server_default="#1b1b1b")
        )
        batch_op.add_column(
            sa.Column("background", sa.String(length=7), nullable=False, server_default="#ffffff")
        )
        batch_op.add_column(sa.Column("made_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("made_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("revoked_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_embed_key_made_by_id"), "person", ["made_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_embed_key_revoked_by_id"), "person", ["revoked_by_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("embed_key", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_embed_key_revoked_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_embed_key_made_by_id"), type_="foreignkey")
        batch_op.drop_column("revoked_by_id")
        batch_op.drop_column("revoked_at")
        batch_op.drop_column("made_by_id")
        batch_op.drop_column("made_at")
        batch_op.drop_column("background")
        batch_op.drop_column("text")
        batch_op.drop_column("accent")
        batch_op.drop_column("language")
