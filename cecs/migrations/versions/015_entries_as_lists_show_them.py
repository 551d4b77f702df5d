"""Entries of the lookup lie as lists show them, in bytes, in an order that anyone may know.

Both tables are made of the registry's rows; building the lookup fills them.

Revision ID: 015
Revises: 014
"""

import sqlalchemy as sa
from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

NAME_KEY = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
BY_NAME = ("last_key", "first_key")


def upgrade() -> None:
    op.drop_table("lookup_entry")
    op.create_table(
        "lookup_entry",
        *_names(),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("educator_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("finished_from", sa.Date(), nullable=False),
        sa.Column("finished_until", sa.Date(), nullable=False),
        sa.Column("listed", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=False),
        *_facts(),
        sa.PrimaryKeyConstraint(*BY_NAME, "public_id", name=op.f("pk_lookup_entry")),
        sa.UniqueConstraint("educator_id", name=op.f("uq_lookup_entry_educator_id")),
        sa.UniqueConstraint("number", name=op.f("uq_lookup_entry_number")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lookup_entry_public_id", "lookup_entry", ["public_id"], unique=True)
    _indexes()
    _endorsements("public_id")


def downgrade() -> None:
    op.drop_table("lookup_entry")
    op.create_table(
        "lookup_entry",
        *_names(),
        sa.Column("educator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        *_facts(),
        sa.Column("finished_from", sa.Date(), nullable=False),
        sa.Column("finished_until", sa.Date(), nullable=True),
        sa.Column("finished", sa.Text(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*BY_NAME, "educator_id", name=op.f("pk_lookup_entry")),
        sa.UniqueConstraint("number", name=op.f("uq_lookup_entry_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_lookup_entry_public_id")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lookup_entry_educator", "lookup_entry", ["educator_id"], unique=True)
    _indexes()
    _endorsements("educator_id")


def _names() -> list[sa.Column]:
    return [sa.Column(name, NAME_KEY, nullable=False) for name in BY_NAME]


def _facts() -> list[sa.Column]:
    return [
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("district_code", sa.String(length=60), nullable=True),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
    ]


def _indexes() -> None:
    district = ["district_code", "last_key", "first_key"]
    op.create_index("ix_lookup_entry_district", "lookup_entry", district)
    op.create_index("ix_lookup_entry_first", "lookup_entry", ["first_key", "last_key"])


def _endorsements(last_of_key: str) -> None:
    op.drop_table("lookup_endorsement")
    key = ("district_code", "code", *BY_NAME, last_of_key)
    more = [sa.Column("public_id", sa.String(length=20), nullable=False)]
    op.create_table(
        "lookup_endorsement",
        sa.Column("district_code", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        *_names(),
        *(more if last_of_key == "public_id" else []),
        sa.Column("educator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_lookup_endorsement")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lookup_endorsement_educator_id", "lookup_endorsement", ["educator_id"])
