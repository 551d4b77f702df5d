"""The place of an entry in the order of names is the key by which the lookup's tables lie.

Revision ID: 024
Revises: 023
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None

NAME_KEY = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
PLACE_KEY = sa.String(length=222).with_variant(sa.String(length=222, collation="C"), "postgresql")
ENTRIES, ENDORSEMENTS = "lookup_entry", "lookup_endorsement"
UNIQUE = ("educator_id", "number")  # by constraints; the index of public ids is one of its own
BY_NAME = ("last_key", "first_key", "public_id")
LAST_KEY = "substr(place, 1, length(place) - length(first_key) - length(public_id) - 2)"
PLACE = "last_key || '.' || first_key || '.' || public_id"


def upgrade() -> None:
    columns = (*_finished(), _number("educator_id"), *_names()[1:], *_known())
    filled = f"{PLACE}, {_listed(columns)} FROM former ORDER BY {', '.join(BY_NAME)}"
    _entries(("place",), (_place(), *columns), filled)
    _entry_indexes(["place"], ["place"])
    filled = f"district_code, code, {PLACE}, educator_id, active_until FROM former ORDER BY 1, 2, 3"
    _endorsements(("place",), (_place(),), filled)


def downgrade() -> None:
    columns = (*_names()[1:], _number("educator_id"), *_finished(), *_known())
    place = sa.Column("place", sa.String(length=222), nullable=False, server_default="")
    filled = f"{LAST_KEY}, {_listed(columns)}, place FROM former ORDER BY place"
    _entries(BY_NAME, (_names()[0], *columns, place), filled)
    _entry_indexes(["last_key", "first_key"], ["last_key"])
    names = ", ".join(f"e.{name}" for name in BY_NAME)
    filled = f"""f.district_code, f.code, {names}, f.educator_id, f.active_until
    FROM former AS f JOIN lookup_entry AS e ON e.educator_id = f.educator_id
    ORDER BY f.district_code, f.code, f.place"""
    _endorsements(BY_NAME, _names(), filled)


def _entries(key: Sequence[str], columns: Sequence[sa.Column], filled: str) -> None:
    for index in ("public_id", "district", "first", "until"):
        op.drop_index(f"ix_lookup_entry_{index}", ENTRIES)
    unique = {f"uq_lookup_entry_{name}": name for name in UNIQUE}
    _made_anew(ENTRIES, key, columns, filled, unique)


def _entry_indexes(by_district: list[str], by_first: list[str]) -> None:
    op.create_index("ix_lookup_entry_public_id", ENTRIES, ["public_id"], unique=True)
    op.create_index("ix_lookup_entry_district", ENTRIES, ["district_code", *by_district])
    op.create_index("ix_lookup_entry_first", ENTRIES, ["first_key", *by_first])
    op.create_index("ix_lookup_entry_until", ENTRIES, ["finished_until"])


def _endorsements(key: Sequence[str], names: Sequence[sa.Column], filled: str) -> None:
    op.drop_index("ix_lookup_endorsement_educator_id", ENDORSEMENTS)
    columns = (_text("district_code", 60), _text("code", 6), *names, _number("educator_id"))
    key = ("district_code", "code", *key)
    _made_anew(ENDORSEMENTS, key, (*columns, _active()), filled, {})
    op.create_index("ix_lookup_endorsement_educator_id", ENDORSEMENTS, ["educator_id"])


def _made_anew(
    table: str, key: Sequence[str], columns: Sequence[sa.Column], filled: str, unique: dict
) -> None:
    """The table with these columns and rows, which a SELECT gives from the former one."""
    op.rename_table(table, "former")
    if op.get_bind().dialect.name == "postgresql":  # where no two tables' constraints are called so
        for name in (f"pk_{table}", *unique):
            op.drop_constraint(name, "former")
    op.create_table(
        table,
        *columns,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
        *(sa.UniqueConstraint(column, name=op.f(name)) for name, column in unique.items()),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO {table} SELECT {filled}")
    op.drop_table("former")


def _listed(columns: Sequence[sa.Column]) -> str:
    return ", ".join(column.name for column in columns)


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _active() -> sa.Column:
    return sa.Column("active_until", sa.Date(), nullable=True)


def _place() -> sa.Column:
    return sa.Column("place", PLACE_KEY, nullable=False)


def _names() -> tuple[sa.Column, ...]:
    keys = (sa.Column(name, NAME_KEY, nullable=False) for name in BY_NAME[:2])
    return (*keys, _text("public_id", 20))


def _finished() -> tuple[sa.Column, ...]:
    return (
        _text("edition", 20),
        sa.Column("finished_from", sa.Date(), nullable=False),
        sa.Column("finished_until", sa.Date(), nullable=False),
        sa.Column("listed", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=False),
    )


def _known() -> tuple[sa.Column, ...]:
    return (
        _text("number", 20),
        sa.Column("district_code", sa.String(length=60), nullable=True),
        _active(),
        sa.Column("facts", sa.Text(), nullable=False),
    )
