"""Records that went: into another one, or altogether."""

import sqlalchemy as sa
from alembic import op

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("educator_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "rejected", "done", name="retirementstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_retirement_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["educator_id"], ["educator.id"], name=op.f("fk_retirement_educator_id")
        ),
        sa.ForeignKeyConstraint(["into_id"], ["educator.id"], name=op.f("fk_retirement_into_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_retirement_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retirement")),
    )
    with op.batch_alter_table("retirement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_retirement_educator_id"), ["educator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_retirement_into_id"), ["into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_retirement_public_id"), ["public_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("retirement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_retirement_public_id"))
        batch_op.drop_index(batch_op.f("ix_retirement_into_id"))
        batch_op.drop_index(batch_op.f("ix_retirement_educator_id"))

    op.drop_table("retirement")
    # What the older release does not know; nothing hangs on it.
    op.execute("UPDATE educator SET state = 'pending' WHERE state = 'retired'")
