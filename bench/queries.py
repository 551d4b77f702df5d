"""How long the lookup's read model takes to answer, by kind of question."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from unittest import mock

import sqlalchemy as sa
from flask import Flask

from bench.registry import first_names, surnames
from cecs.desk import Desk
from cecs.domain import names
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.lookup import LookupEndorsement, LookupEntry
from cecs.services import lookup
from cecs.services.lookup import Asked, How

EACH = 300
FAR = 5000
ROUNDS = 6  # where registries are compared, since a machine's speed changes within minutes
TRIES = 3  # of each question; the shortest counts, so that a busy machine is not measured


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one kind of question: the middle one, and the one that 1 % exceed."""

    kind: str
    p50: float
    p99: float
    found: float  # entries, on average


@dataclass(frozen=True, slots=True)
class Forgiven:
    """How many of the names typed with one error were found on the first page."""

    recall: float
    times: Times


def in_turns(apps: Sequence[Flask], each: int = EACH) -> list[list[Times]]:
    """All kinds of question to each registry; several take turns, and the shortest times count."""
    rounds = [[measure(app, each) for app in apps] for _ in range(ROUNDS if len(apps) > 1 else 1)]
    return [
        [_shortest(of_kind) for of_kind in zip(*of_app, strict=True)]
        for of_app in zip(*rounds, strict=True)
    ]


def _shortest(taken: Sequence[Times]) -> Times:
    p50, p99 = min(each.p50 for each in taken), min(each.p99 for each in taken)
    return Times(taken[0].kind, p50, p99, taken[0].found)


def measure(app: Flask, each: int = EACH) -> list[Times]:
    """All kinds of question in turn, each asked `each` times, no two alike where names allow."""
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        return [_timed(desk, kind, list(ask(each))) for kind, ask in KINDS.items()]


def forgiveness(app: Flask, each: int = EACH) -> Forgiven:
    """Surnames with one letter left out, doubled, changed or swapped: found, and how fast."""
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        wrong = [(key, typed) for key, typed in _typos(each) if not _is_a_name(desk, typed)]
        asked = [Asked(typed) for _, typed in wrong]
        hits = sum(_is_offered(desk, Asked(typed), key) for key, typed in wrong)
        times = _timed(desk, "one typing error", asked)
        return Forgiven(hits / len(wrong), times)


def parts(app: Flask, each: int = EACH) -> dict[str, Forgiven]:
    """A slip in one part of a last name, and parts in another order, each with the first name.

    Whole names come first: those whose page is full of them are not counted as missed. Nothing
    where the registry has no such names, as one that was made long ago.
    """
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        chance, found = random.Random(8), {}
        people = _of_parts(chance, each)
        for kind, change in TYPED_PARTS.items():
            asked = [(key, Asked(change(chance, last), first)) for key, last, first in people]
            fit = [(key, typed) for key, typed in asked if not lookup.find(desk, typed).more]
            hits = sum(_is_offered(desk, typed, key) for key, typed in fit)
            if fit:
                times = _timed(desk, kind, [typed for _, typed in asked])
                found[kind] = Forgiven(hits / len(fit), times)
        return found


def _of_parts(chance: random.Random, each: int) -> list[tuple[str, str, str]]:
    """Key, last and first name of people whose last name is two, each long enough for a slip."""
    double = Educator.last_name.like("_____%-_____%")
    columns = (Educator.last_key, Educator.last_name, Educator.first_name)
    people = db.session.execute(sa.select(*columns).where(double).order_by(Educator.id)).all()
    return [tuple(row) for row in chance.sample(people, min(each, len(people)))]


def _with_a_slip(chance: random.Random, last: str) -> str:
    """One of the parts, with a letter left out or doubled."""
    part = chance.choice(last.split("-"))
    at = chance.randrange(1, len(part) - 1)
    return part[:at] + chance.choice(("", 2 * part[at])) + part[at + 1 :]


def _turned(chance: random.Random, last: str) -> str:
    return "-".join(reversed(last.split("-")))


def pages(app: Flask, each: int = EACH) -> tuple[Times, Times]:
    """The first page of the most frequent surname, and the page from row 5,000 on."""
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        answer = lookup.find(desk, Asked("s"))
        for _page in range(FAR // len(answer.rows)):
            answer = lookup.find(desk, Asked("s", after=lookup.after(answer)))
        far = Asked("s", after=lookup.after(answer))
        first = _timed(desk, "first page", [Asked("s")] * each)
        return first, _timed(desk, f"page at row {FAR:,}", [far] * each)


def plans(app: Flask) -> list[str]:
    """What SQLite does for each kind of question: steps that read a table or sort."""
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        found = []
        for kind, ask in KINDS.items():
            asked = list(ask(3))
            for sql, values in _statements(desk, asked):
                steps = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
                found += [f"{kind}: {step[3]}" for step in steps]
        return sorted(set(found))


def _statements(desk: Desk, asked: list[Asked]) -> list[tuple[str, dict[str, object]]]:
    """What the lookup asks the database, in order."""
    seen: list[tuple[str, dict[str, object]]] = []
    rows = desk.reader.rows

    def noted(sql: str, values: Mapping[str, object]) -> list[object]:
        seen.append((sql, dict(values)))
        return rows(sql, values)

    with mock.patch.object(desk.reader, "rows", noted):
        for each in asked:
            lookup.find(desk, each)
    return seen


def _timed(desk: Desk, kind: str, asked: list[Asked]) -> Times:
    took, found = [], 0
    for each in asked:
        shortest = 1.0
        for _ in range(TRIES):
            begun = time.perf_counter()
            answer = lookup.find(desk, each)
            shortest = min(shortest, time.perf_counter() - begun)
        took.append(shortest)
        found += len(answer.rows)
    db.session.rollback()
    took.sort()
    at = (len(took) // 2, len(took) * 99 // 100)
    return Times(kind, took[at[0]] * 1e3, took[at[1]] * 1e3, found / len(asked))


def _prefix(each: int) -> Iterator[Asked]:
    chance, all_names = random.Random(1), surnames()
    for _ in range(each):
        yield Asked(chance.choice(all_names)[:3])


def _exact(each: int) -> Iterator[Asked]:
    chance = random.Random(2)
    for _ in range(each):
        yield Asked(chance.choice(surnames()[:500]), chance.choice(first_names()[:40]))


def _rare(each: int) -> Iterator[Asked]:
    """A first name that hardly anyone has, and the first two letters of a common last name."""
    chance = random.Random(3)
    for _ in range(each):
        yield Asked(chance.choice(surnames()[:50])[:2], chance.choice(first_names()[1000:]))


def _typed_wrong(each: int) -> Iterator[Asked]:
    yield from (Asked(typed) for _, typed in _typos(each))


def _in_district(each: int) -> Iterator[Asked]:
    chance = random.Random(4)
    with_rows = sa.select(LookupEntry.district_code).where(LookupEntry.district_code.is_not(None))
    keys = list(db.session.scalars(with_rows.limit(2000)))
    for _ in range(each):
        yield Asked(chance.choice(surnames()[:50])[:2], district=chance.choice(keys))


def _endorsed(each: int) -> Iterator[Asked]:
    """A district and an endorsement, without a name; every other one in force only."""
    chance = random.Random(7)
    pairs = sa.select(LookupEndorsement.district_code, LookupEndorsement.code).distinct()
    known = list(db.session.execute(pairs))
    for number in range(each):
        district, code = chance.choice(known)
        yield Asked(district=district, endorsement=code, active_only=number % 2 == 1)


def _active(each: int) -> Iterator[Asked]:
    chance = random.Random(5)
    for _ in range(each):
        yield Asked(chance.choice(surnames()[:500])[:3], active_only=True)


def _nobody(each: int) -> Iterator[Asked]:
    for number in range(each):
        yield Asked(f"xqz{chr(97 + number % 26)}w{chr(97 + number // 26 % 26)}", "Maria")


TYPED_PARTS: dict[str, Callable[[random.Random, str], str]] = {
    "a slip in a part of a name": _with_a_slip,
    "parts in another order": _turned,
}
KINDS: dict[str, Callable[[int], Iterator[Asked]]] = {
    "three letters": _prefix,
    "last and first name": _exact,
    "two letters and a rare first name": _rare,
    "one typing error": _typed_wrong,
    "two letters in a district": _in_district,
    "an endorsement in a district": _endorsed,
    "three letters, active only": _active,
    "nobody of that name": _nobody,
}


def _typos(each: int) -> Iterator[tuple[str, str]]:
    """A surname's key and what somebody typed for it; long enough that an error can be seen."""
    chance = random.Random(6)
    long = [key for name in surnames() if len(key := names.key(name)) >= 5]
    for _ in range(each):
        key = chance.choice(long[:5000])
        at = chance.randrange(1, len(key) - 1)
        change = chance.choice(("out", "twice", "other", "swapped"))
        middle = {
            "out": key[at + 1 :],
            "twice": key[at] + key[at:],
            "other": chance.choice("aeiourstln") + key[at + 1 :],
            "swapped": key[at : at + 2][::-1] + key[at + 2 :],
        }[change]
        yield key, key[:at] + middle


def _is_a_name(desk: Desk, typed: str) -> bool:
    """Whether somebody's name begins as it was typed, so that there is nothing to forgive."""
    return any(row.how != How.SIMILAR for row in lookup.find(desk, Asked(typed)).rows)


def _is_offered(desk: Desk, asked: Asked, meant: str) -> bool:
    """Whether the meant surname is on the page of answers."""
    return meant in {row.last_key for row in lookup.find(desk, asked).rows}
