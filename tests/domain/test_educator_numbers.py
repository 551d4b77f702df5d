from random import Random

import pytest

from cecs.domain import educator_numbers


def test_a_number_has_its_digits_and_no_leading_zero():
    rng = Random(5)
    made = [educator_numbers.make(10, rng) for _ in range(500)]

    assert all(len(number) == 10 and number[0] != "0" for number in made)
    assert len(set(made)) == 500


@pytest.mark.parametrize("typed", ["1234567890", " 123 456 7890 ", "123-456-7890"])
def test_spaces_and_hyphens_are_forgiven(typed):
    assert educator_numbers.normalise(typed, 10) == "1234567890"


@pytest.mark.parametrize("typed", ["", "123456789", "12345678901", "12345678ab", "١٢٣٤٥٦٧٨٩٠"])
def test_anything_else_is_no_number(typed):
    assert educator_numbers.normalise(typed, 10) is None
