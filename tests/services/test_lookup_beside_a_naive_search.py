"""The lookup gives what a slow look at each record of the registry gives, whatever is asked."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import names
from cecs.extensions import db
from cecs.models.educators import Certificate, CertificateEndorsement, Educator, FormerName
from cecs.services import lookup, lookup_entries
from cecs.services.lookup import Asked, How
from cecs.services.transactions import writing

LAST = [
    "Smith", "Smithe", "Smi", "S", "Smith-Jones", "Jones", "De la Cruz", "Cruz", "Cruz Jr.", "Weiß",
    "García", "Garcia-López", "İnce", "Ιωάννου", "王", "王李", "𠮷田", "2Smith", "O'Brien",
    "X" * 100, "X" * 99, "ß" * 60, "ﷺ" * 9, "-",
]  # fmt: skip
FIRST = ["John", "Jo", "J", "José", "Ana María", "Ana", "王", "Y" * 100, "ß", "", "1", "Smith"]
FIRST += [f"Jo{letter}" for letter in "abcdefghijklmn"]  # more than are each looked for
CODES = ["013", "015", "305"]
PLACES = ["smith.jo.1", "smith..z", "..a", "a.b", "smi._.1", "smith.john.", "z.z.z", "王.王.1"]
AS_TYPED = (How.AS_TYPED, How.BEGINNING)
Record = dict[str, Any]


def fill(desk: Desk, chance: random.Random) -> None:
    for number in range(150):
        last, former = chance.choices(LAST, k=2)
        first, district = chance.choice(FIRST), chance.choice(["", *districts(desk)]) or None
        educator = Educator(
            number=f"{4_000_000_000 + number}", first_name=first, last_name=last,
            first_key=names.key(first), last_key=names.key(last), birth_date=desk.today(),
            district_code=district, shielded=chance.random() < 0.1,
        )  # fmt: skip
        db.session.add(educator)
        db.session.flush()
        if chance.random() < 0.2:
            was = FormerName(last_name=former, last_key=names.key(former), educator_id=educator.id)
            db.session.add(was)
        hold(desk, educator.id, chance)
    db.session.commit()


def hold(desk: Desk, id: int, chance: random.Random) -> None:
    first, last = (desk.today() + timedelta(days=chance.randint(-2, 1)) for _ in range(2))
    codes = [CertificateEndorsement(code=code) for code in chance.sample(CODES, 2)]
    held = Certificate(
        educator_id=id, type_code="INIT", issued_on=first, valid_from=first, endorsements=codes,
        expires_on=max(first, last), state=chance.choice(["active", "renewed", "revoked"]),
    )  # fmt: skip
    db.session.add(held)


def districts(desk: Desk) -> list[str]:
    return sorted(desk.regime.districts)[:2]


def questions(desk: Desk, chance: random.Random, known: list[Record]) -> Iterator[Asked]:
    for _ in range(400):
        last, first = chance.choice(LAST), chance.choice(["", *FIRST])
        last, first = (each[: chance.choice([1, 2, 4, 100])] for each in (last, first))
        district = chance.choice(["", "", *districts(desk)])
        code = chance.choice(["", *CODES]) if district else ""
        last = last if names.key(last) and chance.random() < 0.9 or not code else ""
        after = chance.choice(["", "", *PLACES, ".".join(chance.choice(known)["place"])])
        yield Asked(last, first, "", district, code, chance.random() < 0.3, after)


def records(desk: Desk) -> list[Record]:
    """All of the registry that bears on a search, by name."""
    former: dict[int, list[FormerName]] = {}
    for each in db.session.scalars(sa.select(FormerName)):
        former.setdefault(each.educator_id, []).append(each)
    held: dict[int, list[Certificate]] = {}
    for one in db.session.scalars(sa.select(Certificate)):
        held.setdefault(one.educator_id, []).append(one)
    return sorted(
        (_record(desk, each, former.get(each.id, []), held.get(each.id, []))
         for each in db.session.scalars(sa.select(Educator))), key=lambda each: each["place"],
    )  # fmt: skip


def _record(desk: Desk, one: Educator, was: list[FormerName], held: list[Certificate]) -> Record:
    was, today = [] if one.shielded else was, desk.today()
    serving = [
        each for each in held
        if each.state in ("active", "renewed") and each.expires_on
        and each.valid_from <= today <= each.expires_on
    ]  # fmt: skip
    codes = [{each.code for one in some for each in one.endorsements} for some in (held, serving)]
    return {
        "place": (one.last_key, one.first_key, lookup_entries.public_id(desk, one.id, one.turn)),
        "former": {each.last_key for each in was}.union(
            *(names.other_keys(each.last_name) for each in was)
        ),
        "parts": names.other_keys(one.last_name), "codes": codes, "serves": bool(serving),
        "district": None if one.shielded else one.district_code,
    }  # fmt: skip


def fit(asked: Asked, known: list[Record]) -> Iterator[tuple[tuple[str, str, str], How]]:
    """Who is found as typed, and under another name: each record is looked at, one by one."""
    last, first = names.key(asked.last_name), names.key(asked.first_name)
    for each in known:
        district, code, active = asked.district, asked.endorsement, asked.active_only
        if district not in ("", each["district"]) or not each["place"][1].startswith(first):
            continue
        if (code and code not in each["codes"][active]) or (active and not each["serves"]):
            continue
        if each["place"][0].startswith(last):
            whole = last in ("", each["place"][0]) and first in ("", each["place"][1])
            yield each["place"], How.AS_TYPED if whole else How.BEGINNING
        elif any(key.startswith(last) for key in each["former"]):
            yield each["place"], How.FORMER
        elif any(key.startswith(last) for key in each["parts"]):
            yield each["place"], How.PART


def compare(desk: Desk, asked: Asked, known: list[Record]) -> None:
    """Reads the list to its end, page by page."""
    if not (names.key(asked.last_name) or asked.endorsement):
        assert not lookup.find(desk, asked).rows
        return
    wanted, seen, page = dict(fit(asked, known)), [], asked
    while True:
        answer = lookup.find(desk, page)
        seen += [(tuple(row.place.split(".")), row.how) for row in answer.rows]
        page = replace(page, after=lookup.after(answer))
        assert len(answer.rows) <= 20
        if not page.after:
            break
    start = lookup.place(asked.after)
    goes_on = tuple(start.split(".")) if start.startswith(names.key(asked.last_name)) else ()
    typed = [one for one in wanted.items() if one[1] in AS_TYPED and one[0] > goes_on]
    others = [one for one in wanted.items() if one[1] not in AS_TYPED]
    assert [one for one in seen if one[1] in AS_TYPED] == typed, asked
    if wanted and answer.searched_all and not answer.more:  # it says where there are too many
        assert seen[len(typed) :] == others, asked


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_asked_nobody_is_missed_or_told_twice(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    fill(desk, chance)
    known = records(desk)
    for asked in questions(desk, chance, known):
        compare(desk, asked, known)
    db.session.rollback()
    writing()
    for one in db.session.scalars(sa.select(Educator).where(Educator.id % 3 == 0)):
        one.last_name, one.shielded = chance.choice(LAST), chance.random() < 0.3
        one.last_key = names.key(one.last_name)
    db.session.commit()
    changed = records(desk)

    assert changed != known
    for asked in questions(desk, chance, changed):
        compare(desk, asked, changed)
