"""Captured cards settle and authorisations lapse, by the gateway's clock or by a testing call."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests
from braintree import TransactionSearch
from braintree.exceptions.not_found_error import NotFoundError

from tests.sandbox.conftest import codes

HOUR = 3600
DAY = 24 * HOUR


def statuses(transaction):
    return [event.status for event in transaction.status_history]


def test_a_captured_card_settles_by_itself(sdk, sell, advance):
    sale = sell(submit=True).transaction

    advance(12 * HOUR)
    assert sdk.transaction.find(sale.id).status == "settling"
    advance(12 * HOUR)
    settled = sdk.transaction.find(sale.id)

    assert settled.status == "settled"
    assert statuses(settled) == ["authorized", "submitted_for_settlement", "settling", "settled"]
    captured, settling, done = (event.timestamp for event in settled.status_history[1:])
    assert (settling - captured, done - settling) == (timedelta(hours=12), timedelta(hours=12))


def test_steps_missed_in_one_leap_are_all_taken(sdk, sell, advance):
    sale = sell(submit=True).transaction

    advance(3 * DAY)

    assert statuses(sdk.transaction.find(sale.id))[-2:] == ["settling", "settled"]


def test_an_authorisation_lapses_after_seven_days(sdk, sell, advance):
    sale = sell().transaction

    advance(7 * DAY - 60)
    assert sdk.transaction.find(sale.id).status == "authorized"
    advance(60)

    assert sdk.transaction.find(sale.id).status == "authorization_expired"
    assert codes(sdk.transaction.submit_for_settlement(sale.id)) == ["91507"]
    assert sale.authorization_expires_at - sale.created_at == timedelta(days=7)


def test_a_voided_sale_stays_voided(sdk, sell, advance):
    sale = sell().transaction
    sdk.transaction.void(sale.id)

    advance(30 * DAY)

    assert statuses(sdk.transaction.find(sale.id)) == ["authorized", "voided"]


def test_a_refund_settles_too(sdk, sell, advance):
    sale = sell(submit=True).transaction
    advance(DAY)
    credit = sdk.transaction.refund(sale.id).transaction

    advance(DAY)

    assert sdk.transaction.find(credit.id).status == "settled"


@pytest.mark.parametrize(
    ("amount", "ending"),
    [
        ("4001.00", "settlement_declined"),
        ("4001.99", "settlement_declined"),
        ("4002.00", "settled"),
        ("4003.00", "settlement_declined"),
        ("4499.00", "settlement_declined"),
    ],
)
def test_some_amounts_are_declined_when_a_refund_settles(sdk, sell, advance, amount, ending):
    sale = sell(submit=True, amount="4500.00").transaction
    advance(DAY)
    credit = sdk.transaction.refund(sale.id, amount).transaction
    advance(12 * HOUR)
    on_its_way = sdk.transaction.find(credit.id).status
    advance(12 * HOUR)

    assert sdk.transaction.find(sale.id).status == "settled"
    assert (on_its_way, sdk.transaction.find(credit.id).status) == ("settling", ending)


def test_what_time_has_settled_is_found_as_settled(sdk, sell, order, advance):
    sale = sell(submit=True).transaction
    mine = TransactionSearch.order_id == order
    settled = TransactionSearch.status == "settled"
    assert sdk.transaction.search(mine, settled).ids == []

    advance(DAY)

    assert sdk.transaction.search(mine, settled).ids == [sale.id]


def test_new_sales_carry_the_moved_time(sdk, sell, advance):
    before = sell().transaction.created_at
    advance(DAY)

    after = sell(amount="11.00").transaction.created_at

    assert timedelta(days=1) <= after - before < timedelta(days=1, minutes=1)
    assert after > datetime.now(UTC).replace(tzinfo=None)


@pytest.mark.parametrize("said", [{}, {"advance_seconds": -1}, {"advance_seconds": "day"}])
def test_the_clock_goes_on_only(sandbox, said):
    answer = requests.post(f"{sandbox.url}/sandbox/clock", json=said, timeout=5)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ("settle_transaction", "settled"),
        ("settlement_decline_transaction", "settlement_declined"),
        ("settlement_confirm_transaction", "settlement_confirmed"),
        ("settlement_pending_transaction", "settlement_pending"),
    ],
)
def test_a_testing_call_plays_the_bank(sdk, sell, call, status):
    sale = sell(submit=True).transaction

    assert getattr(sdk.testing, call)(sale.id).transaction.status == status
    assert sdk.transaction.find(sale.id).status == status


def test_a_declined_settlement_stays_declined_and_gives_nothing_to_refund(sdk, sell, advance):
    sale = sell(submit=True).transaction
    sdk.testing.settlement_decline_transaction(sale.id)

    advance(3 * DAY)

    assert sdk.transaction.find(sale.id).status == "settlement_declined"
    assert codes(sdk.transaction.refund(sale.id)) == ["91506"]


def test_only_what_was_captured_is_settled_by_a_testing_call(sdk, sell):
    sale = sell().transaction

    assert codes(sdk.testing.settle_transaction(sale.id)) == ["91575"]
    with pytest.raises(NotFoundError):
        sdk.testing.settle_transaction("nosuchthing")


def test_a_part_of_an_authorisation_can_be_captured(sdk, sell):
    sale = sell().transaction

    captured = sdk.transaction.submit_for_settlement(sale.id, "100.00").transaction

    assert (captured.status, captured.amount) == ("submitted_for_settlement", Decimal("100.00"))
    amounts = [event.amount for event in captured.status_history]
    assert amounts == [Decimal("250.00"), Decimal("100.00")]


def test_no_more_is_captured_than_was_authorised(sdk, sell):
    sale = sell().transaction

    assert codes(sdk.transaction.submit_for_settlement(sale.id, "250.01")) == ["91522"]
    assert codes(sdk.transaction.submit_for_settlement(sale.id, "0.00")) == ["81531"]
    assert sdk.transaction.find(sale.id).status == "authorized"


def test_a_sale_is_captured_once_and_not_voided_once_it_settles(sdk, sell):
    sale = sell(submit=True).transaction

    assert codes(sdk.transaction.submit_for_settlement(sale.id)) == ["91507"]
    sdk.testing.settle_transaction(sale.id)
    assert codes(sdk.transaction.void(sale.id)) == ["91504"]
