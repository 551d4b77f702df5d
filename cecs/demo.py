"""A made-up registry to try CECS with: nobody in it exists. Loaded in demo mode only."""

import json
import os
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import click
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from cecs.config import Settings
from cecs.desk import Desk
from cecs.domain import days, educator_numbers, names, passwords
from cecs.domain.regime import Regime
from cecs.extensions import db
from cecs.models.accounts import Person, Role
from cecs.models.educators import Certificate, CertificateEndorsement, Educator, SealedSsn
from cecs.models.widgets import EmbedKey

HOW_MANY = 2000
EMBED_KEY = "demo-district"
FIRST_NAMES = """Ana Ben Carla David Elena Frank Gloria Hassan Irene Jorge Kim Liam Mei Nadia Oscar
Priya Quentin Rosa Samuel Tara Umar Vera Walter Ximena Yusuf Zoe José Renée Siobhán André""".split()
LAST_NAMES = """Abbott Brown Chen Diaz Evans Fischer Garcia Hughes Ivanov Johnson Kelly Lopez Moore
Nguyen O'Neill Patel Quinn Russo Smith Taylor Ueda Vargas Wilson Xu Young Zimmer Smith-Lee
D'Angelo Núñez Washington""".split()
STAFF = (
    ("dana.reviewer", "Dana", "Okafor", Role.REVIEWER),
    ("lee.reviewer", "Lee", "Chandra", Role.REVIEWER),
    ("carmen.cashier", "Carmen", "Ortiz", Role.CASHIER),
    ("sol.supervisor", "Sol", "Whitfield", Role.SUPERVISOR),
    ("ruth.admin", "Ruth", "Marlow", Role.ADMINISTRATOR),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone to register as. `type_code` None: not in the registry."""

    ssn: str
    first: str
    last: str
    born: date
    try_this: str
    type_code: str | None = None
    endorsement: str = "305"
    ends_in: int = 90
    months: int = 0
    born_on_record: date | None = None


PEOPLE = (
    DemoPerson("987654320", "Maria", "Rivera", date(1990, 5, 17), "renew an initial", "INIT"),
    DemoPerson(
        "987654321", "James", "Whitfield", date(1988, 3, 2), "advance to provisional", "INIT",
        "029", 150, 14,
    ),
    DemoPerson(
        "987654322", "Aisha", "Khan", date(1985, 11, 30), "renew a provisional", "PROV", "015", 140
    ),
    DemoPerson(
        "987654323", "Peter", "Nowak", date(1979, 8, 9), "advance to professional", "PROV",
        "026", 120, 46,
    ),
    DemoPerson(
        "987654324", "Ellen", "O'Brien", date(1970, 1, 25), "continue a professional, free",
        "PROF5", "305", 110, 200,
    ),
    DemoPerson(
        "987654325", "Grace", "Kim", date(1992, 6, 14), "add a cross-endorsement", "PROV", "029",
        1200, 20,
    ),
    DemoPerson("987654326", "Tomas", "Berg", date(1999, 2, 28), "apply for a first initial"),
    DemoPerson(
        "987654327", "Judith", "Adler", date(1980, 2, 28), "be checked by the bureau", "PROV",
        born_on_record=date(1980, 2, 29),
    ),
    DemoPerson(
        "987654328", "Omar", "Haddad", date(1991, 9, 3), "see what an expired initial allows",
        "INIT", ends_in=-40,
    ),
    DemoPerson("987654329", "Linda", "Chu", date(1975, 4, 21), "look around", "PROF5", "092", 900),
)  # fmt: skip


def load_demo(app: Flask) -> None:
    """Fills an empty registry, with a bar; leaves one that is not empty as it is."""
    with app.app_context():
        if db.session.scalar(sa.select(sa.func.count()).select_from(Educator)):
            return
        db.session.rollback()
        desk: Desk = app.extensions["cecs_desk"]
        db.session.connection(execution_options={"cecs_writes": True})
        chance = random.Random(desk.today().toordinal())
        made = [*_demo_people(desk), *_crowd(desk, chance)]
        with click.progressbar(made, label="Loading the demo registry") as bar:
            for number, educator in enumerate(bar):
                db.session.add(educator)
                if number % 200 == 0:
                    db.session.flush()
        db.session.flush()
        _seal_numbers(desk)
        _add_staff(desk)
        _add_widget(desk)
        # One transaction: stopped half-way, the next start begins again from nothing.
        db.session.commit()


def read_people(settings: Settings) -> list[str]:
    """Lines for the terminal: whom to register as, and how staff sign in."""
    lines = ["Register as (after creating an account):"]
    for person in PEOPLE:
        ssn = f"{person.ssn[:3]}-{person.ssn[3:5]}-{person.ssn[5:]}"
        name = f"{person.first} {person.last}"
        lines.append(f"  {name:<17} {ssn}   born {person.born}   {person.try_this}")
    path = settings.instance / "demo_staff.json"
    if path.exists():
        lines += ["", "Staff sign in as:"]
        lines += [f"  {name:<17} {word}" for name, word in json.loads(path.read_text()).items()]
    return lines


def _demo_people(desk: Desk) -> Iterator[Educator]:
    for person in PEOPLE:
        if person.type_code is None:
            continue
        ends = desk.today() + timedelta(days=person.ends_in)
        yield _educator(
            desk.regime, person.first, person.last, person.born_on_record or person.born,
            [_certificate(desk.regime, person.type_code, ends, person.endorsement)],
            random.Random(person.ssn), school_months=person.months,
        )  # fmt: skip


def _crowd(desk: Desk, chance: random.Random) -> Iterator[Educator]:
    regime, today = desk.regime, desk.today()
    teaching = [e.code for e in regime.endorsements.values() if e.family == "teaching"]
    for _ in range(HOW_MANY):
        code = chance.choice(["INIT", "INIT", "PROV", "PROV", "PROV", "PROF5"])
        ends = today + timedelta(days=chance.randint(-200, 1000))
        yield _educator(
            regime, chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES),
            date(1955, 1, 1) + timedelta(days=chance.randint(0, 16000)),
            [_certificate(regime, code, ends, chance.choice(teaching))],
            chance, school_months=chance.randint(0, 60),
        )  # fmt: skip


def _educator(
    regime: Regime, first: str, last: str, born: date, certificates: list[Certificate],
    chance: random.Random, school_months: int,
) -> Educator:  # fmt: skip
    return Educator(
        number=educator_numbers.make(regime.office.educator_number_digits, chance),
        first_name=first, last_name=last, first_key=names.key(first), last_key=names.key(last),
        birth_date=born, certificates=certificates, school_months=school_months,
        district_code=chance.choice(sorted(regime.districts)),
        school_year=days.school_year(certificates[0].issued_on + timedelta(days=400)),
    )  # fmt: skip


def _certificate(regime: Regime, code: str, ends: date, endorsement: str) -> Certificate:
    years = regime.certificate_types[code].validity_years or 1
    begins = days.add_years(ends + timedelta(days=1), -years)
    return Certificate(
        type_code=code, issued_on=begins, valid_from=begins, expires_on=ends, state="active",
        endorsements=[CertificateEndorsement(code=endorsement)],
    )  # fmt: skip


def _seal_numbers(desk: Desk) -> None:
    for person in PEOPLE:
        found = db.session.scalar(
            sa.select(Educator)
            .where(Educator.last_name == person.last, Educator.first_name == person.first)
            .where(Educator.birth_date == (person.born_on_record or person.born))
        )
        if found is not None:
            db.session.add(
                SealedSsn(
                    educator_id=found.id,
                    sealed=desk.vault.seal(person.ssn, f"sealed_ssn/{found.id}"),
                    blind_index=desk.vault.blind_index("ssn", person.ssn),
                    key_id=desk.vault.key_id,
                )
            )


def _add_staff(desk: Desk) -> None:
    hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    told = {name: passwords.temporary(secrets.choice) for name, *_ in STAFF}
    for username, first, last, role in STAFF:
        email = f"{username}@example.org"
        db.session.add(
            Person(
                username=username,
                email=email,
                email_key=email,
                first_name=first,
                last_name=last,
                role=role,
                created_at=desk.now(),
                password_hash=hasher.hash(told[username]),
            )  # fmt: skip
        )
    path = desk.settings.instance / "demo_staff.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(told, file, indent=1)


def _add_widget(desk: Desk) -> None:
    district = sorted(desk.regime.districts)[0]
    db.session.add(
        EmbedKey(key=EMBED_KEY, district_code=district, origins=[desk.settings.sandbox_url])
    )
