"""The lookup's read model as a whole: made anew from the registry, and compared with it."""

import gc
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate, CertificateEndorsement, Educator
from cecs.models.lookup import (
    LookupAlias,
    LookupCode,
    LookupEndorsement,
    LookupEntry,
    LookupSurname,
)
from cecs.services.lookup_entries import AT_ONCE, Rows, made, pieces
from cecs.services.lookup_tables import insert

MEMORY = 256_000  # kilobytes that SQLite may keep at hand while all is made anew
OF_ONE = (LookupEntry, LookupAlias, LookupCode, LookupEndorsement)
OF_ENDORSEMENT = (
    "district_code", "code", "last_key", "first_key", "public_id", "active_until",
)  # fmt: skip


def rebuild(desk: Desk) -> Iterator[int]:
    """Makes the whole read model anew, in the caller's transaction; yields how many are done.

    It goes by name, the order in which entries lie: each is then written at the end.
    """
    if db.engine.dialect.name == "sqlite":
        db.session.execute(sa.text(f"PRAGMA cache_size = -{MEMORY}"))
    for model in (*OF_ONE, LookupSurname):
        db.session.execute(sa.delete(model))
    surnames: set[str] = set()
    done = 0
    gc.freeze()  # else all that lives is looked through again and again while rows come and go
    try:
        for ids in _all_ids():
            found = made(desk, ids)
            insert(LookupEntry, [rows.entry for rows in found])
            insert(LookupAlias, [row for rows in found for row in rows.aliases])
            insert(LookupCode, [row for rows in found for row in rows.codes])
            insert(LookupEndorsement, [row for rows in found for row in rows.endorsements])
            surnames |= {rows.entry["last_key"] for rows in found}
            done += len(ids)
            yield done
    finally:
        gc.unfreeze()
    for_slips = (row for surname in surnames for row in pieces(surname))
    insert(LookupSurname, sorted(for_slips, key=lambda row: (row["piece"], row["last_key"])))


def how_many() -> int:
    """How many educators the registry has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Educator)) or 0


def is_missing() -> bool:
    """Whether there are educators and no entry, or what a table that is newer keeps of entries."""
    entry = db.session.scalar(sa.select(LookupEntry.educator_id).limit(1))
    listed = db.session.scalar(sa.select(LookupEndorsement.educator_id).limit(1))
    if entry is None:
        return how_many() > 0
    to_list = (
        sa.select(LookupEntry.educator_id)
        .join(Certificate, Certificate.educator_id == LookupEntry.educator_id)
        .join(CertificateEndorsement)
        .where(LookupEntry.district_code.is_not(None))
    )
    return listed is None and db.session.scalar(to_list.limit(1)) is not None


def verify(desk: Desk) -> list[str]:
    """What in the read model differs from the registry, in words; nothing when all agrees."""
    faults = []
    for ids in _all_ids():
        written = sa.select(LookupEntry.educator_id, LookupEntry.finished_from)
        on = dict(db.session.execute(written.where(LookupEntry.educator_id.in_(ids))).all())
        wanted = {rows.entry["educator_id"]: rows for rows in made(desk, ids, on)}
        kept = _kept(ids)
        for id in ids:
            if kept.get(id) != _comparable(wanted.get(id)):
                faults.append(f"educator {id}")
    strays = sa.select(LookupEntry.educator_id).where(
        LookupEntry.educator_id.not_in(sa.select(Educator.id))
    )
    faults += [f"no educator {id}" for id in db.session.scalars(strays)]
    if set(db.session.scalars(sa.select(LookupSurname.last_key).distinct())) != set(
        db.session.scalars(sa.select(LookupEntry.last_key).distinct())
    ):
        faults.append("surnames")
    return faults


def _all_ids() -> Iterator[list[int]]:
    """The ids of all educators by name, some at a time."""
    name = sa.tuple_(Educator.last_key, Educator.first_key, Educator.id)
    some = sa.select(Educator.id, Educator.last_key, Educator.first_key).order_by(*name.clauses)
    after = some
    while rows := db.session.execute(after.limit(AT_ONCE)).all():
        yield [row.id for row in rows]
        end = rows[-1]
        after = some.where(name > sa.tuple_(end.last_key, end.first_key, end.id))


def _kept(ids: Collection[int]) -> dict[int, Any]:
    """The rows that are there, in the form that `_comparable` gives."""
    found: dict[int, Any] = {}
    entries = sa.select(LookupEntry).where(LookupEntry.educator_id.in_(ids))
    for entry in db.session.scalars(entries):
        found[entry.educator_id] = [
            (entry.last_key, entry.first_key, entry.number, entry.public_id, entry.facts,
             entry.district_code, entry.active_until),
            set(), set(), set(),
        ]  # fmt: skip
    for place, model, columns in (
        (1, LookupAlias, (LookupAlias.alias_key, LookupAlias.first_key, LookupAlias.is_former)),
        (2, LookupCode, (LookupCode.code, LookupCode.certificate_id)),
        (3, LookupEndorsement, [getattr(LookupEndorsement, name) for name in OF_ENDORSEMENT]),
    ):
        rows = sa.select(model.educator_id, *columns).where(model.educator_id.in_(ids))
        for id, *rest in db.session.execute(rows):
            found.setdefault(id, [None, set(), set(), set()])[place].add(tuple(rest))
    return found


def _comparable(rows: Rows | None) -> Any:
    """What must be there; the finished words are left out, they follow from facts and day."""
    if rows is None:
        return None
    e = rows.entry
    return [
        (e["last_key"], e["first_key"], e["number"], e["public_id"], e["facts"],
         e["district_code"], e["active_until"]),
        {(row["alias_key"], row["first_key"], row["is_former"]) for row in rows.aliases},
        {(row["code"], row["certificate_id"]) for row in rows.codes},
        {tuple([row[name] for name in OF_ENDORSEMENT]) for row in rows.endorsements},
    ]  # fmt: skip
