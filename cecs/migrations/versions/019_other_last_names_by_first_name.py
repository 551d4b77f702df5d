"""Other last names are found by first name: a rare one among many is there at once."""

from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lookup_alias_first", "lookup_alias", ["first_key", "alias_key"])


def downgrade() -> None:
    op.drop_index("ix_lookup_alias_first", "lookup_alias")
