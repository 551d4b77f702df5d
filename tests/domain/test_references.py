import re
from random import Random

import pytest

from cecs.domain import references


def test_a_reference_has_its_form():
    assert re.fullmatch(r"CT-[2-9A-Z]{4}-[2-9A-Z]{4}", references.make("CT", Random(1)))


def test_no_letter_can_be_taken_for_another():
    assert not set("01ILOSU") & set(references.ALPHABET)


@pytest.mark.parametrize("way", [str.lower, lambda t: t.replace("-", " "), lambda t: f" {t} "])
def test_what_is_typed_by_ear_is_understood(way):
    reference = references.make("CT", Random(2))

    assert references.normalise(way(reference)) == reference


def test_one_wrong_symbol_is_noticed():
    reference = references.make("CT", Random(3))
    places = [place for place in range(3, 12) if reference[place] != "-"]
    wrong = [
        reference[:place] + mark + reference[place + 1 :]
        for place in places
        for mark in references.ALPHABET
        if mark != reference[place]
    ]

    assert [text for text in wrong if references.normalise(text)] == []


def test_two_exchanged_neighbours_are_noticed():
    rng = Random(4)
    unnoticed = []
    for _ in range(200):
        symbols = references.make("CT", rng).replace("-", "")[2:]
        for at in range(7):
            other = symbols[:at] + symbols[at + 1] + symbols[at] + symbols[at + 2 :]
            if other != symbols and references.normalise("CT" + other):
                unnoticed.append((symbols, other))

    assert unnoticed == []


@pytest.mark.parametrize(
    "typed", ["", "CT", "7F3K92Q2", "12-7F3K-92Q2", "CT-0000-0000", "ÇÉ7F3K92Q2"]
)
def test_anything_else_is_no_reference(typed):
    assert references.normalise(typed) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("CT 9NQX 994V", ["CT 9NQX 994V"]),
        ("ct-7f3k-92qd, CT 9NQX 994V CT9NQX994V", ["ct-7f3k-92qd", "CT 9NQX 994V", "CT9NQX994V"]),
        ("CT-7F3K-92QD\nCT-9NQX-994V;", ["CT-7F3K-92QD", "CT-9NQX-994V"]),
        ("CT 9NQ 994V", ["CT 9NQ 994V"]),
        ("CT-7F3K-92QD CT-9NQXX-994V -", ["CT-7F3K-92QD", "CT-9NQXX-994V"]),
        (" , ", []),
    ],
)
def test_references_are_told_apart_however_they_are_typed(typed, expected):
    assert references.apart(typed) == expected
