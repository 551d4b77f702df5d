"""What the lookup forgives, in which order: as typed, then parts and former names, then slips."""

from datetime import date

import pytest

from cecs.desk import Desk
from cecs.domain.lookup import How
from cecs.extensions import db
from cecs.models.educators import Educator, FormerName
from cecs.services import lookup, lookup_rebuilding
from cecs.services.lookup import Asked
from tests import looking
from tests.people import Character, People

BORN = date(1980, 1, 1)


def found(desk: Desk, last: str, first: str = "", district: str = "") -> list[tuple[str, How]]:
    listed = looking.search(desk, Asked(last, first, district=district)).found
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
        ("Hale Jr.", "Hale", How.BEGINNING),
        ("Hale III", "Hale, III", How.AS_TYPED),
        ("Hale", "Hale Jr.", How.PART),
        ("Hale", "Hale, III", How.PART),
        ("Cruz", "De la Cruz", How.PART),
        ("de la Cruz", "la Cruz", How.PART),
        ("de la Cruz", "de Cruz", How.PART),
        ("Berg", "van den Berg", How.PART),
        ("McDonald", "MacDonald", How.SIMILAR),
        ("O'Brien", "Brien", How.SIMILAR),
        ("Smith-Jones", "Smith-Jonse", How.SIMILAR),
        ("de la Cruz", "Curz", How.SIMILAR_PART),
        ("García-López", "Gracia", How.SIMILAR_PART),
        ("García-López", "Lopes", How.SIMILAR_PART),
        ("Smith Jones Brown", "Jonesbrwon", How.SIMILAR_PART),
        ("Hale Jr.", "Hael", How.SIMILAR_PART),
        ("Smith-Jones", "Jones-Smith", How.REORDERED),
        ("Smith-Jones", "Jones Smith", How.REORDERED),
        ("Smith-Jones Jr.", "jones smith", How.REORDERED),
        ("de la Cruz López", "López Cruz", How.REORDERED),
        ("de la Cruz", "Cruz, de la", How.REORDERED),
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
        ("Maria José", "maria", How.BEGINNING),
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


def test_particles_that_a_former_name_lacks_do_not_hide_its_owner(
    desk: Desk, people: People
) -> None:
    id = people.record("Ana", "Quist", BORN, "987654321")
    people.record("Ada", "Cruz", BORN, "987654322")
    db.session.add(FormerName(educator_id=id, last_name="Cruz", last_key="cruz"))
    db.session.commit()

    assert found(desk, "la Cruz") == [("Ada Cruz", How.PART), ("Ana Quist", How.FORMER)]


def test_the_whole_name_comes_before_its_beginning_and_that_before_what_is_forgiven(
    desk: Desk, people: People
) -> None:
    former = people.record("Ada", "Quist", BORN, "987654321")
    for last in ("Bergman", "Berg", "Borg", "van den Berg"):
        people.record("Ana", last, BORN, "987654322")
    db.session.add(FormerName(educator_id=former, last_name="Berg", last_key="berg"))
    db.session.commit()

    assert found(desk, "Berg") == [
        ("Ana Berg", How.AS_TYPED), ("Ana Bergman", How.BEGINNING), ("Ada Quist", How.FORMER),
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
        ("riv", "", How.BEGINNING),
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
    assert found(desk, "Ravara") == [] and found(desk, "Ri") == [("Maria Rivera", How.BEGINNING)]


def test_slips_in_whole_names_come_before_slips_in_parts(desk: Desk, people: People) -> None:
    for first, last in (("Ana", "Aguilar-Garcia"), ("Ben", "Garcia"), ("Eva", "Garcia-Lopez")):
        people.record(first, last, BORN, "987654321")

    assert found(desk, "Gracia") == [
        ("Ben Garcia", How.SIMILAR), ("Ana Aguilar-Garcia", How.SIMILAR_PART),
        ("Eva Garcia-Lopez", How.SIMILAR_PART),
    ]  # fmt: skip
    assert found(desk, "Gracia", "Eva") == [("Eva Garcia-Lopez", How.SIMILAR_PART)]
    assert found(desk, "Garcia")[0] == ("Ben Garcia", How.AS_TYPED)


def test_a_slip_in_a_former_name_is_forgiven_and_the_name_not_told(
    desk: Desk, people: People
) -> None:
    id = people.record("Ana", "Quist", BORN, "987654321")
    former = FormerName(educator_id=id, last_name="Berg-Okonkwo", last_key="bergokonkwo")
    db.session.add(former)
    db.session.commit()
    typed = ("Okonkow", "Begr", "Bergokonkow")

    assert [found(desk, last) for last in typed] == [[("Ana Quist", How.SIMILAR_FORMER)]] * 3
    assert found(desk, "Okonkwo-Berg") == [("Ana Quist", How.FORMER)]
    db.session.delete(former)
    db.session.commit()
    assert [found(desk, last) for last in typed] == [[]] * 3


def test_a_part_is_forgotten_with_the_last_whose_name_has_it(desk: Desk, people: People) -> None:
    ids = [
        people.record("Ana", last, BORN, number)
        for last, number in (("Smith-Jones", "987654321"), ("Smithjones", "987654322"))
    ]
    renamed = db.session.get_one(Educator, ids[0])
    before = found(desk, "Jonse", "Ana"), found(desk, "Smiht", "Ana")
    renamed.last_name = "Smithjones"
    db.session.commit()

    assert before == ([("Ana Smith-Jones", How.SIMILAR_PART)],) * 2
    assert found(desk, "Jonse") == found(desk, "Smiht") == []
    assert lookup_rebuilding.verify(desk) == []


def test_one_of_very_many_whose_parts_are_alike_is_found_by_the_first_name(
    desk: Desk, people: People
) -> None:
    for at, letter in enumerate("abcdefghijklmnopqrstuvwxy"):
        people.record(f"Ana{letter}", f"Garcia-{letter}opez", BORN, str(987654300 + at))

    assert len(found(desk, "Gracia")) == 20 and lookup.find(desk, Asked("Gracia")).more
    assert found(desk, "Gracia", "Anay") == [("Anay Garcia-yopez", How.SIMILAR_PART)]


def test_who_bears_a_part_now_and_bore_it_before_takes_no_others_place(
    desk: Desk, people: People
) -> None:
    for at, letter in enumerate("abcdefghijklmno"):
        id = people.record(f"Ana{letter}", "de la Cruz", BORN, str(987654300 + at))
        former = FormerName(educator_id=id, last_name="Cruz-Hale", last_key="cruzhale")
        db.session.add(former)
    db.session.commit()
    everyone = [f"Ana{letter} de la Cruz" for letter in "abcdefghijklmno"]

    assert found(desk, "Curz") == [(name, How.SIMILAR_FORMER) for name in everyone]
    assert found(desk, "de Cruz") == [(name, How.FORMER) for name in everyone]


def test_a_part_with_a_slip_is_looked_for_in_a_district(desk: Desk, people: People) -> None:
    here, elsewhere = sorted(desk.regime.districts)[:2]
    id = people.record("Ana", "Garcia-Lopez", BORN, "987654321")
    db.session.get_one(Educator, id).district_code = here
    db.session.commit()

    assert found(desk, "Gracia", district=here) == [("Ana Garcia-Lopez", How.SIMILAR_PART)]
    assert found(desk, "Gracia", district=elsewhere) == []


def test_a_very_long_name_of_many_parts_is_kept_and_found(desk: Desk, people: People) -> None:
    last = "A " + "ß" * 60 + " " + "ß" * 35  # each of which is two letters
    people.record("Ada", last, BORN, "219099999")

    assert found(desk, last) == [(f"Ada {last}", How.AS_TYPED)]
    assert found(desk, "ß" * 60 + " " + "ß" * 35) == [(f"Ada {last}", How.PART)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ana de la Cruz", {"Ana de la Cruz", "Ana Cruz"}),
        ("Ana Maria de la Cruz", {"Ana de la Cruz", "Ana Cruz"}),
        ("de la Cruz, Ana", {"Ana de la Cruz"}),
        ("De La Cruz, Ana M.", {"Ana de la Cruz"}),
        ("Cruz ana", {"Ana Cruz"}),
    ],
)
def test_who_types_the_whole_name_as_one_finds_its_owner(
    desk: Desk, people: People, typed: str, meant: set[str]
) -> None:
    for first, last in (("Ana", "de la Cruz"), ("Ben", "Cruz"), ("Ana", "Cruz")):
        people.record(first, last, BORN, "987654321")

    assert set(found(desk, typed)) == {(name, How.PARTED) for name in meant}


def test_names_that_are_whole_are_told_from_those_that_only_begin_so(
    desk: Desk, people: People
) -> None:
    for first in ("Jo", "Joan"):
        for last in ("Berg", "Bergman"):
            people.record(first, last, BORN, "987654321")

    assert found(desk, "Berg", "Jo") == [
        ("Jo Berg", How.AS_TYPED), ("Joan Berg", How.BEGINNING),
        ("Jo Bergman", How.BEGINNING), ("Joan Bergman", How.BEGINNING),
    ]  # fmt: skip
    assert [how for _, how in found(desk, "Berg")] == 2 * [How.AS_TYPED] + 2 * [How.BEGINNING]
