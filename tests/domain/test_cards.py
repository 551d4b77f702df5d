"""Which brand a number tells, and which cards the office takes."""

import pytest

from cecs.domain.cards import (
    Brand,
    Card,
    Funding,
    brand_of,
    digits,
    explained,
    funding,
    passes_luhn,
    refusal,
)

OURS = frozenset({Brand.VISA, Brand.MASTERCARD})


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("4", Brand.VISA),
        ("5", None),
        ("50", Brand.MAESTRO),
        ("51", Brand.MASTERCARD),
        ("55", Brand.MASTERCARD),
        ("56", Brand.MAESTRO),
        ("2220", None),
        ("2221", Brand.MASTERCARD),
        ("2720", Brand.MASTERCARD),
        ("2721", None),
        ("34", Brand.AMERICAN_EXPRESS),
        ("37", Brand.AMERICAN_EXPRESS),
        ("6011", Brand.DISCOVER),
        ("644", Brand.DISCOVER),
        ("65", Brand.DISCOVER),
        ("622125", Brand.UNIONPAY),
        ("622126", Brand.DISCOVER),
        ("622925", Brand.DISCOVER),
        ("622926", Brand.UNIONPAY),
        ("305", Brand.DINERS),
        ("306", None),
        ("309", Brand.DINERS),
        ("38", Brand.DINERS),
        ("3527", None),
        ("3528", Brand.JCB),
        ("3589", Brand.JCB),
        ("81", Brand.UNIONPAY),
        ("67", Brand.MAESTRO),
        ("99", None),
        ("", None),
    ],
)
def test_leading_digits_tell_the_brand(number, brand):
    assert brand_of(number) is brand


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("4012888888881881", True),
        ("378282246310005", True),
        ("36259600000004", True),
        ("4012888888881882", False),
        ("4012888888818881", False),
        ("4012-8888", False),
        ("４０１２", False),
        ("", False),
    ],
)
def test_a_mistyped_number_fails_its_check_digit(number, fits):
    assert passes_luhn(number) is fits


def test_spaces_and_dashes_between_groups_are_forgiven():
    assert digits("4012 8888-8888\u00a01881") == "4012888888881881"


@pytest.mark.parametrize("brand", sorted(OURS, key=lambda brand: brand.value))
def test_a_credit_card_of_an_accepted_brand_is_taken(brand):
    assert refusal(Card(brand, Funding.CREDIT, "1881"), OURS) is None


def words(card, accepted=OURS):
    return str(explained(refusal(card, accepted), accepted))


def test_each_refusal_has_its_own_sentence_and_says_that_nothing_was_charged():
    refused = [
        Card(Brand.AMERICAN_EXPRESS, Funding.CREDIT, "0005"),
        Card(Brand.DISCOVER, Funding.CREDIT, "1117"),
        Card(Brand.JCB, Funding.CREDIT, "0000"),
        Card(Brand.VISA, Funding.DEBIT, "1010"),
        Card(Brand.VISA, Funding.PREPAID, "1210"),
        Card(Brand.VISA, Funding.PAYROLL, "1112"),
        Card(Brand.VISA, Funding.UNKNOWN, "2101"),
    ]

    said = [words(card) for card in refused]

    assert len(set(said)) == 7
    assert all("You were not charged." in sentence for sentence in said)
    assert all("Visa or MasterCard" in sentence for sentence in said[:3])


def test_a_brand_is_refused_before_its_funding_is_asked():
    said = words(Card(Brand.DISCOVER, Funding.DEBIT, "1117"))

    assert said.startswith("We do not take Discover.")


def test_unknown_funding_is_taken_only_where_the_office_says_so():
    unknown = Card(Brand.VISA, Funding.UNKNOWN, "2101")

    assert refusal(unknown, OURS) is not None
    assert refusal(unknown, OURS, unknown_funding_accepted=True) is None


def test_debit_and_prepaid_stay_refused_where_unknown_funding_is_taken():
    for spends in (Funding.DEBIT, Funding.PREPAID, Funding.PAYROLL):
        assert refusal(Card(Brand.VISA, spends, "1010"), OURS, unknown_funding_accepted=True)


def test_the_sentence_names_the_brands_that_the_office_takes():
    jcb = Card(Brand.JCB, Funding.CREDIT, "0000")

    assert "a Visa credit card" in words(jcb, {Brand.VISA})
    three = {Brand.DISCOVER, Brand.VISA, Brand.MASTERCARD}
    assert "a Visa, MasterCard or Discover credit card" in words(jcb, three)


@pytest.mark.parametrize(
    ("debit", "prepaid", "reloadable", "payroll", "durbin", "expected"),
    [
        ("No", "No", "No", "No", "No", Funding.CREDIT),
        ("No", "No", "Unknown", "Unknown", "Unknown", Funding.CREDIT),
        ("No", "No", "No", "No", "Yes", Funding.CREDIT),
        ("Yes", "No", "No", "No", "No", Funding.DEBIT),
        ("Unknown", "No", "No", "No", "Yes", Funding.DEBIT),
        ("Unknown", "No", "No", "No", "No", Funding.UNKNOWN),
        ("No", "Unknown", "No", "No", "No", Funding.UNKNOWN),
        ("Unknown", "Unknown", "Unknown", "Unknown", "Unknown", Funding.UNKNOWN),
        ("No", "Yes", "No", "No", "No", Funding.PREPAID),
        ("No", "No", "Yes", "No", "No", Funding.PREPAID),
        ("No", "No", "No", "Yes", "No", Funding.PAYROLL),
        ("No", "Yes", "No", "Yes", "No", Funding.PAYROLL),
        ("Yes", "Yes", "No", "No", "Yes", Funding.PREPAID),
    ],
)
def test_whose_money_a_card_spends(debit, prepaid, reloadable, payroll, durbin, expected):
    assert funding(debit, prepaid, reloadable, payroll, durbin) is expected
