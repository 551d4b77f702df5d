"""A renewal: the educator asks and pays, the bureau grants, and anyone can see it."""

from datetime import date

import pytest
import sqlalchemy as sa
from selenium.webdriver.common.by import By

from cecs.demo import EMBED_KEY
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.educators import Certificate, Educator
from cecs.models.widgets import EmbedKey
from tests.browser.conftest import Reader
from tests.browsers import screenshot
from tests.people import Character, People

pytestmark = pytest.mark.browser


def worded(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def sign_in(reader: Reader, who: Character) -> None:
    reader.open("/account/sign-in")
    reader.sees("Login to the CECS")
    reader.fill(username=who.username, password=who.password)
    reader.press("Sign in")


def the_district_that_reported(reader: Reader, who: Character) -> str:
    """Some district reports the educator and may show the lookup; gives its name."""
    with reader.house.app.app_context():
        regime = reader.house.app.extensions["cecs_desk"].regime
        district = regime.districts[min(regime.districts)]
        db.session.get_one(Educator, who.educator_id).district_code = district.key
        origins = [reader.house.mailbox]
        db.session.add(EmbedKey(key=EMBED_KEY, district_code=district.key, origins=origins))
        db.session.commit()
        return str(district.name)


def last_day(reader: Reader, who: Character) -> date:
    with reader.house.app.app_context():
        return db.session.get_one(Certificate, who.certificate_ids[0]).expires_on


def asks_for_a_renewal(reader: Reader) -> None:
    reader.sees("My certificates")
    reader.follow("Choose")
    reader.sees("What you may do with this certificate")
    reader.press("Renew an initial certificate")
    reader.sees("Please read and acknowledge")
    reader.press("Acknowledge and Continue")
    reader.sees("What you are asking for")
    reader.press("Continue")
    reader.sees("Your details")
    reader.fill(street="1 Elm Street", city="Hartford", state="CT", zip_code="06103")
    reader.press("Continue")
    reader.sees("Experience")
    reader.fill(**{"first-school": "Elm School", "first-district": "Hartford"})
    reader.fill(**{"first-months": "8"})
    reader.press("Continue")
    reader.sees("Disclosures")
    reader.choose(convicted="yes")
    assert "what happened, when and where" in reader.text
    reader.choose(convicted="no", disciplined="no", dismissed="no")
    assert "what happened, when and where" not in reader.text
    reader.press("Continue")
    reader.sees("Check your answers and sign the affidavit")
    assert "1 Elm Street" in reader.text and "Elm School" in reader.text
    reader.fill(signature="Maria Rivera")
    reader.press("Sign and submit")
    reader.sees("Your application is submitted")


def grants_what_was_asked(reader: Reader, reference: str, came_on: date) -> None:
    reader.sees("Applications")
    reader.follow(reference)
    reader.sees("Renew an initial certificate")
    reader.fill(instrument="Money order", number="7731", issuer="Post Office", amount="200.00")
    enter_day(reader, "received_on", came_on)
    reader.press("Record payment")
    reader.press("Start review")
    assert "You can approve once this is settled" in reader.text
    reader.press("Background check is clear")
    reader.sees("Renew an initial certificate")
    reader.press("Approve and issue")
    reader.sees("Renew an initial certificate")
    assert "Issued" in reader.text and "There is nothing for you to do here now." in reader.text


def enter_day(reader: Reader, name: str, day: date) -> None:
    """Keys in the order in which each browser's date field wants them."""
    keys = f"{day:%Y-%m-%d}" if reader.way == "firefox" else f"{day:%m%d%Y}"
    reader.driver.find_element(By.NAME, name).send_keys(keys)


def anyone_sees(reader: Reader, renewed: str, district: str) -> None:
    """On our own page, and in the frame on a district's."""
    reader.follow("Look up an educator")
    reader.fill(last_name="Rivera", first_name="Maria")
    reader.press("Look up")
    reader.sees("Look up an educator")
    assert renewed in reader.text and district in reader.text

    reader.driver.get(f"{reader.house.mailbox}/district?key={EMBED_KEY}")
    reader.sees("Elm Hollow Public Schools")
    reader.driver.switch_to.frame(reader.driver.find_element(By.TAG_NAME, "iframe"))
    # Enter, since Firefox's driver clicks beside what lies below the window's edge in a frame.
    reader.enter(last_name="Rivera", first_name="Maria")
    reader.sees("Look up an educator")

    assert renewed in reader.text and district in reader.text


def prints_without_what_is_for_the_screen(reader: Reader) -> None:
    """On paper the slip has its words, and nothing that can only be pressed."""
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    screenshot(reader.driver, "print-remittance-slip")
    pressed = reader.driver.find_elements(By.CSS_SELECTOR, "main a, nav a, button")
    assert not any(each.is_displayed() for each in pressed)
    assert "Treasurer" in reader.text
    assert reader.driver.find_element(By.CSS_SELECTOR, ".demo-banner").is_displayed()
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_renewal_goes_from_choose_to_what_anyone_can_see(reader: Reader) -> None:
    people = People(reader.house.app)
    maria, dana = people.teacher(), people.staff(role="supervisor")
    district = the_district_that_reported(reader, maria)
    before = last_day(reader, maria)
    sign_in(reader, maria)
    asks_for_a_renewal(reader)
    reference = reader.driver.find_element(By.CSS_SELECTOR, "main strong").text
    reader.press("Pay by mail")
    reader.sees("Remittance slip")
    assert reference in reader.text and "$200.00" in reader.text
    if reader.way == "chromium":
        prints_without_what_is_for_the_screen(reader)
    reader.follow("Follow this application")
    reader.sees("Application ")
    assert reference in reader.text and "You act next." in reader.text
    reader.press("Sign out")

    sign_in(reader, dana)
    with reader.house.app.app_context():
        today = reader.house.app.extensions["cecs_desk"].today()
    grants_what_was_asked(reader, reference, today)
    reader.press("Sign out")

    anyone_sees(reader, worded(before.replace(year=before.year + 3)), district)
    with reader.house.app.app_context():
        kept = db.session.scalars(sa.select(Application)).one()
        assert kept.reference == reference and kept.status == "issued"
