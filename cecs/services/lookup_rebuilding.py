"""The lookup's read model as a whole: made anew from the registry, and compared with it."""

from collections.abc import Collection, Iterator, Sequence
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
    LookupRebuilding,
    LookupSurname,
)
from cecs.services import lookup_tables
from cecs.services.in_bulk import in_bulk, tidy
from cecs.services.lookup_entries import (
    AT_ONCE,
    Rows,
    bare,
    follow_surnames,
    is_borne,
    last_key,
    made,
    pieces,
    put,
    surnames_of,
)
from cecs.services.transactions import let_others_write, writing

MEMORY = 256_000  # kilobytes that SQLite may keep at hand while all is made anew
PATIENCE = 200  # milliseconds for readers that stand in the way of SQLite's checkpoint
OF_ONE = (LookupEntry, LookupAlias, LookupCode, LookupEndorsement)
OF_ENTRY = (
    "place", "first_key", "public_id", "number", "facts", "district_code", "active_until",
)  # fmt: skip
OF_ENDORSEMENT = ("district_code", "code", "place", "active_until")
Position = tuple[str, str, int]  # last and first name as they are sorted, and the id
ANY_ENTRY = sa.select(LookupEntry.educator_id).limit(1)
START: Position = ("", "", 0)


def rebuild(desk: Desk, anew: bool = False) -> Iterator[int]:
    """Makes the read model anew, some thousand educators a commit; yields how many are done.

    It goes by name, the order in which entries lie, and tells districts nothing. Stopped, it goes
    on from there the next time, unless it is to begin anew. Others may write between two batches,
    and what they change is shown by themselves; two who rebuild at once share the work.
    """
    _begin(desk, anew)
    with in_bulk():
        while (done := _next(desk)) is not None:
            yield done
            tidy()
            let_others_write()
    _forget_strays(desk)
    writing()
    db.session.execute(sa.delete(LookupRebuilding))
    db.session.commit()


def _begin(desk: Desk, anew: bool) -> None:
    """At the first educator, unless one was stopped that wrote the same words as we do."""
    writing()
    lookup_tables.one_after_another()
    at = db.session.get(LookupRebuilding, 1) or LookupRebuilding(id=1)
    others_words = at.edition != desk.writer.edition
    if anew or others_words or db.session.scalar(ANY_ENTRY) is None:
        at.edition, at.done = desk.writer.edition, 0
        at.last_key, at.first_key, at.educator_id = START
    db.session.add(at)
    db.session.commit()


def _next(desk: Desk) -> int | None:
    """One batch with where it ended, committed; gives how many are done, None at the end."""
    writing()
    lookup_tables.one_after_another()
    at = db.session.get(LookupRebuilding, 1)
    people = _after((at.last_key, at.first_key, at.educator_id)) if at else []
    if at is None or not people:
        db.session.rollback()
        return None
    if _is_sqlite():
        db.session.execute(sa.text(f"PRAGMA cache_size = -{MEMORY}"))
    shown = put(desk, [id for _, _, id in people])
    _put_surnames(surnames_of(shown))
    at.last_key, at.first_key, at.educator_id = people[-1]
    at.done = done = at.done + len(people)
    db.session.commit()
    _empty_log()
    return done


def _empty_log() -> None:
    """Brings SQLite's write-ahead log into the database, so that it stays as small as a batch."""
    if not _is_sqlite():
        return
    driver = db.engine.raw_connection()
    try:
        kept = driver.execute("PRAGMA busy_timeout").fetchone()[0]
        driver.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        driver.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        driver.execute(f"PRAGMA busy_timeout = {kept}")
    finally:
        driver.close()


def _put_surnames(surnames: Collection[str]) -> None:
    """Mends the rows by which slips in these surnames are forgiven; most are right already."""
    columns = (LookupSurname.piece, LookupSurname.last_key)
    rows = db.session.execute(sa.select(*columns).where(LookupSurname.last_key.in_(surnames)))
    kept = {(row.piece, row.last_key) for row in rows}
    wanted = [row for surname in sorted(surnames) for row in pieces(surname)]
    wrong = kept - {(row["piece"], row["last_key"]) for row in wanted}
    if wrong:
        db.session.execute(sa.delete(LookupSurname).where(sa.tuple_(*columns).in_(wrong)))
    lookup_tables.insert(
        LookupSurname, [row for row in wanted if (row["piece"], row["last_key"]) not in kept]
    )


def _forget_strays(desk: Desk) -> None:
    """Rows of nobody, which no educator's batch came by."""
    strays: set[int] = set()
    for model in OF_ONE:
        nobody = sa.select(model.educator_id).where(~_is_there(model)).distinct()
        strays.update(db.session.scalars(nobody))
    nobodys = sa.select(LookupSurname.last_key).where(~is_borne()).distinct()
    surnames = set(db.session.scalars(nobodys))
    writing()
    lookup_tables.one_after_another()
    if strays:
        put(desk, strays)
    follow_surnames(surnames, set())
    db.session.commit()


def _is_there(model: type[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Educator.id == model.educator_id)


def how_many() -> int:
    """How many educators the registry has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Educator)) or 0


def is_missing() -> bool:
    """Whether there are educators and no entry, or what a table that is newer keeps of entries.

    Also where it was being made and is not finished.
    """
    if db.session.get(LookupRebuilding, 1) is not None:
        return True
    entry = db.session.scalar(ANY_ENTRY)
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
    for ids in _everyone():
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
    return faults + ([] if _surnames_agree() else ["surnames"])


def _surnames_agree() -> bool:
    """Whether slips are forgiven in all last names, former ones and parts, and in no others."""
    known, others = (
        set(db.session.scalars(sa.select(column).distinct()))
        for column in (LookupSurname.last_key, LookupAlias.alias_key)
    )
    places = db.session.scalars(sa.select(LookupEntry.place).execution_options(yield_per=AT_ONCE))
    return known == {*map(last_key, places), *map(bare, others)}


def _everyone() -> Iterator[list[int]]:
    """The ids of all educators by name, some at a time."""
    position = START
    while people := _after(position):
        yield [id for _, _, id in people]
        position = people[-1]


def _after(position: Position) -> Sequence[Position]:
    """The educators who come next by name."""
    name = sa.tuple_(Educator.last_key, Educator.first_key, Educator.id)
    some = sa.select(*name.clauses).order_by(*name.clauses).limit(AT_ONCE)
    rows = db.session.execute(some.where(name > sa.tuple_(*position)))
    return [(last, first, id) for last, first, id in rows]


def _kept(ids: Collection[int]) -> dict[int, Any]:
    """The rows that are there, in the form that `_comparable` gives."""
    found: dict[int, Any] = {}
    entries = sa.select(LookupEntry).where(LookupEntry.educator_id.in_(ids))
    for entry in db.session.scalars(entries):
        found[entry.educator_id] = [
            tuple([getattr(entry, name) for name in OF_ENTRY]), set(), set(), set(),
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
    return [
        tuple([rows.entry[name] for name in OF_ENTRY]),
        {(row["alias_key"], row["first_key"], row["is_former"]) for row in rows.aliases},
        {(row["code"], row["certificate_id"]) for row in rows.codes},
        {tuple([row[name] for name in OF_ENDORSEMENT]) for row in rows.endorsements},
    ]  # fmt: skip


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
