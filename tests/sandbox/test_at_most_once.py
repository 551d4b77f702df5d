"""What keeps a card from being charged twice: duplicate checking, request keys, single nonces."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.conftest import codes, nonce_for


@pytest.fixture
def key(order):
    return {"api_request_key": f"key-{order}"}


def test_the_same_sale_again_within_30_seconds_is_rejected_as_a_duplicate(sdk, sell):
    first = sell().transaction

    again = sell()

    assert not again.is_success
    assert again.message == "Gateway Rejected: duplicate"
    assert again.transaction.status == "gateway_rejected"
    assert again.transaction.gateway_rejection_reason == "duplicate"
    assert again.transaction.id != first.id
    assert sdk.transaction.find(first.id).status == "authorized"


def test_after_30_seconds_it_is_a_new_sale(sell, advance):
    sell()
    advance(31)

    assert sell().is_success


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "250.01"},
        {"order_id": "another-order"},
        {"payment_method_nonce": "fake-valid-mastercard-nonce"},
    ],
)
def test_another_amount_order_or_card_is_no_duplicate(sell, advance, changes):
    advance(31)
    sell()

    assert sell(**changes).is_success


def test_a_sale_after_one_that_failed_is_no_duplicate(sell):
    sell(payment_method_nonce="fake-processor-declined-visa-nonce")

    again = sell(payment_method_nonce="fake-processor-declined-visa-nonce")

    assert again.transaction.status == "processor_declined"


def test_the_same_request_under_its_key_returns_the_first_sale(sdk, sell, key):
    first = sell(**key).transaction
    sdk.transaction.submit_for_settlement(first.id)

    again = sell(**key)

    assert again.is_success
    assert again.transaction.id == first.id
    assert again.transaction.status == "submitted_for_settlement"


def test_a_key_is_not_reused_for_another_request(sell, key):
    sell(**key)

    assert codes(sell(amount="251.00", **key)) == ["915232"]


def test_two_keys_make_two_sales_without_duplicate_checking(sell, key):
    first = sell(api_request_key=f"{key['api_request_key']}-1")
    second = sell(api_request_key=f"{key['api_request_key']}-2")

    assert first.is_success and second.is_success
    assert first.transaction.id != second.transaction.id


def test_a_declined_sale_under_a_key_stays_declined(sell, key):
    first = sell(amount="2000.00", **key)

    again = sell(amount="2000.00", **key)

    assert not again.is_success
    assert again.transaction.id == first.transaction.id


def test_a_refused_request_may_be_mended_under_its_key(sell, key):
    assert codes(sell(amount="0.00", **key)) == ["81531"]

    assert sell(**key).is_success


def test_a_key_is_forgotten_after_thirty_days(sell, advance, key):
    first = sell(**key).transaction
    advance(30 * 24 * 3600)

    assert sell(**key).transaction.id != first.id


def test_a_key_has_at_most_255_letters(sell):
    assert codes(sell(api_request_key="k" * 256)) == ["915230"]


def test_captures_voids_and_refunds_are_made_once_under_a_key(sdk, sell, key):
    name = key["api_request_key"]
    sale = sell().transaction
    for _ in range(2):
        captured = sdk.transaction.submit_for_settlement(
            sale.id, params={"api_request_key": f"{name}-capture"}
        )
        assert captured.transaction.status == "submitted_for_settlement"
    sdk.testing.settle_transaction(sale.id)
    asked = {"amount": "100.00", "api_request_key": f"{name}-refund"}
    first, second = (sdk.transaction.refund(sale.id, asked).transaction for _ in range(2))
    for _ in range(2):
        voided = sdk.transaction.void(first.id, {"api_request_key": f"{name}-void"})
        assert voided.transaction.status == "voided"

    assert first.id == second.id
    assert sdk.transaction.find(sale.id).refund_ids == [first.id]


def test_one_nonce_pays_once_however_many_ask_at_once(sandbox, sell, order):
    nonce = nonce_for(sandbox, "4012888888881881")
    with ThreadPoolExecutor(8) as crowd:
        asked = [
            crowd.submit(sell, payment_method_nonce=nonce, order_id=f"{order}-{n}")
            for n in range(8)
        ]
    results = [each.result() for each in asked]

    assert [result.is_success for result in results].count(True) == 1
    assert {code for each in results if not each.is_success for code in codes(each)} == {"91564"}


def test_refunds_asked_at_once_give_back_no_more_than_was_taken(sdk, sell):
    sale = sell(submit=True).transaction
    sdk.testing.settle_transaction(sale.id)
    with ThreadPoolExecutor(8) as crowd:
        asked = [crowd.submit(sdk.transaction.refund, sale.id, "100.00") for _ in range(8)]
    results = [each.result() for each in asked]

    assert [result.is_success for result in results].count(True) == 2
    assert len(sdk.transaction.find(sale.id).refund_ids) == 2


def test_a_used_nonce_and_an_unknown_one_are_told_apart(sell):
    assert codes(sell(payment_method_nonce="fake-consumed-nonce")) == ["91564"]
    assert codes(sell(payment_method_nonce="no-such-nonce")) == ["91565"]
