"""What the cashier types of an envelope is understood as it was meant."""

from datetime import UTC, datetime

import pytest

from tests.conftest import Clock
from tests.mailing import ORDER, books
from tests.pages import Visitor
from tests.people import People


@pytest.fixture
def carmen(people: People, visitor: Visitor) -> Visitor:
    """The cashier at her desk."""
    visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))
    visitor.get("/bureau/mail")
    return visitor


def test_a_postmark_of_tomorrow_is_told_to_be_still_to_come(carmen: Visitor) -> None:
    page = carmen.post("/bureau/mail", ORDER | {"payer": "Ana Diaz", "postmarked_on": "11/26"})

    assert "That day is still to come." in page.soup.find(id="postmarked_on-error").get_text()


def test_without_a_year_december_is_last_years_in_january(
    people: People, visitor: Visitor, clock: Clock
) -> None:
    clock.set(datetime(2027, 1, 4, 15, tzinfo=UTC))
    visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))
    books(visitor, payer="Ana Diaz", received_on="1/4", postmarked_on="12/30")

    assert "December 30, 2026" in visitor.get("/bureau/mail/1").text


def test_cash_is_chosen_by_its_first_letters(carmen: Visitor) -> None:
    """A browser takes the first of the list that begins with what was typed."""
    choices = carmen.get("/bureau/mail").soup.find(id="instrument").find_all("option")
    begins = [each["value"] for each in choices if each.get_text().lower().startswith("cash")]

    assert begins == ["cash", "cashiers_check"]
