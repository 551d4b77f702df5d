"""The documented test rules and the manners of the API, as the SDK meets them."""

import json
from base64 import b64decode

import pytest
import requests
from braintree.exceptions.authentication_error import AuthenticationError
from braintree.exceptions.authorization_error import AuthorizationError
from braintree.exceptions.not_found_error import NotFoundError

from cecs.sandbox.app import create_sandbox
from cecs.sandbox.gateway.faults import CALLS
from tests.sandbox.conftest import codes, go_wrong, nonce_for, sdk_of


@pytest.mark.parametrize(
    ("amount", "status", "code"),
    [
        ("0.01", "authorized", "1000"),
        ("1999.99", "authorized", "1000"),
        ("2000.00", "processor_declined", "2000"),
        ("2046.00", "processor_declined", "2046"),
        ("2999.99", "processor_declined", "2999"),
        ("3000.00", "failed", "3000"),
        ("3000.99", "failed", "3000"),
        ("3001.00", "authorized", "1000"),
        ("5001.00", "gateway_rejected", "1000"),
        ("5002.00", "authorized", "1000"),
    ],
)
def test_the_amount_decides_what_the_bank_says(sell, amount, status, code):
    made = sell(amount=amount).transaction

    assert (made.status, made.processor_response_code) == (status, code)


def test_a_rejection_says_why(sell):
    result = sell(amount="5001.00")

    assert result.message == "Gateway Rejected: application_incomplete"
    assert result.transaction.gateway_rejection_reason == "application_incomplete"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": ""}, "81502"),
        ({"amount": "12.345"}, "81503"),
        ({"amount": "-1.00"}, "81501"),
        ({"payment_method_nonce": ""}, "91565"),
    ],
)
def test_a_sale_that_is_not_valid_is_told_by_code(sell, changes, code):
    result = sell(**changes)

    assert codes(result) == [code]
    assert result.transaction is None


def test_a_nonce_tells_its_card_until_it_is_used(sandbox, sdk, sell):
    nonce = nonce_for(sandbox, "5555555555554444")
    found = sdk.payment_method_nonce.find(nonce)

    assert (found.type, found.consumed) == ("CreditCard", False)
    assert found.details["card_type"] == "MasterCard"
    assert (found.details["bin"], found.details["last_four"]) == ("555555", "4444")
    assert (found.bin_data.debit, found.bin_data.prepaid) == ("No", "No")
    sell(payment_method_nonce=nonce)
    assert sdk.payment_method_nonce.find(nonce).consumed is True


def test_what_is_not_there_is_not_found(sdk):
    for find in (sdk.payment_method_nonce.find, sdk.transaction.find, sdk.transaction.void):
        with pytest.raises(NotFoundError):
            find("nosuchthing")


def test_a_client_token_tells_whose_it_is(sandbox, sdk):
    told = json.loads(b64decode(sdk.client_token.generate()))

    assert told["merchantId"] == sandbox.settings.merchant_id


def test_a_sale_can_be_captured_at_once(sdk, sell):
    made = sell(submit=True).transaction

    assert made.status == "submitted_for_settlement"
    assert [event.status for event in made.status_history] == [
        "authorized",
        "submitted_for_settlement",
    ]


def test_strangers_are_turned_away(sandbox):
    with pytest.raises(AuthenticationError):
        sdk_of(sandbox, private_key="guessed").client_token.generate()
    with pytest.raises(AuthorizationError):
        sdk_of(sandbox, merchant_id="another").client_token.generate()


@pytest.mark.parametrize(("asked", "sent"), [("gzip", "gzip"), ("identity", None)])
def test_answers_are_zipped_where_the_client_asks_for_it(sandbox, sell, asked, sent):
    made = sell().transaction
    keys = (sandbox.settings.public_key, sandbox.settings.private_key)

    answer = requests.get(
        f"{sandbox.url}/merchants/sandbox/transactions/{made.id}",
        auth=keys,
        headers={"Accept-Encoding": asked},
        timeout=5,
    )

    assert answer.headers.get("Content-Encoding") == sent
    assert f"<id>{made.id}</id>" in answer.text


def test_what_is_no_xml_is_a_bad_request(sandbox):
    keys = (sandbox.settings.public_key, sandbox.settings.private_key)
    for body in ("amount=250", '<!DOCTYPE a [<!ENTITY b "c">]><transaction/>'):
        answer = requests.post(
            f"{sandbox.url}/merchants/sandbox/transactions", body, auth=keys, timeout=5
        )

        assert answer.status_code == 400


@pytest.mark.parametrize("call", CALLS)
def test_every_call_can_be_made_to_fail_once(sandbox, call):
    paths = {rule.endpoint: rule for rule in routes(sandbox)}

    assert f"gateway.{call}" in paths
    go_wrong(sandbox, call=call, how="status", when="before", status=503)
    answer = ask(sandbox, paths[f"gateway.{call}"])
    again = ask(sandbox, paths[f"gateway.{call}"])
    assert answer.status_code == 503
    assert again.status_code != 503


def routes(sandbox):
    return create_sandbox(sandbox.settings).url_map.iter_rules()


def ask(sandbox, rule):
    """Makes the call by its bare path, about a transaction that does not exist."""
    path = rule.rule
    for name, value in (("merchant", "sandbox"), ("id", "nosuchthing"), ("nonce", "nosuchthing")):
        path = path.replace(f"<{name}>", value)
    keys = (sandbox.settings.public_key, sandbox.settings.private_key)
    [method] = rule.methods - {"HEAD", "OPTIONS"}
    return requests.request(method, sandbox.url + path, auth=keys, timeout=5)
