"""The lookup's read model, built by `flask cecs lookup rebuild` from the registry."""

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lookup_alias",
        sa.Column(
            "alias_key",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "first_key",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("educator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_former", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "alias_key", "first_key", "educator_id", name=op.f("pk_lookup_alias")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lookup_alias", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lookup_alias_educator_id"), ["educator_id"], unique=False
        )

    op.create_table(
        "lookup_code",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("educator_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_lookup_code")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lookup_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lookup_code_educator_id"), ["educator_id"], unique=False
        )

    op.create_table(
        "lookup_entry",
        sa.Column(
            "last_key",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "first_key",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("educator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("district_code", sa.String(length=60), nullable=True),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("finished", sa.Text(), nullable=False),
        sa.Column("finished_from", sa.Date(), nullable=False),
        sa.Column("finished_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "last_key", "first_key", "educator_id", name=op.f("pk_lookup_entry")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_lookup_entry_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lookup_entry_public_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lookup_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lookup_entry_district", ["district_code", "last_key", "first_key"], unique=False
        )
        batch_op.create_index("ix_lookup_entry_educator", ["educator_id"], unique=True)
        batch_op.create_index("ix_lookup_entry_first", ["first_key", "last_key"], unique=False)

    op.create_table(
        "lookup_surname",
        sa.Column(
            "piece",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "last_key",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("piece", "last_key", name=op.f("pk_lookup_surname")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lookup_surname", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lookup_surname_last_key"), ["last_key"], unique=False)

    with op.batch_alter_table("educator", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("shielded", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("educator", schema=None) as batch_op:
        batch_op.drop_column("shielded")

    with op.batch_alter_table("lookup_surname", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lookup_surname_last_key"))

    op.drop_table("lookup_surname")
    with op.batch_alter_table("lookup_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_lookup_entry_first")
        batch_op.drop_index("ix_lookup_entry_educator")
        batch_op.drop_index("ix_lookup_entry_district")

    op.drop_table("lookup_entry")
    with op.batch_alter_table("lookup_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lookup_code_educator_id"))

    op.drop_table("lookup_code")
    with op.batch_alter_table("lookup_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lookup_alias_educator_id"))

    op.drop_table("lookup_alias")
