"""Those who handle money have one menu, and it says where they are."""

import pytest
from flask import Flask

from tests.mailing import books, prints_letter, waits
from tests.pages import Page, Visitor
from tests.people import Character, People

LISTS = {
    "Book an envelope": "/bureau/mail",
    "Suspense list": "/bureau/mail/suspense",
    "Deposits": "/bureau/mail/batches",
    "The day": "/bureau/money",
    "Find a payment": "/bureau/money/payments",
    "Refunds to decide": "/bureau/money/refunds",
    "Months and refusals": "/bureau/money/months",
}


@pytest.fixture
def carmen(people: People, visitor: Visitor) -> Visitor:
    """A cashier at her browser."""
    visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))
    return visitor


def menu(page: Page) -> dict[str, str]:
    found = page.soup.main.find("nav", attrs={"aria-label": "Money"})
    return {a.get_text(): a["href"] for a in found("a")}


def current(page: Page, kind: str = "page") -> list[str]:
    return [a.get_text() for a in page.soup.main("a", attrs={"aria-current": kind})]


@pytest.mark.parametrize("words", LISTS)
def test_every_list_has_the_same_menu_and_is_marked_in_it(carmen: Visitor, words: str) -> None:
    page = carmen.get(LISTS[words])

    assert menu(page) == LISTS and current(page) == [words]


def test_a_single_payment_and_a_deposit_have_it_too(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    _, reference = waits(app, maria)
    books(carmen, references=reference)
    payment, deposit = carmen.get("/bureau/mail/1"), carmen.get("/bureau/mail/batches/1")

    assert menu(payment) == menu(deposit) == LISTS
    assert (current(payment), current(deposit, "true")) == ([], ["Deposits"])


def test_what_goes_back_is_said_to_be_sent_only_once_its_letter_is_printed(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    _, reference = waits(app, maria)
    books(carmen, instrument="personal_check", references=reference)
    before = carmen.get("/bureau/mail/1")
    prints_letter(carmen, 1)
    after = carmen.get("/bureau/mail/1")

    assert "To be sent back since November 25, 2026" in before.text
    assert "Sent back on" not in before.text
    assert "Sent back on November 25, 2026" in after.text
