"""What the lookup forgives, in which order: as typed, then parts and former names, then slips."""

from datetime import date

import pytest

from cecs.desk import Desk
from cecs.domain.lookup import How
from cecs.extensions import db
from cecs.models.educators import Educator, FormerName
from cecs.services.lookup import Asked
from tests import looking
from tests.people import Character, People

BORN = date(1980, 1, 1)


def found(desk: Desk, last: str, first: str = "") -> list[tuple[str, How]]:
    listed = looking.search(desk, Asked(last, first)).found
    return [(f"{each.first_name} {each.last_name}", each.how) for each in listed]


@pytest.mark.parametrize(
    ("recorded", "typed", "how"),
    [
        ("Rivera", "RIVERA", How.AS_TYPED),
        ("Núñez", "nunez", How.AS_TYPED),
        ("Nunez", "NÚÑEZ", How.AS_TYPED),
        ("Smith-Jones", "smith jones", How.AS_TYPED),
        ("Smith Jones", "Smith-Jones", How.AS_TYPED),
        ("D'Angelo", "Dangelo", How.AS_TYPED),
        ("Dangelo", "D’Angelo", How.AS_TYPED),
        ("Vandenberg", "van den Berg", How.AS_TYPED),
        ("van den Berg", "Berg", How.PART),
        ("Al-Hadi", "Hadi", How.PART),
        ("Smith-Jones", "Jones", How.PART),
        ("Hale Jr.", "Hale", How.AS_TYPED),
        ("Hale III", "Hale, III", How.AS_TYPED),
        ("Hale", "Hale Jr.", How.PART),
        ("Hale", "Hale, III", How.PART),
        ("Cruz", "De la Cruz", How.PART),
        ("Berg", "van den Berg", How.PART),
        ("McDonald", "MacDonald", How.SIMILAR),
        ("O'Brien", "Brien", How.SIMILAR),
        ("Smith-Jones", "Smith-Jonse", How.SIMILAR),
    ],
)
def test_how_a_last_name_is_written_does_not_hide_its_owner(
    desk: Desk, people: People, recorded: str, typed: str, how: How
) -> None:
    people.record("Ana", recorded, BORN, "987654321")

    assert found(desk, typed) == found(desk, typed, "Ana") == [(f"Ana {recorded}", how)]


@pytest.mark.parametrize(
    ("recorded", "typed", "how"),
    [
        ("José", "jose", How.AS_TYPED),
        ("Mary-Ann", "Maryann", How.AS_TYPED),
        ("Maria José", "maria", How.AS_TYPED),
        ("William", "Bill", How.SYNONYM),
        ("Bill", "William", How.SYNONYM),
        ("Catherine", "Katherine", How.SYNONYM),
    ],
)
def test_a_first_name_has_other_forms(
    desk: Desk, people: People, recorded: str, typed: str, how: How
) -> None:
    people.record(recorded, "Quist", BORN, "987654321")

    assert found(desk, "Quist", typed) == [(f"{recorded} Quist", how)]


def test_a_former_first_name_finds_nobody(desk: Desk, people: People) -> None:
    id = people.record("Zelda", "Quist", BORN, "987654321")
    renamed = db.session.get_one(Educator, id)
    renamed.first_name, renamed.first_key = "Ingrid", "ingrid"
    db.session.add(FormerName(educator_id=id, last_name="Okonkwo", last_key="okonkwo"))
    db.session.commit()

    assert found(desk, "Quist", "Zelda") == found(desk, "Okonkwo", "Zelda") == []
    assert found(desk, "Okonkwo", "Ingrid") == [("Ingrid Quist", How.FORMER)]


def test_the_whole_name_comes_before_its_beginning_and_that_before_what_is_forgiven(
    desk: Desk, people: People
) -> None:
    former = people.record("Ada", "Quist", BORN, "987654321")
    for last in ("Bergman", "Berg", "Borg", "van den Berg"):
        people.record("Ana", last, BORN, "987654322")
    db.session.add(FormerName(educator_id=former, last_name="Berg", last_key="berg"))
    db.session.commit()

    assert found(desk, "Berg") == [
        ("Ana Berg", How.AS_TYPED), ("Ana Bergman", How.AS_TYPED), ("Ada Quist", How.FORMER),
        ("Ana van den Berg", How.PART),
    ]  # fmt: skip


def test_one_slip_at_most_is_forgiven(desk: Desk, people: People) -> None:
    people.record("Bill", "Quist", BORN, "987654321")

    assert found(desk, "Quits", "Bill") == [("Bill Quist", How.SIMILAR)]
    assert found(desk, "Quits", "William") == found(desk, "William", "Quist") == []


@pytest.mark.parametrize(
    ("last", "first", "how"),
    [
        ("Rivera", "Maria", How.AS_TYPED),
        ("riv", "", How.AS_TYPED),
        ("Rivrea", "", How.SIMILAR),
        ("Rivea", "Maria", How.SIMILAR),
        ("Rivvera", "", How.SIMILAR),
        ("Rivara", "", How.SIMILAR),
        ("Maria", "Rivera", How.SWAPPED),
        ("Mar", "River", How.SWAPPED),
        ("Ma", "Rivera", How.SWAPPED),
        ("Rivera", "Molly", How.SYNONYM),
    ],
)
def test_slips_are_forgiven_and_named(
    desk: Desk, maria: Character, last: str, first: str, how: How
) -> None:
    assert found(desk, last, first) == [("Maria Rivera", how)]


def test_two_letters_and_a_beginning_are_not_swapped(desk: Desk, maria: Character) -> None:
    assert found(desk, "Ma", "River") == []


def test_two_slips_are_not_forgiven(desk: Desk, maria: Character) -> None:
    assert found(desk, "Ravara") == [] and found(desk, "Ri") == [("Maria Rivera", How.AS_TYPED)]
