"""An authorisation is settled for less, or in several parts, as the SDK asks for it."""

from decimal import Decimal

import pytest
import requests
from braintree.exceptions.not_found_error import NotFoundError

from tests.sandbox.conftest import codes, go_wrong

DAY = 24 * 3600


@pytest.fixture
def sale(sell):
    return sell(amount="250.00").transaction


def part_of(sdk, sale, amount, **params):
    return sdk.transaction.submit_for_partial_settlement(sale.id, amount, params or None)


def test_each_part_is_a_sale_of_its_own(sdk, sale, order):
    first = part_of(sdk, sale, "100.00").transaction
    second = part_of(sdk, sale, Decimal("150.00"), order_id=f"{order}-2").transaction
    whole = sdk.transaction.find(sale.id)

    for part in (first, second):
        assert (part.type, part.status) == ("sale", "submitted_for_settlement")
        assert part.authorized_transaction_id == sale.id
        assert part.credit_card_details.last_4 == whole.credit_card_details.last_4
    assert (first.amount, second.amount) == (Decimal("100.00"), Decimal("150.00"))
    assert (first.order_id, second.order_id) == (order, f"{order}-2")
    assert whole.partial_settlement_transaction_ids == [first.id, second.id]
    assert (whole.status, whole.amount) == ("settlement_pending", Decimal("250.00"))
    assert whole.authorized_transaction_id is None


def test_a_plain_sale_has_no_parts(sdk, sale):
    found = sdk.transaction.find(sale.id)

    assert found.partial_settlement_transaction_ids == []
    assert found.authorized_transaction_id is None


def test_the_parts_never_exceed_what_was_authorised(sdk, sale):
    assert codes(part_of(sdk, sale, "250.01")) == ["91522"]
    assert sdk.transaction.find(sale.id).status == "authorized"
    part_of(sdk, sale, "200.00")

    assert codes(part_of(sdk, sale, "50.01")) == ["91522"]
    assert part_of(sdk, sale, "50.00").is_success
    assert codes(part_of(sdk, sale, "0.01")) == ["91522"]


@pytest.mark.parametrize(
    ("amount", "code"), [("0.00", "81531"), ("-5.00", "81501"), ("ten", "81503"), ("", "81502")]
)
def test_a_part_needs_an_amount(sdk, sale, amount, code):
    assert codes(part_of(sdk, sale, amount)) == [code]
    assert sdk.transaction.find(sale.id).partial_settlement_transaction_ids == []


def test_only_an_authorisation_is_settled_in_parts(sdk, sell, sale):
    part = part_of(sdk, sale, "100.00").transaction
    captured = sell(submit=True, amount="51.00").transaction
    held = sell(submit=True, amount="52.00").transaction
    sdk.testing.settlement_pending_transaction(held.id)

    for other in (part, captured, held):
        assert codes(part_of(sdk, other, "1.00")) == ["915103"]
    with pytest.raises(NotFoundError):
        sdk.transaction.submit_for_partial_settlement("nosuchthing", "1.00")


def test_what_is_settled_in_parts_is_not_captured_settled_or_refunded_whole(sdk, sale, advance):
    part_of(sdk, sale, "100.00")
    advance(3 * DAY)

    assert codes(sdk.transaction.submit_for_settlement(sale.id)) == ["91507"]
    assert codes(sdk.testing.settle_transaction(sale.id)) == ["91575"]
    assert codes(sdk.transaction.refund(sale.id)) == ["91506"]
    assert sdk.transaction.find(sale.id).status == "settlement_pending"


def test_a_part_settles_and_is_refunded_up_to_its_own_amount(sdk, sale, advance):
    part = part_of(sdk, sale, "100.00").transaction
    advance(DAY)

    assert sdk.transaction.find(part.id).status == "settled"
    assert codes(sdk.transaction.refund(part.id, "100.01")) == ["91521"]
    assert sdk.transaction.refund(part.id).transaction.amount == Decimal("100.00")


def test_what_is_left_can_be_given_up_and_the_parts_go_on(sdk, sale, advance):
    part = part_of(sdk, sale, "100.00").transaction

    assert sdk.transaction.void(sale.id).transaction.status == "voided"
    assert codes(part_of(sdk, sale, "1.00")) == ["915103"]
    advance(DAY)
    assert sdk.transaction.find(part.id).status == "settled"


def test_a_request_key_makes_a_part_once(sdk, sale):
    key = f"part-{sale.id}"
    first = part_of(sdk, sale, "60.00", api_request_key=key).transaction
    again = part_of(sdk, sale, "60.00", api_request_key=key).transaction

    assert first.id == again.id
    assert sdk.transaction.find(sale.id).partial_settlement_transaction_ids == [first.id]


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_part_whose_answer_is_lost_shows_on_its_authorisation(sandbox, sdk, sale, when, made):
    go_wrong(sandbox, call="capture_part", how="drop", when=when)
    with pytest.raises(requests.ConnectionError):
        part_of(sdk, sale, "10.00")

    assert len(sdk.transaction.find(sale.id).partial_settlement_transaction_ids) == made


def test_after_settling_for_less_only_that_is_refunded(sdk, sale, advance):
    params = {"order_id": f"less-{sale.id}"}
    captured = sdk.transaction.submit_for_settlement(sale.id, "100.00", params).transaction
    advance(DAY)

    assert (captured.id, captured.order_id) == (sale.id, f"less-{sale.id}")
    assert captured.partial_settlement_transaction_ids == []
    assert codes(sdk.transaction.refund(sale.id, "100.01")) == ["91521"]
    assert sdk.transaction.refund(sale.id).transaction.amount == Decimal("100.00")


def test_the_control_page_shows_parts_and_settles_only_them(sandbox, sdk, sale):
    part = part_of(sdk, sale, "100.00").transaction
    page = requests.get(f"{sandbox.url}/gateway", timeout=5).text

    assert f"/gateway/{part.id}/settle" in page and f"/gateway/{sale.id}/settle" not in page
    assert f'<dt>Part of</dt><dd><a href="#{sale.id}">' in page
