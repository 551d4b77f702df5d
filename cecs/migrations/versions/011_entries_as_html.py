"""The lookup's entries lie finished as HTML, too, and tell which edition of our words they are.

What older editions wrote is written anew as it is read, until the lookup is rebuilt.

Revision ID: 011
Revises: 010
"""

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lookup_entry", recreate="never") as table:
        table.add_column(sa.Column("edition", sa.String(20), nullable=False, server_default=""))
        table.add_column(sa.Column("page", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("lookup_entry", recreate="never") as table:
        table.drop_column("page")
        table.drop_column("edition")
