"""A fee is paid by card: in the gateway's frame, or on its own page where scripts do not run."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from cecs.domain.applications import Status
from tests.applying import applies
from tests.browser.conftest import Reader
from tests.people import People

pytestmark = pytest.mark.browser
CREDIT, DEBIT = "4111111111310101", "4117101010101010"


def type_card(reader: Reader, number: str) -> None:
    """Types a card where the gateway asks for it, and sends it there."""
    if reader.way in ("chromium", "firefox"):
        reader.driver.switch_to.frame("card-frame")
    else:
        reader.follow("The form does not show")
    fields = {"number": number, "expiry": "12/29", "cvv": "123", "postal_code": "06103"}
    for name, words in fields.items():
        reader.driver.find_element(By.NAME, name).send_keys(words)
    reader.driver.find_element(By.NAME, "postal_code").send_keys(Keys.ENTER)
    reader.driver.switch_to.default_content()


def test_a_debit_card_is_refused_and_a_credit_card_pays(reader: Reader) -> None:
    maria = People(reader.house.app).teacher()
    id = applies(reader.house.app, maria, status=Status.AWAITING_PAYMENT, paid=False)
    reader.open("/account/sign-in")
    reader.sees("Login to the CECS")
    reader.fill(username=maria.username, password=maria.password)
    reader.press("Sign in")
    reader.sees("My certificates")
    reader.open(f"/payments/{id}")
    reader.sees("Pay by card")
    type_card(reader, DEBIT)
    reader.reads("This is a debit card")
    reader.sees("Pay by card")
    type_card(reader, CREDIT)
    reader.sees("Confirm the payment")
    assert "Visa credit card ending in 0101" in reader.text
    reader.press("Pay $100.00")
    reader.sees("Application CT-TEST")

    assert "Payment received" in reader.text and "Waiting First Review" in reader.text
