import pytest

from cecs.domain import ssn


@pytest.mark.parametrize("typed", ["219-09-9999", "219 09 9999", "219099999", " 219‑09‑9999 "])
def test_spaces_and_hyphens_are_forgiven(typed):
    assert ssn.parse(typed, demo=False) == "219099999"


@pytest.mark.parametrize("typed", ["", "123", "1234567890", "12345678x", "١٢٣٤٥٦٧٨٩"])
def test_anything_but_nine_digits_is_refused_with_a_sentence(typed):
    with pytest.raises(ssn.SsnRefused) as refused:
        ssn.parse(typed, demo=False)

    assert str(refused.value.sentence) == "Enter the nine digits of your Social Security number."


@pytest.mark.parametrize(
    "typed", ["000-12-3456", "666-12-3456", "912-12-3456", "123-00-4567", "123-45-0000"]
)
@pytest.mark.parametrize("demo", [True, False])
def test_numbers_that_nobody_has_are_refused(typed, demo):
    with pytest.raises(ssn.SsnRefused, match="cannot be a Social Security number"):
        ssn.parse(typed, demo)


def test_the_ten_advertising_numbers_pass_in_the_demo():
    passed = [ssn.parse(f"987-65-{last}", demo=True) for last in range(4320, 4330)]

    assert passed == sorted(ssn.ADVERTISING)


@pytest.mark.parametrize(
    ("typed", "demo"), [("987-65-4320", False), ("987-65-4319", True), ("987-65-4330", True)]
)
def test_an_advertising_number_is_refused_elsewhere(typed, demo):
    with pytest.raises(ssn.SsnRefused):
        ssn.parse(typed, demo)
