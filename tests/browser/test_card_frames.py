"""The page around the frames in which a card is typed: when they do not come, and when they do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from cecs.domain.cards import Brand, Card, Funding
from tests import browsers
from tests.applying import applies
from tests.browser.conftest import House, Reader
from tests.browser.test_card_story import DEBIT, type_card
from tests.people import People
from tests.sandbox.conftest import free_port

pytestmark = pytest.mark.browser
LATE = "The card form has not loaded. You were not charged."


class FakeGateway:
    """Knows one card, and gives the token that the fake script asks for."""

    def __init__(self, token: str) -> None:
        self._token = token

    def client_token(self) -> str:
        return self._token

    def look_up(self, nonce: str) -> Card:
        assert nonce == "a-nonce"
        return Card(Brand.VISA, Funding.CREDIT, "1881")


def make_impatient(app: Flask, scripts: bytes) -> None:
    """Pages wait one second for the frames; `scripts`, if any, come in place of Braintree's."""

    @app.after_request
    def _change(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.set_data(response.get_data().replace(b'data-wait="10"', b'data-wait="1"'))
        elif scripts and "/vendor/braintree-web-" in request.path:
            response.close()
            return Response(scripts, mimetype="text/javascript")
        return response


@pytest.fixture
def chromium(house: House) -> Iterator[Reader]:
    with browsers.lent(browsers.chromium) as driver:
        yield Reader(driver, house, "chromium")


def pays(reader: Reader, scripts: bytes = b"", gateway: Any = None, **settings: Any) -> None:
    """Someone who owes $100 opens the page to pay by card."""
    app = reader.house.app
    make_impatient(app, scripts)
    desk = app.extensions["cecs_desk"]
    app.extensions["cecs_desk"] = replace(
        desk, cards=gateway or desk.cards, settings=replace(desk.settings, **settings)
    )
    maria = People(app).teacher()
    id = applies(app, maria, status="awaiting_payment", paid=False)
    reader.open("/account/sign-in")
    reader.fill(username=maria.username, password=maria.password)
    reader.press("Sign in")
    reader.sees("My certificates")
    reader.open(f"/payments/{id}")


def test_where_the_frame_does_not_answer_the_page_says_so(chromium: Reader) -> None:
    pays(chromium, sandbox_url=f"http://127.0.0.1:{free_port()}")
    chromium.reads(LATE)
    chromium.sees("Pay by card")

    assert "Pay by mail instead" in chromium.text


def test_where_the_frame_answers_nothing_is_said(chromium: Reader) -> None:
    pays(chromium)
    chromium.driver.execute_async_script("setTimeout(arguments[0], 1500)")

    assert LATE not in chromium.text


def test_where_braintree_does_not_answer_the_page_says_so(chromium: Reader) -> None:
    # Braintree's own scripts run, and make nothing of this token.
    pays(chromium, gateway=FakeGateway("no-token"), card_gateway="sandbox")
    chromium.reads(LATE)
    chromium.sees("Pay by card")

    assert "Pay by mail instead" in chromium.text


def test_a_card_typed_in_braintrees_frames_is_offered(chromium: Reader) -> None:
    fake = (Path(__file__).parent / "fake_braintree.js").read_bytes()
    pays(chromium, fake, FakeGateway("a-token"), card_gateway="sandbox")
    chromium.reads("Use this card")
    button = chromium.driver.find_element(By.CSS_SELECTOR, "#hosted-fields button")
    button.click()
    chromium.reads("Enter the security code of the card.")
    said = chromium.driver.execute_script("return fake.said")
    chromium.driver.execute_script("fake.types('american-express', false)")
    chromium.reads("We do not take this brand of card. Use a credit card of these brands: Visa")
    chromium.sees("Pay by card")
    chromium.driver.execute_script("fake.types('master-card', true); fake.breaks = true")
    button.click()
    chromium.reads("We cannot reach the card service now. You were not charged.")
    brands = chromium.driver.execute_script("return fake.brands")
    chromium.driver.execute_script("fake.breaks = false")
    chromium.press("Use this card")
    chromium.sees("Confirm the payment")

    assert said["cvv"] == "Enter the security code of the card."
    assert sorted(name for name, taken in brands.items() if taken) == ["mastercard", "visa"]
    assert len(brands) == 12


def test_an_old_refusal_goes_when_a_new_card_is_typed(chromium: Reader) -> None:
    pays(chromium)
    chromium.sees("Pay by card")
    type_card(chromium, DEBIT)
    chromium.reads("This is a debit card")
    chromium.driver.switch_to.frame("card-frame")
    chromium.driver.find_element(By.NAME, "number").send_keys("37")
    assert "We do not take American Express" in chromium.text
    chromium.driver.switch_to.default_content()

    WebDriverWait(chromium.driver, 5, 0.05).until_not(
        lambda d: d.find_elements(By.ID, "error-summary")
    )
    assert "This is a debit card" not in chromium.text
