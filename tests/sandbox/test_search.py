"""Transactions are found by the criteria of the SDK's search."""

from datetime import timedelta
from decimal import Decimal

import pytest
from braintree import TransactionSearch as By
from braintree.exceptions.request_timeout_error import RequestTimeoutError


@pytest.fixture
def find(sdk, order):
    """The ids of this order's transactions that also fit the criteria, newest first."""
    return lambda *criteria: list(sdk.transaction.search(By.order_id == order, *criteria).ids)


@pytest.fixture
def three(sell):
    """Sales of 10, 20 and 30 dollars."""
    return [sell(amount=f"{dollars}.00").transaction for dollars in (10, 20, 30)]


def ids(transactions):
    return [each.id for each in transactions]


def test_by_order(find, three):
    assert find() == ids(three)[::-1]


def test_by_id(sdk, find, three):
    assert find(By.id == three[1].id) == [three[1].id]
    assert find(By.ids.in_list([three[0].id, three[2].id, "nosuchthing"])) == [
        three[2].id,
        three[0].id,
    ]
    assert find(By.id == "nosuchthing") == []


def test_by_status(sdk, find, three):
    sdk.transaction.void(three[0].id)

    assert find(By.status == "voided") == [three[0].id]
    assert len(find(By.status.in_list(["voided", "authorized"]))) == 3


def test_by_type(sdk, find, sell):
    sale = sell(submit=True).transaction
    sdk.testing.settle_transaction(sale.id)
    credit = sdk.transaction.refund(sale.id).transaction

    assert find(By.type == "credit") == [credit.id]
    assert find(By.type == "sale") == [sale.id]


def test_by_amount(find, three):
    ten, twenty, thirty = ids(three)

    assert find(By.amount >= Decimal("20.00")) == [thirty, twenty]
    assert find(By.amount <= "20") == [twenty, ten]
    assert find(By.amount.between("10.01", "29.99")) == [twenty]
    assert find(By.amount == "30.00") == [thirty]


def test_by_the_time_of_making(find, sell, advance):
    early = sell().transaction
    advance(3600)
    late = sell().transaction
    between = early.created_at + timedelta(minutes=30)

    assert find(By.created_at >= between) == [late.id]
    assert find(By.created_at <= between) == [early.id]
    assert find(By.created_at.between(early.created_at, late.created_at)) == [late.id, early.id]
    assert find(By.created_at == early.created_at) == [early.id]


def test_by_the_time_of_settling(sdk, find, sell, advance):
    first = sell(submit=True).transaction
    sell(amount="12.00")
    advance(48 * 3600)
    settled = sdk.transaction.find(first.id).status_history[-1].timestamp

    assert find(By.settled_at >= settled) == [first.id]
    assert find(By.settled_at >= settled + timedelta(seconds=1)) == []


def test_several_pages_bring_each_once(sdk, order, sell):
    made = [sell(amount=f"{n}.50").transaction.id for n in range(1, 54)]

    found = sdk.transaction.search(By.order_id == order)

    assert found.maximum_size == 53
    assert ids(found.items) == made[::-1]


def test_a_criterion_that_is_not_understood_is_not_passed_over(sdk):
    with pytest.raises(RequestTimeoutError):
        sdk.transaction.search(By.customer_email == "rosa.lind@example.org")
    with pytest.raises(RequestTimeoutError):
        sdk.transaction.search(By.order_id.contains("a"))
