"""Settled money is given back, as the SDK asks for it."""

from decimal import Decimal

import pytest
import requests
from braintree.exceptions.not_found_error import NotFoundError

from tests.sandbox.conftest import codes, go_wrong


@pytest.fixture
def settled(sdk, sell):
    sale = sell(submit=True).transaction
    return sdk.testing.settle_transaction(sale.id).transaction


def test_a_refund_without_an_amount_gives_all_back(sdk, settled, order):
    credit = sdk.transaction.refund(settled.id).transaction

    assert (credit.type, credit.amount) == ("credit", Decimal("250.00"))
    assert credit.status == "submitted_for_settlement"
    assert credit.refunded_transaction_id == settled.id
    assert (credit.order_id, credit.credit_card_details.last_4) == (order, "1881")
    assert sdk.transaction.find(settled.id).refund_ids == [credit.id]
    assert sdk.transaction.find(settled.id).status == "settled"


def test_parts_and_then_the_rest_can_be_refunded(sdk, settled):
    first = sdk.transaction.refund(settled.id, "100.00").transaction
    second = sdk.transaction.refund(settled.id, Decimal("49.99")).transaction
    rest = sdk.transaction.refund(settled.id).transaction

    assert [first.amount, second.amount, rest.amount] == [
        Decimal("100.00"),
        Decimal("49.99"),
        Decimal("100.01"),
    ]
    assert sdk.transaction.find(settled.id).refund_ids == [first.id, second.id, rest.id]


def test_no_more_is_refunded_than_was_taken(sdk, settled):
    assert codes(sdk.transaction.refund(settled.id, "250.01")) == ["91521"]
    sdk.transaction.refund(settled.id, "200.00")

    assert codes(sdk.transaction.refund(settled.id, "50.01")) == ["91521"]
    sdk.transaction.refund(settled.id)
    assert codes(sdk.transaction.refund(settled.id, "0.01")) == ["91512"]
    assert len(sdk.transaction.find(settled.id).refund_ids) == 2


@pytest.mark.parametrize(
    ("amount", "code"),
    [("0.00", "81531"), ("-5.00", "81501"), ("1.999", "81503"), ("ten", "81503")],
)
def test_an_amount_that_cannot_be_read_is_not_refunded(sdk, settled, amount, code):
    assert codes(sdk.transaction.refund(settled.id, amount)) == [code]
    assert sdk.transaction.find(settled.id).refund_ids == []


def test_a_refund_may_have_an_order_id_of_its_own(sdk, settled):
    params = {"amount": "10.00", "order_id": f"refund-{settled.id}"}

    credit = sdk.transaction.refund(settled.id, params).transaction

    assert sdk.transaction.find(credit.id).order_id == f"refund-{settled.id}"


def test_what_has_not_settled_cannot_be_refunded(sdk, sell):
    authorised = sell().transaction
    submitted = sell(submit=True, amount="51.00").transaction

    assert codes(sdk.transaction.refund(authorised.id)) == ["91506"]
    assert codes(sdk.transaction.refund(submitted.id)) == ["91506"]


def test_a_credit_is_not_refunded_again(sdk, settled):
    credit = sdk.transaction.refund(settled.id, "5.00").transaction
    sdk.testing.settle_transaction(credit.id)

    assert codes(sdk.transaction.refund(credit.id)) == ["91505"]


@pytest.mark.parametrize("ending", ["void", "decline"])
def test_a_refund_that_came_to_nothing_can_be_made_again(sdk, settled, ending):
    lost = sdk.transaction.refund(settled.id).transaction
    if ending == "void":
        sdk.transaction.void(lost.id)
    else:
        sdk.testing.settlement_decline_transaction(lost.id)

    assert sdk.transaction.refund(settled.id).transaction.amount == Decimal("250.00")


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_refund_whose_answer_is_lost_shows_on_its_sale(sandbox, sdk, settled, when, made):
    go_wrong(sandbox, call="refund", how="drop", when=when)
    with pytest.raises(requests.ConnectionError):
        sdk.transaction.refund(settled.id, "10.00")

    assert len(sdk.transaction.find(settled.id).refund_ids) == made


def test_a_sale_that_does_not_exist_is_not_refunded(sdk):
    with pytest.raises(NotFoundError):
        sdk.transaction.refund("nosuchthing")
