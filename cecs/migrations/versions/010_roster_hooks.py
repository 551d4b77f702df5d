"""Changes of a district's roster, sent to its own program."""

import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "educator.joined",
                "educator.left",
                "educator.renamed",
                "educator.merged",
                "certificate.issued",
                "certificate.renewed",
                "certificate.expired",
                "certificate.suspended",
                "certificate.revoked",
                "certificate.surrendered",
                "certificate.voided",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("given_up_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_roster_delivery_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_delivery")),
        sa.UniqueConstraint("key_id", "event_id", name=op.f("uq_roster_delivery_key_id_event_id")),
    )
    with op.batch_alter_table("roster_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_delivery_due_at"), ["due_at"], unique=False)

    op.create_table(
        "roster_hook",
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("expired_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_roster_hook_key_id")),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_roster_hook_set_by_id")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_roster_hook")),
    )


def downgrade() -> None:
    op.drop_table("roster_hook")
    with op.batch_alter_table("roster_delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_delivery_due_at"))

    op.drop_table("roster_delivery")
