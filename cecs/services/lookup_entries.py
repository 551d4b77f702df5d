"""The lookup's read model: made of the registry's rows, and refreshed.

`lookup_following` refreshes what sessions change. Statements that bypass the session call
`refresh` themselves, in their transaction.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import codes, names
from cecs.domain import lookup as shown
from cecs.domain.applications import OPEN
from cecs.domain.certificates import CertificateFacts, CertificateState
from cecs.domain.lookup import ShownCertificate, ShownEducator
from cecs.extensions import db
from cecs.gateways.entry_writer import JSON
from cecs.models.lookup import (
    LookupAlias,
    LookupCode,
    LookupEndorsement,
    LookupEntry,
    LookupSurname,
)
from cecs.services import lookup_tables, roster_events
from cecs.services.lookup_rows import AFTER_DOT
from cecs.services.lookup_tables import fetch, insert, marks

AT_ONCE = 2000
PAGE = "en"  # the language in which pages lie finished; others are written as they are read
STATES = {state.value: state for state in CertificateState}
OF_PERSON, OF_CERTIFICATE = itemgetter(slice(10)), itemgetter(slice(9))  # before what is several
PACKED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the read model for one educator, as they are inserted."""

    entry: dict[str, Any]
    aliases: list[dict[str, Any]]
    codes: list[dict[str, Any]]
    endorsements: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Registered:
    """An active educator with what the registry says of one."""

    id: int
    number: str
    last_key: str
    first_key: str
    former: tuple[tuple[str, str], ...]  # last name and its key
    district: str | None
    shielded: bool
    turn: int
    shown: ShownEducator


def refresh(desk: Desk, educator_ids: Collection[int]) -> None:
    """Makes the rows of these educators anew and tells districts, in the caller's transaction."""
    db.session.flush()
    lookup_tables.one_after_another()
    to = roster_events.listeners()
    ids = sorted(educator_ids)
    for some in (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)):
        seen = roster_events.shown(some) if to else {}
        found = put(desk, some)
        if to:
            after = {one.id: (public_id(desk, one.id, one.turn), one.shown) for one in found}
            roster_events.tell(desk, to, seen, after)


def put(desk: Desk, educator_ids: Collection[int]) -> list[Registered]:
    """Makes the rows of these educators anew, and tells nobody; gives those who are shown."""
    before = lookup_tables.places(educator_ids)
    found = _registered(desk, educator_ids)
    made = [_rows(desk, one, desk.today()) for one in found]
    lookup_tables.put_entries(before, [rows.entry for rows in made])
    aliases = (row for rows in made for row in rows.aliases)
    others = lookup_tables.put(LookupAlias, educator_ids, aliases)
    lookup_tables.put(LookupCode, educator_ids, (row for rows in made for row in rows.codes))
    held = (row for rows in made for row in rows.endorsements)
    lookup_tables.put(LookupEndorsement, educator_ids, held)
    surnames = {last_key(place) for place, *_ in before.values()}
    surnames |= {bare(alias) for alias, *_ in others}
    follow_surnames(surnames, surnames_of(found))
    return found


def surnames_of(found: Iterable[Registered]) -> set[str]:
    """All last names, former ones and parts under which these are found."""
    aliases = (bare(row["alias_key"]) for one in found for row in _aliases(one))
    return {one.last_key for one in found}.union(aliases)


def last_key(place: str) -> str:
    """The last name with which a place begins."""
    return place.partition(".")[0]


def bare(alias: str) -> str:
    """Without the mark of a part with which a name begins."""
    return alias.removeprefix(shown.BEGINS)


def _registered(desk: Desk, ids: Collection[int]) -> list[Registered]:
    """The active ones among these, with certificates, endorsements and former names."""
    rows = fetch(
        "SELECT e.id, e.number, e.first_name, e.last_name, e.first_key, e.last_key,"
        " e.district_code, e.school_year, e.shielded, e.turn, f.last_name, f.last_key"
        " FROM educator AS e LEFT JOIN former_name AS f ON f.educator_id = e.id"
        " WHERE e.id IN ids AND e.state = 'active' ORDER BY e.id",
        among=ids,
    )
    held = _certificates(desk, ids)
    found = []
    for person, lines in groupby(rows, key=OF_PERSON):
        id, number, first, last, first_key, last_key, district, year, shielded, turn = person
        open_district = None if shielded else district
        known = ShownEducator(first, last, open_district, year, tuple(held.get(id, ())))
        former = tuple((name, key) for *_, name, key in lines if name and not shielded)
        found.append(
            Registered(
                id, number, last_key, first_key, former, open_district, bool(shielded), turn, known
            )  # fmt: skip
        )
    return found


def _certificates(desk: Desk, ids: Collection[int]) -> dict[int, list[ShownCertificate]]:
    """By educator, the longest valid first, as the registry lists them.

    With the day on which a renewal under review was filed, and one row for each endorsement.
    """
    renewing = [kind.code for kind in desk.regime.kinds.values() if kind.renews]
    rows = fetch(
        "SELECT c.id, c.educator_id, c.type_code, c.issued_on, c.valid_from, c.expires_on,"
        " c.state, c.turn, (SELECT min(a.filed_on) FROM application AS a"
        f" WHERE a.certificate_id = c.id AND a.kind IN {marks(renewing)}"
        f" AND a.status IN {marks(OPEN)}), o.code"
        " FROM certificate AS c LEFT JOIN certificate_endorsement AS o ON o.certificate_id = c.id"
        " WHERE c.educator_id IN ids ORDER BY c.expires_on DESC, c.id, o.code",
        *renewing,
        *(status.value for status in OPEN),
        among=ids,
    )
    found: dict[int, list[ShownCertificate]] = {}
    for held, lines in groupby(rows, key=OF_CERTIFICATE):
        id, educator_id, type_code, issued, first, ends, state, turn, filed = held
        codes = tuple(code for *_, code in lines if code)
        dates = _day(issued), _day(first), _day(ends)
        facts = CertificateFacts(id, type_code, codes, *dates, STATES[state])
        renewed_on = None if filed is None else _day(filed)
        shown_one = ShownCertificate(facts, renewed_on, verify_code(desk, id, turn))
        found.setdefault(educator_id, []).append(shown_one)
    return found


def _day(kept: str | date) -> date:
    """SQLite keeps days as text."""
    return date.fromisoformat(kept) if isinstance(kept, str) else kept


def made(
    desk: Desk, educator_ids: Collection[int], days: Mapping[int, date] | None = None
) -> list[Rows]:
    """All rows of those of these educators who are shown, as of today or of the `days` given."""
    found, days = _registered(desk, educator_ids), days or {}
    return [_rows(desk, one, days.get(one.id, desk.today())) for one in found]


def public_id(desk: Desk, educator_id: int, turn: int) -> str:
    """The id by which everyone may name an educator; it tells nothing of others' ids."""
    return desk.vault.blind_index("educator", _turned(educator_id, turn))[:16]


def verify_code(desk: Desk, certificate_id: int, turn: int) -> str:
    """The code printed with a certificate, by which it is verified."""
    return codes.code(desk.vault.blind_index("certificate", _turned(certificate_id, turn)))


def _turned(id: int, turn: int) -> str:
    """Another text in each turn, so that who knows what was made of one knows no other."""
    return f"{id}/{turn}" if turn else str(id)


def _rows(desk: Desk, one: Registered, today: date) -> Rows:
    id = public_id(desk, one.id, one.turn)
    entry = {
        "place": _place(one, id), "edition": desk.writer.edition, "finished_from": today,
        "finished_until": shown.holds_until(one.shown, today),
        "listed": desk.writer.listed(JSON, id, one.shown, today),
        "page": desk.writer.listed(PAGE, id, one.shown, today),
        "educator_id": one.id, "first_key": one.first_key, "public_id": id,
        "number": one.number, "district_code": one.district,
        "active_until": shown.active_until(one.shown, today),
        "facts": _json(shown.packed(one.shown)),
    }  # fmt: skip
    return Rows(entry, list(_aliases(one)), list(_codes(one)), list(_endorsements(one, id, today)))


def _place(one: Registered, public_id: str) -> str:
    return f"{one.last_key}.{one.first_key}.{public_id}"


def _aliases(one: Registered) -> Iterator[dict[str, Any]]:
    """Former names first: under a name that is both, it counts as former."""
    found = {key: True for _, key in one.former}
    for last, _ in one.former:
        found |= dict.fromkeys(_other_keys(last), True) | found
    for key in _other_keys(one.shown.last_name):
        found.setdefault(key, False)
    for key, is_former in found.items():
        if key and key != one.last_key:
            yield {
                "alias_key": key, "first_key": one.first_key, "educator_id": one.id,
                "is_former": is_former,
            }  # fmt: skip


@lru_cache(20_000)
def _other_keys(last_name: str) -> frozenset[str]:
    """Many bear the same name, and names lie side by side."""
    begins = {shown.BEGINS + part for part in names.beginnings(last_name)}
    return frozenset(names.other_keys(last_name) | begins)


def _codes(one: Registered) -> Iterator[dict[str, Any]]:
    for each in one.shown.certificates:
        yield {"code": each.verify, "educator_id": one.id, "certificate_id": each.facts.id}


def _endorsements(one: Registered, public_id: str, today: date) -> Iterator[dict[str, Any]]:
    for code in shown.endorsements(one.shown) if one.district else ():
        yield {
            "district_code": one.district, "code": code,
            "place": _place(one, public_id), "educator_id": one.id,
            "active_until": shown.active_until(one.shown, today, code),
        }  # fmt: skip


def _json(value: Any) -> str:
    return PACKED.encode(value)


def pieces(surname: str) -> list[dict[str, Any]]:
    return [{"piece": piece, "last_key": surname} for piece in sorted(shown.pieces(surname))]


def follow_surnames(before: set[str], after: set[str]) -> None:
    """Adds surnames that are new, and forgets those that nobody has any more."""
    gone, come = before - after, after - before
    gone = set(db.session.scalars(_of(gone).where(~is_borne()))) if gone else gone
    come -= set(db.session.scalars(_of(come))) if come else set()
    if gone:
        db.session.execute(sa.delete(LookupSurname).where(LookupSurname.last_key.in_(gone)))
    insert(LookupSurname, [row for surname in sorted(come) for row in pieces(surname)])


def is_borne() -> sa.ColumnElement[bool]:
    """Whether anybody is found under a row's surname."""
    surname, place = LookupSurname.last_key, LookupEntry.place
    aliases = [surname, sa.literal(shown.BEGINS).concat(surname)]
    return sa.or_(
        sa.exists().where(place > surname.concat("."), place < surname.concat(AFTER_DOT)),
        sa.exists().where(LookupAlias.alias_key.in_(aliases)),
    )


def _of(surnames: set[str]) -> sa.Select[Any]:
    """Those of the surnames that are there."""
    surname = LookupSurname.last_key
    return sa.select(surname).where(surname.in_(surnames)).distinct()
