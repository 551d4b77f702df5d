"""The office's card gateway, by the unmodified SDK, against the sandbox over HTTP."""

import time
import uuid

import pytest
import requests

from cecs.domain.cards import Brand, Funding, explained, refusal
from cecs.gateways.braintree_cards import BraintreeCards
from cecs.gateways.cards import (
    ChargeState,
    Decline,
    GatewayClosed,
    GatewayUnknown,
    NotAtGateway,
)
from tests.sandbox.conftest import go_wrong, nonce_for

OURS = frozenset({Brand.VISA, Brand.MASTERCARD})


def gateway(sandbox, **changes):
    keys = {
        "merchant_id": sandbox.settings.merchant_id,
        "public_key": sandbox.settings.public_key,
        "private_key": sandbox.settings.private_key,
    }
    return BraintreeCards(sandbox.url, **(keys | changes))


@pytest.fixture
def cards(sandbox):
    return gateway(sandbox, timeout=5)


@pytest.mark.parametrize(
    ("nonce", "brand", "funding"),
    [
        ("fake-valid-visa-nonce", Brand.VISA, Funding.CREDIT),
        ("fake-valid-mastercard-nonce", Brand.MASTERCARD, Funding.CREDIT),
        ("fake-valid-no-indicators-nonce", Brand.VISA, Funding.CREDIT),
        ("fake-valid-healthcare-nonce", Brand.VISA, Funding.CREDIT),
        ("fake-valid-debit-nonce", Brand.VISA, Funding.DEBIT),
        ("fake-valid-durbin-regulated-nonce", Brand.VISA, Funding.CREDIT),
        ("fake-valid-prepaid-nonce", Brand.VISA, Funding.PREPAID),
        ("fake-valid-prepaid-reloadable-nonce", Brand.VISA, Funding.PREPAID),
        ("fake-valid-payroll-nonce", Brand.VISA, Funding.PAYROLL),
        ("fake-valid-unknown-indicators-nonce", Brand.VISA, Funding.UNKNOWN),
        ("fake-valid-amex-nonce", Brand.AMERICAN_EXPRESS, Funding.CREDIT),
        ("fake-valid-discover-nonce", Brand.DISCOVER, Funding.CREDIT),
        ("fake-valid-dinersclub-nonce", Brand.DINERS, Funding.CREDIT),
        ("fake-valid-jcb-nonce", Brand.JCB, Funding.CREDIT),
        ("fake-valid-maestro-nonce", Brand.MAESTRO, Funding.CREDIT),
    ],
)
def test_brand_and_funding_come_from_the_gateway(cards, nonce, brand, funding):
    card = cards.look_up(nonce)

    assert (card.brand, card.funding) == (brand, funding)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("4117101010101010", "This is a debit card"),
        ("4111111111111210", "This is a prepaid card"),
        ("4111111111112101", "We could not confirm"),
        ("378282246310005", "We do not take American Express."),
        ("6011111111111117", "We do not take Discover."),
    ],
)
def test_a_card_we_do_not_take_is_known_before_any_charge(sandbox, cards, order, number, said):
    why = refusal(cards.look_up(nonce_for(sandbox, number)), OURS)

    assert str(explained(why, OURS)).startswith(said)
    assert cards.find_by_order(order) == ()


@pytest.mark.parametrize(
    ("number", "brand"),
    [("4012888888881881", Brand.VISA), ("5555555555554444", Brand.MASTERCARD)],
)
def test_a_credit_card_is_authorised_and_then_captured(sandbox, cards, order, number, brand):
    outcome = cards.authorise(order, 25_005, nonce_for(sandbox, number))
    charge = outcome.charge

    assert outcome.decline is None
    assert (charge.card.brand, charge.card.funding) == (brand, Funding.CREDIT)
    assert charge.card.last_four == number[-4:]
    assert (charge.order_id, charge.cents, charge.currency) == (order, 25_005, "USD")
    assert charge.state is ChargeState.AUTHORISED
    assert cards.capture(charge.id).state is ChargeState.CAPTURED
    assert [each.state for each in cards.find_by_order(order)] == [ChargeState.CAPTURED]


def test_capturing_or_voiding_again_changes_nothing(cards, order):
    taken = cards.authorise(order, 5_000, "fake-valid-visa-nonce").charge
    given_up = cards.authorise(order, 5_001, "fake-valid-visa-nonce").charge

    for _ in range(2):
        assert cards.capture(taken.id).state is ChargeState.CAPTURED
        assert cards.void(given_up.id).state is ChargeState.VOIDED


def test_a_voided_authorisation_cannot_be_captured(cards, order):
    charge = cards.authorise(order, 5_000, "fake-valid-visa-nonce").charge
    cards.void(charge.id)

    assert cards.capture(charge.id).state is ChargeState.VOIDED


@pytest.mark.parametrize(
    ("cents", "nonce", "decline"),
    [
        (200_000, "fake-valid-visa-nonce", Decline.BY_BANK),
        (299_999, "fake-valid-visa-nonce", Decline.BY_BANK),
        (300_000, "fake-valid-visa-nonce", Decline.BY_BANK),
        (500_100, "fake-valid-visa-nonce", Decline.BY_GATEWAY),
        (5_000, "fake-processor-declined-visa-nonce", Decline.BY_BANK),
        (5_000, "fake-processor-declined-mastercard-nonce", Decline.BY_BANK),
    ],
)
def test_a_decline_is_told_and_found_again(cards, order, cents, nonce, decline):
    outcome = cards.authorise(order, cents, nonce)

    assert outcome.decline is decline
    assert outcome.charge.state is ChargeState.DECLINED
    assert [each.state for each in cards.find_by_order(order)] == [ChargeState.DECLINED]


@pytest.mark.parametrize("cents", [1, 199_999, 300_100, 500_200])
def test_amounts_beside_the_declining_ones_pass(cards, order, cents):
    assert cards.authorise(order, cents, "fake-valid-visa-nonce").charge.cents == cents


def test_a_nonce_pays_once(sandbox, cards, order):
    nonce = nonce_for(sandbox, "4012888888881881")
    cards.authorise(order, 5_000, nonce)

    again = cards.authorise(order, 5_000, nonce)

    assert (again.charge, again.decline) == (None, Decline.NONCE_USED)
    assert len(cards.find_by_order(order)) == 1


def test_a_request_that_is_not_valid_makes_no_charge(cards, order):
    assert cards.authorise(order, 5_000, "no-such-nonce").decline is Decline.NOT_VALID
    assert cards.authorise(order, 0, "fake-valid-visa-nonce").decline is Decline.NOT_VALID
    assert cards.find_by_order(order) == ()


def test_nonces_and_charges_that_do_not_exist_are_not_found(cards):
    for call in (cards.look_up, cards.capture, cards.void):
        with pytest.raises(NotAtGateway):
            call("nosuchthing")


def test_an_order_id_survives_xml(cards):
    order = f"<é & ü> {uuid.uuid4()}"

    charge = cards.authorise(order, 5_000, "fake-valid-visa-nonce").charge

    assert cards.find_by_order(order) == (charge,)


def test_more_charges_than_a_page_are_all_found(cards, order):
    made = [cards.authorise(order, n, "fake-valid-visa-nonce").charge.id for n in range(100, 152)]

    assert [charge.id for charge in cards.find_by_order(order)] == made[::-1]


@pytest.mark.parametrize("wrong", ["merchant_id", "public_key", "private_key"])
def test_wrong_keys_are_told_apart_from_unknown_outcomes(sandbox, order, wrong):
    stranger = gateway(sandbox, **{wrong: "somebody_else"})

    with pytest.raises(GatewayClosed):
        stranger.authorise(order, 5_000, "fake-valid-visa-nonce")


def test_the_gateway_gives_a_token_for_the_browser(cards):
    assert len(cards.client_token()) > 40


@pytest.mark.parametrize(
    ("fault", "charges"),
    [
        ({"how": "drop", "when": "before"}, 0),
        ({"how": "drop", "when": "after"}, 1),
        ({"how": "hang", "when": "before", "seconds": 1.3}, 0),
        ({"how": "hang", "when": "after", "seconds": 1.3}, 1),
        ({"how": "status", "when": "before", "status": 503}, 0),
        ({"how": "status", "when": "after", "status": 504}, 1),
        ({"how": "status", "when": "after", "status": 502}, 1),
        ({"how": "status", "when": "after", "status": 200}, 1),
    ],
)
def test_a_lost_answer_is_unknown_and_the_order_tells(sandbox, order, fault, charges):
    cards = gateway(sandbox, timeout=1)
    go_wrong(sandbox, call="sale", **fault)

    with pytest.raises(GatewayUnknown):
        cards.authorise(order, 5_000, "fake-valid-visa-nonce")

    assert len(cards.find_by_order(order)) == charges


def test_a_sale_can_land_after_its_caller_gave_up(sandbox, order):
    cards = gateway(sandbox, timeout=0.3)
    go_wrong(sandbox, call="sale", how="hang", when="late", seconds=0.8)
    with pytest.raises(GatewayUnknown):
        cards.authorise(order, 5_000, "fake-valid-visa-nonce")

    assert cards.find_by_order(order) == ()
    assert charges_in_time(cards, order) == 1


def charges_in_time(cards, order):
    deadline = time.monotonic() + 5
    while not (found := cards.find_by_order(order)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(found)


@pytest.mark.parametrize("call", ["capture", "void"])
def test_a_lost_answer_to_a_change_is_mended_by_asking_again(sandbox, cards, order, call):
    charge = cards.authorise(order, 5_000, "fake-valid-visa-nonce").charge
    go_wrong(sandbox, call=call, how="drop", when="after")
    with pytest.raises(GatewayUnknown):
        getattr(cards, call)(charge.id)

    state = getattr(cards, call)(charge.id).state

    assert state is {"capture": ChargeState.CAPTURED, "void": ChargeState.VOIDED}[call]


@pytest.mark.parametrize("call", ["look_up", "search"])
def test_an_empty_answer_is_unknown(sandbox, cards, order, call):
    go_wrong(sandbox, call=call, how="status", when="before", status=200)

    with pytest.raises(GatewayUnknown):
        cards.look_up("fake-valid-visa-nonce") if call == "look_up" else cards.find_by_order(order)


def test_a_gateway_that_does_not_answer_is_unknown(order):
    nobody = BraintreeCards("http://127.0.0.1:9", "sandbox", "public", "private", timeout=1)

    with pytest.raises(GatewayUnknown):
        nobody.authorise(order, 5_000, "fake-valid-visa-nonce")


def test_proxies_of_the_environment_are_left_aside(cards, order, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert cards.authorise(order, 5_000, "fake-valid-visa-nonce").decline is None


def test_a_fault_that_nobody_knows_is_turned_away(sandbox):
    answer = requests.post(f"{sandbox.url}/sandbox/faults", json={"call": "sale"}, timeout=5)

    assert answer.status_code == 400


def test_a_stand_in_must_have_an_http_address():
    with pytest.raises(ValueError, match="http address"):
        BraintreeCards("https://127.0.0.1:5001", "sandbox", "public", "private")


def test_charges_survive_a_restart_of_the_gateway(sandbox, cards, order):
    charge = cards.authorise(order, 5_000, "fake-valid-visa-nonce").charge
    kept = sandbox.settings.state_folder / "gateway.sqlite3"

    from cecs.sandbox.gateway.state import State

    with State(kept).open() as book:
        assert book.transaction(charge.id).order_id == order


def test_no_card_number_is_kept(sandbox, cards, order):
    cards.authorise(order, 5_000, nonce_for(sandbox, "4012888888881881"))

    kept = b"".join(file.read_bytes() for file in sandbox.settings.state_folder.iterdir())

    assert b"tokencc_sandbox_" in kept
    assert b"4012888888881881" not in kept
