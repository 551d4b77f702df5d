from datetime import date

import pytest

from cecs.domain.mailed_payments import (
    Instrument,
    WhyReturned,
    alike,
    asked,
    counts_from,
    explained,
    impossible_days,
    must_go_back,
)
from cecs.domain.sentences import Cents


@pytest.mark.parametrize(
    ("instrument", "cents", "owed", "expected"),
    [
        (Instrument.MONEY_ORDER, 20000, 20000, None),
        (Instrument.CASHIERS_CHECK, 19999, 20000, WhyReturned.TOO_LITTLE),
        (Instrument.CERTIFIED_BANK_CHECK, 20001, 20000, WhyReturned.TOO_MUCH),
        (Instrument.CERTIFIED_BANK_CHECK, 20000, 0, WhyReturned.NOTHING_DUE),
        (Instrument.PERSONAL_CHECK, 20000, 20000, WhyReturned.PERSONAL_CHECK),
        (Instrument.CASH, 20000, 20000, WhyReturned.CASH),
    ],
)
def test_only_the_exact_amount_on_what_the_office_takes_stays(instrument, cents, owed, expected):
    assert must_go_back(instrument, cents, owed) is expected


@pytest.mark.parametrize(
    ("rule", "postmarked", "expected"),
    [
        ("received", date(2026, 6, 1), date(2026, 6, 5)),
        ("postmarked", date(2026, 6, 1), date(2026, 6, 1)),
        ("postmarked", date(2026, 6, 9), date(2026, 6, 5)),
        ("postmarked", None, date(2026, 6, 5)),
    ],
)
def test_the_day_that_counts(rule, postmarked, expected):
    assert counts_from(rule, date(2026, 6, 5), postmarked) == expected


@pytest.mark.parametrize("why", list(WhyReturned))
def test_every_reason_has_its_sentence(why):
    words = str(explained(why, Cents(9900), Cents(20000)))

    assert words.endswith(".")
    assert ("$99.00" in words) == why.value.startswith("too_")


def test_both_parts_at_once_are_taken_and_neither_more_nor_less():
    taken = [
        cents
        for cents in (4999, 5000, 9999, 10000, 10001)
        if must_go_back(Instrument.MONEY_ORDER, cents, 5000, later=5000) is None
    ]

    assert taken == [5000, 10000]
    assert must_go_back(Instrument.MONEY_ORDER, 5000, 0, later=5000) is WhyReturned.NOTHING_DUE


@pytest.mark.parametrize("why", list(WhyReturned))
def test_every_reason_is_asked_about_in_a_sentence(why):
    words = str(asked(why, Cents(9900), Cents(20000), "CT-7F3K-92QD"))

    assert words.endswith(".")
    assert ("CT-7F3K-92QD" in words) == (why.value.startswith("too_") or why.value == "nothing_due")


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("peter nowak", "NOWAK, P."),
        ("nowak peter", "Peter J. Nowak"),
        ("now", "Peter Nowak"),
        ("Peter Nowak", "Nowak"),
        ("o'neill", "Shaun ONeill"),
        ("nunez", "María Núñez"),
    ],
)
def test_a_name_is_found_by_its_words_in_any_order(wanted, name):
    assert alike(wanted, name) and alike(name, wanted)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("peter nowak", "Paul Nowak"), ("p n", "NOWAK, P."), ("okafor", "María Núñez"), ("x", "")],
)
def test_another_name_is_not(wanted, name):
    assert not alike(wanted, name)


@pytest.mark.parametrize(
    ("received", "postmarked", "fields"),
    [
        (date(2026, 8, 27), date(2026, 2, 28), []),
        (date(2026, 11, 26), None, ["received_on"]),
        (date(2026, 8, 26), None, ["received_on"]),
        (date(1926, 11, 24), date(1026, 11, 20), ["received_on", "postmarked_on"]),
        (date(2026, 11, 24), date(2026, 11, 25), ["postmarked_on"]),
        (date(2026, 11, 24), date(2026, 5, 27), ["postmarked_on"]),
        (None, date(2026, 11, 26), ["postmarked_on"]),
    ],
)
def test_days_that_cannot_be_are_named_all_at_once(received, postmarked, fields):
    assert list(impossible_days(date(2026, 11, 25), received, postmarked)) == fields
