"""What is missing may be a document of the regime's, with a note, and is answered in words.

Revision ID: 021
Revises: 020
"""

import sqlalchemy as sa
from alembic import op

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("missing_item", sa.Column("document_code", sa.String(length=40)))
    for name, length in (("note", 300), ("answer", 2000)):
        words = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("missing_item", words)


def downgrade() -> None:
    for name in ("answer", "note", "document_code"):
        op.drop_column("missing_item", name)
