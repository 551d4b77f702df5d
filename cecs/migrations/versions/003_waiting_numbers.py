"""Numbers that wait for the bureau's check can be compared."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ssn_index", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_registration_ssn_index"), ["ssn_index"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_ssn_index"))
        batch_op.drop_column("ssn_index")
