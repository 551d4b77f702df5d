"""From nothing to a personal password, in real browsers, with and without their scripts."""

import uuid
from datetime import date

import pytest
import sqlalchemy as sa
from selenium.webdriver.common.by import By

from cecs.extensions import db
from cecs.models.accounts import CaptchaChallenge
from tests.browser.conftest import Reader
from tests.people import People

pytestmark = pytest.mark.browser
PASSWORD = "a quiet river runs"


def words_in_the_box(reader: Reader) -> str:
    """What a person would read in the picture; a program looks behind it."""
    shown = reader.driver.find_element(By.NAME, "challenge").get_attribute("value")
    app = reader.house.app
    with app.app_context():
        challenge = db.session.scalars(
            sa.select(CaptchaChallenge).where(CaptchaChallenge.id == uuid.UUID(shown))
        ).one()
        vault = app.extensions["cecs_desk"].vault
        return str(vault.unseal(challenge.sealed, f"captcha/{challenge.id}").split("|")[0])


def registers(reader: Reader) -> None:
    """Looks at the statement of those without a number, then gives the number."""
    reader.press("I do not have a Social Security number")
    reader.sees("Register")
    assert "Your full name, as a signature" in reader.text
    reader.press("I have a Social Security number")
    reader.sees("Register")
    reader.fill(ssn="987654320", first_name="Maria", last_name="Rivera", email="maria@example.org")
    reader.fill(**{"birth_date-month": "5", "birth_date-day": "17", "birth_date-year": "1990"})
    reader.press("Register")
    reader.sees("Please read and acknowledge")


def test_an_educator_opens_an_account_and_is_matched_to_her_record(reader: Reader) -> None:
    People(reader.house.app).record("Maria", "Rivera", date(1990, 5, 17), "987654320")
    reader.open("/")
    reader.sees("Online educator status and application")
    reader.open("/account/create")
    reader.sees("Create an Account on the C.E.C.S.")
    reader.fill(last_name="Rivera", first_name="Maria", email="maria@example.org")
    reader.fill(email_again="maria@example.org", words="wrong words")
    reader.press("Submit")
    reader.sees("Create an Account on the C.E.C.S.")
    summary = reader.driver.find_element(By.ID, "error-summary")
    kept = reader.driver.find_element(By.NAME, "email").get_attribute("value")

    assert "not the two words" in summary.text and kept == "maria@example.org"
    reader.fill(words=words_in_the_box(reader))
    reader.press("Submit")
    reader.sees("Look in your mailbox")

    mails = [mail["text"] for mail in reader.house.mails()]
    username = next(m for m in mails if "username is: " in m).split("username is: ")[1].split()[0]
    found = next(m for m in mails if "password is: " in m).split("password is: ")[1].split()[0]
    reader.open("/account/sign-in")
    reader.sees("Login to the CECS")
    reader.fill(username=username, password=found)
    reader.press("Sign in")
    reader.sees("Choose your personal password")
    reader.fill(old=found, new=PASSWORD, again=PASSWORD)
    reader.press("Save the new password")
    reader.sees("Register")
    registers(reader)
    reader.press("Acknowledge and Continue")
    reader.sees("My certificates")

    number = reader.driver.find_element(By.CSS_SELECTOR, "main strong").text
    assert len(number) == 10 and number.isdigit()
    reader.driver.find_element(By.LINK_TEXT, "Look up an educator").click()
    reader.sees("Look up an educator")
    assert reader.driver.find_elements(By.XPATH, "//header//button[normalize-space()='Sign out']")
