from datetime import date

import pytest

from cecs.domain.mailed_payments import (
    Instrument,
    WhyReturned,
    counts_from,
    explained,
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
