"""The lookup's read model: one row an educator, in the order in which it is read.

Only `services.lookup_entries` writes here, in the transaction of what it shows; all of it can be
built anew from the registry.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cecs.extensions import db
from cecs.models.columns import NameKey, PlaceKey


class LookupEntry(db.Model):
    """What anyone may see of one educator, with the dates from which words are derived.

    Clustered by name, so that a page of answers is one walk along the primary key. All parts of
    that key may be seen by anyone, so that it also says where a list goes on.
    """

    __tablename__ = "lookup_entry"

    place: Mapped[str] = mapped_column(PlaceKey, primary_key=True)
    # What lists read comes first, for each column on the way costs its time: which edition of
    # our words wrote what follows, and the legal days on which that holds, both counting.
    edition: Mapped[str] = mapped_column(sa.String(20))
    finished_from: Mapped[date]
    finished_until: Mapped[date]
    listed: Mapped[bytes]  # JSON as the API lists it, in UTF-8
    page: Mapped[bytes]  # HTML in English as the pages list it, in UTF-8
    educator_id: Mapped[int] = mapped_column(unique=True)
    first_key: Mapped[str] = mapped_column(NameKey)
    public_id: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    district_code: Mapped[str | None] = mapped_column(sa.String(60))
    active_until: Mapped[date | None]  # the last day on which any that has begun serves
    facts: Mapped[str] = mapped_column(sa.Text)  # JSON: names, dates and decisions

    __table_args__ = (
        sa.Index("ix_lookup_entry_public_id", "public_id", unique=True),
        sa.Index("ix_lookup_entry_district", "district_code", "place"),
        sa.Index("ix_lookup_entry_first", "first_key", "place"),
        sa.Index("ix_lookup_entry_until", "finished_until"),
        {"sqlite_with_rowid": False},
    )


class LookupEndorsement(db.Model):
    """An endorsement of someone whom a district reported, in the order of a district's list.

    Nobody is here whose district must stay hidden.
    """

    __tablename__ = "lookup_endorsement"

    district_code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    place: Mapped[str] = mapped_column(PlaceKey, primary_key=True)
    educator_id: Mapped[int] = mapped_column(index=True)
    active_until: Mapped[date | None]  # the last day on which any with it that has begun serves

    __table_args__ = ({"sqlite_with_rowid": False},)


class LookupAlias(db.Model):
    """Another last name under which an educator is found: a former one, or a part of one.

    A part with which the name begins has a mark before it (`domain.lookup.BEGINS`).
    """

    __tablename__ = "lookup_alias"

    alias_key: Mapped[str] = mapped_column(NameKey, primary_key=True)
    first_key: Mapped[str] = mapped_column(NameKey, primary_key=True)
    educator_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    is_former: Mapped[bool]

    __table_args__ = (
        sa.Index("ix_lookup_alias_first", "first_key", "alias_key"),
        {"sqlite_with_rowid": False},
    )


class LookupCode(db.Model):
    """The code by which one certificate is verified."""

    __tablename__ = "lookup_code"

    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    educator_id: Mapped[int] = mapped_column(index=True)
    certificate_id: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)


class LookupSurname(db.Model):
    """A last name with one letter left out, for each letter: how one typing error is forgiven.

    Each under which anybody is found: the whole, a former one, a part.
    """

    __tablename__ = "lookup_surname"

    piece: Mapped[str] = mapped_column(NameKey, primary_key=True)
    last_key: Mapped[str] = mapped_column(NameKey, primary_key=True, index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class LookupRebuilding(db.Model):
    """How far a rebuilding of these tables came; no row: none is under way."""

    __tablename__ = "lookup_rebuilding"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1: there is one
    edition: Mapped[str] = mapped_column(sa.String(20))
    # The last educator who was gone through, in the order of names, and how many were.
    last_key: Mapped[str] = mapped_column(NameKey)
    first_key: Mapped[str] = mapped_column(NameKey)
    educator_id: Mapped[int]
    done: Mapped[int]
