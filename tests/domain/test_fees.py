from dataclasses import replace
from datetime import date

import pytest

from cecs.domain.fees import FeeUnknown, fee, fee_lines, may_wait, must_wait, titles
from cecs.domain.regime import APPLICATION_FEE
from cecs.domain.regime_tables import Period
from cecs.domain.sentences import Cents
from tests.domain.regimes import default

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("kind", "cents"),
    [
        ("first_initial", [5000, 15000]),
        ("renew_initial", [5000, 15000]),
        ("advance_initial_to_provisional", [5000, 20000]),
        ("renew_provisional", [5000, 20000]),
        ("advance_provisional_to_professional", [5000, 32500]),
        ("cross_endorsement", [5000, 5000]),
        ("continue_professional", []),
    ],
)
def test_a_fee_is_the_application_fee_and_the_balance(kind, cents):
    lines = fee_lines(default(), kind, TODAY)

    assert [line.cents for line in lines] == cents
    assert {line.code: line.title for line in lines}.items() <= titles(default(), kind).items()
    assert sum(line.cents for line in lines) == fee(default(), kind, TODAY)


def test_each_line_says_what_it_is_for():
    lines = fee_lines(default(), "renew_initial", TODAY)

    assert [str(line.title) for line in lines] == [
        "Application fee (not refundable)",
        "Balance: Renew an initial certificate",
    ]
    assert [line.code for line in lines] == ["APP", "INIT_REN"]


def test_a_fee_below_the_application_fee_has_one_line():
    regime = default()
    fees = tuple(
        replace(row, amount_cents=Cents(2000)) if row.code == "XEND" else row for row in regime.fees
    )
    lines = fee_lines(replace(regime, fees=fees), "cross_endorsement", TODAY)

    assert [line.cents for line in lines] == [2000]


@pytest.mark.parametrize("kind", ["dsap", "substitute", "temporary_90_day"])
def test_an_unknown_fee_is_never_nothing(kind):
    assert fee(default(), kind, TODAY) is None

    with pytest.raises(FeeUnknown):
        fee_lines(default(), kind, TODAY)


@pytest.mark.parametrize(
    "change", [{"amount_cents": None}, {"in_force": Period(None, date(2020, 1, 1))}]
)
def test_without_an_application_fee_in_force_nothing_is_charged(change):
    regime = default()
    fees = tuple(
        replace(row, **change) if row.code == APPLICATION_FEE else row for row in regime.fees
    )

    with pytest.raises(FeeUnknown):
        fee_lines(replace(regime, fees=fees), "renew_initial", TODAY)


def test_a_fee_that_has_ended_is_set_by_the_bureau():
    regime = default()
    fees = tuple(replace(row, in_force=Period(None, date(2020, 1, 1))) for row in regime.fees)

    assert fee(replace(regime, fees=fees), "renew_initial", TODAY) is None


def test_a_balance_may_wait_where_the_regime_says_so():
    regime = default()

    assert may_wait(regime.kind("renew_initial")) and not must_wait(regime.kind("renew_initial"))
    assert not may_wait(regime.kind("continue_professional"))
