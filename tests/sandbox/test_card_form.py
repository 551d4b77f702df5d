"""The card form on the gateway's origin: what it takes, and to whom it hands a nonce."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from cecs.domain.cards import PREFIXES
from tests.sandbox.conftest import APP

FRAME = f"/frame?parent={APP}"
BACK = f"{APP}/payments/back?attempt=7"
CARD = {
    "number": "4012 8888 8888 1881",
    "expiry": "08/35",
    "cvv": "123",
    "postal_code": "06103",
}


def get(sandbox, path, **params):
    return requests.get(sandbox.url + path, params=params, timeout=5)


def post(sandbox, path, params=None, **changes):
    return requests.post(
        sandbox.url + path, params=params, data=CARD | changes, allow_redirects=False, timeout=5
    )


def test_only_the_application_may_frame_the_card_form(sandbox):
    answer = get(sandbox, "/frame", parent=APP)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors {APP}")
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "parent", ["", "*", "http://127.0.0.1:5999", f"{APP}/", f"{APP} http://evil.example", "null"]
)
def test_other_origins_get_no_card_form(sandbox, parent):
    answer = get(sandbox, "/frame", parent=parent)

    assert answer.status_code == 403
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_framed_form_hands_the_nonce_to_its_parent_only(sandbox):
    answer = post(sandbox, FRAME)

    assert answer.status_code == 200
    assert 'data-nonce="tokencc_sandbox_' in answer.text
    assert f'data-parent="{APP}"' in answer.text
    assert "4012" not in answer.text


@pytest.mark.parametrize("script", ["handover.js", "card.js"])
def test_the_scripts_post_to_one_exact_origin(sandbox, script):
    text = get(sandbox, f"/static/{script}").text

    assert ".dataset.parent" in text
    assert '"*"' not in text


def test_the_form_carries_the_table_of_brands_and_what_is_said_of_those_not_taken(sandbox):
    page = get(sandbox, "/frame", parent=APP).text
    told = {name: unescape(value) for name, value in re.findall(r' data-(\w+)="([^"]*)"', page)}
    refusals = json.loads(told["refusals"])

    assert json.loads(told["brands"]) == [[brand.value, *range] for brand, *range in PREFIXES]
    assert "Visa" not in refusals and "MasterCard" not in refusals
    assert refusals["American Express"].startswith("We do not take American Express. You were not")
    assert refusals["Discover"].startswith("We do not take Discover.")
    assert refusals[""] == refusals["JCB"]
    assert told["parent"] == APP


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("number", "", "Check the card number"),
        ("number", "4012888888881882", "Check the card number"),
        ("number", "4000000000000002", "test card numbers only"),
        ("expiry", "13/35", "Enter month and year"),
        ("expiry", "01/20", "This card has expired."),
        ("cvv", "12", "Enter the 3 or 4 digits."),
        ("postal_code", "", "Enter the postal code."),
    ],
)
@pytest.mark.parametrize("path", [FRAME, f"/hosted-form?return={BACK}"])
def test_a_field_that_needs_another_look_says_so_and_yields_no_nonce(
    sandbox, path, field, typed, said
):
    answer = post(sandbox, path, **{field: typed})

    assert answer.status_code == 422
    assert said in answer.text
    assert "tokencc" not in answer.text
    assert 'value="123"' not in answer.text
    assert "1881" not in answer.text


@pytest.mark.parametrize("expiry", ["8/35", "08 / 2035", "0835", "08-35"])
def test_expiry_dates_are_read_as_people_write_them(sandbox, expiry):
    assert post(sandbox, FRAME, expiry=expiry).status_code == 200


def test_without_script_the_form_returns_to_the_application_with_a_nonce(sandbox):
    answer = post(sandbox, "/hosted-form", {"return": BACK})

    assert answer.status_code == 303
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{APP}/payments/back"
    assert parse_qs(back.query)["attempt"] == ["7"]
    assert parse_qs(back.query)["nonce"][0].startswith("tokencc_sandbox_")


def test_the_browser_may_follow_that_redirect(sandbox):
    answer = get(sandbox, "/hosted-form", **{"return": BACK})

    assert f"form-action 'self' {APP};" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/payments/back",
        "https://127.0.0.1:5000/payments/back",
        "http://127.0.0.1:5001/payments/back",
        "http://127.0.0.1:5000.evil.example/payments/back",
        "http://127.0.0.1:5000@evil.example/payments/back",
        "http://evil.example/payments/?x=http://127.0.0.1:5000",
        "//127.0.0.1:5000/payments/back",
        "http://127.0.0.1:5000\\@evil.example/payments/back",
        "http://127.0.0.1:5000/lookup",
        "http://127.0.0.1:5000/payments/../lookup",
        "http://127.0.0.1:5000/payments/%2e%2e/lookup",
        "http://127.0.0.1:5000/payments/back#x",
        "http://[::1/payments/back",
        "javascript:alert(1)",
    ],
)
def test_no_nonce_goes_to_any_other_address(sandbox, address):
    for answer in (
        get(sandbox, "/hosted-form", **{"return": address}),
        post(sandbox, "/hosted-form", {"return": address}),
    ):
        assert answer.status_code == 403
        assert "Location" not in answer.headers


def test_the_start_page_lists_test_cards_and_leads_to_the_mailbox(sandbox):
    page = get(sandbox, "/").text

    assert "4117101010101010" in page
    assert 'href="/mailbox"' in page
    assert "stand-in" in page


def test_who_cannot_go_on_finds_the_way_back(sandbox):
    hosted = get(sandbox, "/hosted-form", **{"return": BACK}).text
    framed = get(sandbox, FRAME).text

    assert f'<a href="{BACK}">Back without a card' in hosted and "Back without" not in framed
