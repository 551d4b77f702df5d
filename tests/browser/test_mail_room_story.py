"""The cashier books envelopes by keyboard alone, and the keys that this takes are counted."""

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

from cecs.domain.applications import Status
from tests.applying import now
from tests.browser.conftest import WITH_BROKEN_SCRIPTS, WITHOUT_SCRIPTS, Reader
from tests.mailing import waits
from tests.people import Character, People

pytestmark = pytest.mark.browser
# A scanned reference is typed by hand here: twenty seconds hold sixty keys at three a second.
KEYS_AN_ENVELOPE = 60


class Hands:
    """Presses keys one by one where the focus is, and counts them."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self.pressed = reader, 0

    def type(self, keys: str) -> None:
        for key in keys:
            self._reader.driver.switch_to.active_element.send_keys(key)
            self.pressed += 1

    def book(self, keys: str) -> None:
        """Types, then waits until the heading is another page's."""
        driver = self._reader.driver
        before = driver.find_element(By.CSS_SELECTOR, "main h1")
        self.type(keys)
        wait = WebDriverWait(driver, 10, 0.05, ignored_exceptions=[WebDriverException])
        wait.until(staleness_of(before))
        wait.until(lambda d: d.find_element(By.CSS_SELECTOR, "main h1"))

    @property
    def at(self) -> str:
        """The name of the field that has the focus."""
        return str(self._reader.driver.switch_to.active_element.get_attribute("name"))


def sign_in(reader: Reader, who: Character) -> None:
    reader.open("/account/sign-in")
    reader.sees("Login to the CECS")
    reader.fill(username=who.username, password=who.password)
    reader.press("Sign in")


def scan(reader: Reader, hands: Hands, *references: str) -> None:
    """A scanner's Enter waits for the next slip; the cashier's own then leads on.

    Without scripts Enter comes back, at what is missing and with what was typed.
    """
    if reader.way in (WITHOUT_SCRIPTS, WITH_BROKEN_SCRIPTS):
        hands.book(", ".join(references) + Keys.ENTER)
        reader.sees("Book an envelope")
        assert "Choose what came." in reader.text
    else:
        for reference in references:
            hands.type(reference + Keys.ENTER)
            assert hands.at == "references"
        hands.type(Keys.ENTER)
    assert hands.at == "instrument"


def test_an_envelope_is_booked_by_keyboard_in_few_keys(reader: Reader) -> None:
    app, people = reader.house.app, People(reader.house.app)
    carmen = people.staff("Carmen", "Ortiz", "cashier")
    id, reference = waits(app, people.teacher())
    sign_in(reader, carmen)
    reader.follow("Mail room")
    reader.sees("Book an envelope")
    hands = Hands(reader)
    assert hands.at == "references"

    scan(reader, hands, reference)
    hands.type("m" + Keys.TAB + "20481100" + Keys.TAB + "USPS" + Keys.TAB)
    hands.book("100" + Keys.ENTER)
    reader.sees("Book an envelope")

    assert f"Matched: {reference}, $100.00" in reader.text
    assert hands.at == "references" and hands.pressed < KEYS_AN_ENVELOPE
    with app.app_context():
        assert now(id).status is Status.WAITING_FIRST_REVIEW

    books_without_a_reference(reader, hands)
    finds_the_owner(reader, waits(app, people.teacher("Pablo", ssn="987654321"))[1])
    closes_the_deposit(reader)


def test_two_slips_are_scanned_and_a_wrong_amount_goes_back_at_the_second_enter(
    reader: Reader,
) -> None:
    app, people = reader.house.app, People(reader.house.app)
    hers = waits(app, people.teacher())[1]
    his = waits(app, people.teacher("Pablo", ssn="987654321"))[1]
    sign_in(reader, people.staff("Carmen", "Ortiz", "cashier"))
    reader.open("/bureau/mail")
    hands = Hands(reader)
    scan(reader, hands, hers, his)
    hands.type("m" + Keys.TAB + "20481100" + Keys.TAB + "USPS" + Keys.TAB)
    hands.book("200.01" + Keys.ENTER)
    reader.sees("Book an envelope")
    assert f"for $200.01, and exactly $200.00 is due for {hers}, {his}." in reader.text
    assert hands.at == "agreement"

    if reader.way not in (WITHOUT_SCRIPTS, WITH_BROKEN_SCRIPTS):
        corrects_while_it_asks(reader, hands)
    hands.book(Keys.ENTER)
    reader.sees("Book an envelope")
    assert f"Goes back: {hers}, {his}, $200.01. It is made out for $200.01" in reader.text

    corrects_the_entry(reader, hands)
    assert f"{hers}, {his}" in reader.text and "Matched" in reader.text


def test_what_came_is_chosen_by_typing_its_name(reader: Reader) -> None:
    sign_in(reader, People(reader.house.app).staff("Carmen", "Ortiz", "cashier"))
    chosen = []
    for typed in ("cash", "cashi", "p"):
        reader.open("/bureau/mail")
        hands = Hands(reader)
        hands.type(Keys.TAB + typed)
        assert hands.at == "instrument"
        chosen.append(reader.driver.switch_to.active_element.get_attribute("value"))

    assert chosen == ["cash", "cashiers_check", "personal_check"]


def corrects_while_it_asks(reader: Reader, hands: Hands) -> None:
    """Who types on, or scans the next slip without looking, agrees to nothing."""
    hands.type("C")
    assert hands.at == "amount"
    hands.book("T-2" + Keys.ENTER)
    reader.sees("Book an envelope")
    assert "Enter an amount such as 200.00." in reader.text and hands.at == "amount"
    hands.book("200.01" + Keys.ENTER)
    reader.sees("Book an envelope")
    assert hands.at == "agreement"


def corrects_the_entry(reader: Reader, hands: Hands) -> None:
    reader.follow("Correct it")
    reader.sees("Correct entry 1")
    reader.fill(amount="200.00")
    reader.press("Correct it")
    reader.sees("Mailed payment 1")


def books_without_a_reference(reader: Reader, hands: Hands) -> None:
    """Straight on from where the last envelope left the focus."""
    hands.type(Keys.TAB + "m" + Keys.TAB + "7" + Keys.TAB + "Bank" + Keys.TAB)
    hands.book("100" + Keys.ENTER)
    reader.sees("Book an envelope")
    assert "Without a reference, enter the name on it." in reader.text
    assert hands.at == "payer"
    hands.type("Pablo Rivera")
    reader.press("Book")
    reader.sees("Book an envelope")
    assert "Waits in suspense: Pablo Rivera, $100.00" in reader.text


def finds_the_owner(reader: Reader, reference: str) -> None:
    reader.follow("Suspense list")
    reader.sees("Suspense list")
    reader.fill(name="rivera")
    reader.press("Show")
    reader.sees("Suspense list")
    reader.follow("Pablo Rivera")
    reader.sees("Mailed payment 2")
    reader.press(f"Match to {reference}")
    reader.sees("Mailed payment 2")
    assert "Matched" in reader.text and reference in reader.text


def closes_the_deposit(reader: Reader) -> None:
    reader.follow("Deposits")
    reader.sees("Deposits")
    reader.follow("Deposit 1")
    reader.sees("Deposit 1")
    reader.follow("Close for the bank")
    reader.sees("Close deposit 1?")
    reader.press("Close it")
    reader.sees("Deposit 1")
    assert "Nothing in it changes any more." in reader.text and "$200.00" in reader.text
