"""Column types that keep a promise on both databases."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: goes in aware, comes out in UTC. A naive value is refused."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


# A name folded for searching. Bytewise order on both databases, so that a range is a prefix.
NameKey = sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")
# A last name, a first name and a public id so folded, with dots between, which are sorted before
# letters and digits: in the order of the three.
PlaceKey = sa.String(222).with_variant(sa.String(222, collation="C"), "postgresql")


def text_enum(kind: type[StrEnum]) -> sa.Enum:
    """The enum's values as text: a new value needs no migration of a database type."""
    return sa.Enum(
        kind, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e]
    )
