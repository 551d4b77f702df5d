"""A fee in two parts by card, its receipts, and the cashier's day, months and refund."""

import pytest

from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.services import reviews
from tests.applying import applies
from tests.browser.conftest import Reader
from tests.browser.test_card_story import CREDIT, type_card
from tests.browser.test_whole_story import sign_in
from tests.people import People

pytestmark = pytest.mark.browser


def pays(reader: Reader, amount: str) -> None:
    """From the status page through the gateway's form back to the status page."""
    reader.follow("Pay by card")
    reader.sees("Pay by card")
    type_card(reader, CREDIT)
    reader.sees("Confirm the payment")
    reader.press(f"Pay {amount}")
    reader.sees("Application CT-TEST")


def approves(reader: Reader, id: object, by_id: int) -> None:
    """The bureau's part, which other stories play on pages."""
    with reader.house.app.app_context():
        desk = reader.house.app.extensions["cecs_desk"]
        found = db.session.get_one(Application, id)
        reviews.start(desk, found.id, by_id)
        reviews.tick_background(desk, found.id, by_id)
        reviews.approve(desk, found.id, by_id)


def cashier_looks(reader: Reader) -> None:
    """The day, the months, and a proposed refund."""
    reader.open("/bureau/money")
    reader.sees("The cashier's day")
    assert "$100.00 $100.00 $0.00 $100.00 Yes" in reader.text and "Nothing." in reader.text
    reader.follow("CT-TEST")
    reader.sees("Card payment for CT-TEST")
    reader.open("/bureau/money/months")
    reader.sees("Months and refusals")
    assert "100.0 %" in reader.text


def test_a_fee_is_paid_in_two_parts_and_the_books_agree(reader: Reader) -> None:
    people = People(reader.house.app)
    maria, dana = people.teacher(), people.staff()
    cleo = people.staff("Cleo", "Marsh", "cashier")
    id = applies(reader.house.app, maria, status=Status.AWAITING_PAYMENT, paid=False)
    sign_in(reader, maria)
    reader.open(f"/applications/{id}")
    reader.sees("Application CT-TEST")
    rather = "Rather pay only the application fee of $50.00 now, and $50.00 once it is approved"
    reader.press(rather)
    reader.sees("Application CT-TEST")
    assert "Due now: $50.00" in reader.text and "On approval: $50.00" in reader.text
    pays(reader, "$50.00")
    approves(reader, id, dana.id)
    reader.open(f"/applications/{id}")
    reader.sees("Application CT-TEST")
    assert "Approved: balance due" in reader.text
    pays(reader, "$50.00")
    assert "Issued" in reader.text
    reader.follow("Receipt CT-TEST")
    reader.sees("Receipt CT-TEST")
    assert "Total paid $50.00" in reader.text
    reader.press("Sign out")

    sign_in(reader, cleo)
    cashier_looks(reader)
