import pytest

from cecs.domain import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Brien", "OBRIEN"),
        ("O’Brien", "o brien"),
        ("De La Cruz", "Delacruz"),
        ("García-Márquez", "Garcia Marquez"),
        ("Strauß", "STRAUSS"),
        ("Søren", "Soren"),
        ("Łukasz", "Lukasz"),
        (" St. John ", "St John"),
        ("Nuñez", "Nun\u0303ez"),
    ],
)
def test_two_ways_to_write_a_name_are_one_name(one, other):
    assert names.key(one) == names.key(other)


def test_two_names_are_two():
    assert names.key("Rivera") != names.key("Riviera")


def test_a_name_in_another_script_keeps_its_letters():
    assert names.key("李") == "李"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("María", "García-Márquez", "mgarciamarq"),
        ("Lin", "李", "l"),
        ("明", "李", "educator"),
        ("Ana", "O'Neil 3rd", "aoneilrd"),
    ],
)
def test_a_username_starts_with_plain_letters_of_the_name(first, last, expected):
    assert names.username_stem(first, last) == expected


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("Maria Rivera", True),
        ("  maría   RIVERA ", True),
        ("Dr. Maria Luisa Rivera", True),
        ("Rivera", False),
        ("Donald Duck", False),
        ("", False),
    ],
)
def test_a_signature_has_both_names(signature, expected):
    assert names.signs(signature, "Maria", "Rivera") is expected


def test_nobody_signs_for_someone_without_a_name():
    assert not names.signs("anything", "", "Rivera")


@pytest.mark.parametrize(
    ("last_name", "expected"),
    [
        ("De la Cruz", {"cruz"}),
        ("Smith-Jones", {"jones"}),
        ("Hale Jr.", set()),
        ("García Márquez", {"marquez"}),
        ("Rivera", set()),
    ],
)
def test_a_long_name_has_other_keys(last_name, expected):
    assert names.other_keys(last_name) == expected


@pytest.mark.parametrize(
    ("last_name", "expected"),
    [
        ("García-López", {"garcia"}),
        ("Smith Jones Brown", {"smith"}),
        ("Hale Jr.", {"hale"}),
        ("De la Cruz", set()),
        ("Rivera", set()),
        ("O Hara", set()),
        ("", set()),
    ],
)
def test_a_part_may_begin_a_name(last_name, expected):
    assert names.beginnings(last_name) == expected


@pytest.mark.parametrize(
    ("last_name", "expected"),
    [
        ("Jones-Smith", ["smithjones"]),
        ("Jones Smith", ["smithjones"]),
        ("Jones-Smith, Jr.", ["smithjones"]),
        ("López de la Cruz", ["delacruzlopez"]),
        ("Cruz, De la", ["delacruz"]),
        ("A B C", ["acb", "bac", "bca", "cab", "cba"]),
        ("Cruz Cruz", []),
        ("De la Cruz", []),
        ("Rivera", []),
        ("Ana B C D", []),
        ("", []),
    ],
)
def test_parts_of_a_name_have_other_orders(last_name, expected):
    assert names.reordered(last_name) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Hale Jr.", "hale"), ("Hale, III", "hale"), ("De la Cruz", "cruz"),
        ("van den Berg", "berg"), ("Smith-Jones Jr.", "smithjones"),
        ("Hale", ""), ("Smith-Jones", ""), ("De la", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_name_without_what_some_records_lack(typed, expected):
    assert names.bare(typed) == expected


@pytest.mark.parametrize("name", ["A " + "ß" * 60 + " " + "ß" * 35, "\ufdfa " * 8])
def test_what_is_kept_of_a_very_long_name_has_room(name):
    keys = names.other_keys(name) | names.beginnings(name) | {names.bare(name)}

    assert keys and max(map(len, keys | set(names.reordered(name)))) <= names.AT_MOST


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("Quill, Robert J.", [("quill", "robert")]),
        ("Robert Quill", [("quill", "robert"), ("robert", "quill")]),
        ("Ana la Cruz", [("lacruz", "ana"), ("cruz", "ana"), ("ana", "cruz")]),
        ("Bo Bo", [("bo", "bo")]),
        ("Quill", []),
        ("Quill,", []),
        (", Robert", []),
        ("- Quill", []),
    ],
)
def test_a_first_and_a_last_name_may_be_typed_as_one(typed, ways):
    assert names.parted(typed) == ways
