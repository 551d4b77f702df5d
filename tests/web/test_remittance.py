"""What an educator who pays by mail sends, and reads of it afterwards."""

import pytest
from flask import Flask

from tests.applying import applies
from tests.mailing import books, paper, prints_letter, waits
from tests.pages import Page, Visitor
from tests.people import Character, People


@pytest.fixture
def carmen(people: People, visitor: Visitor) -> Visitor:
    """The cashier at her desk."""
    visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))
    visitor.get("/bureau/mail")
    return visitor


def steps(page: Page) -> tuple[list[str], str]:
    """The way of a mailed payment as its page tells it, and where it stands."""
    shown = page.soup.find("ol", attrs={"aria-label": "Your mailed payment"})
    items = [" ".join(item.get_text(" ").split()) for item in shown("li")]
    (current,) = shown(attrs={"aria-current": "step"})
    return items, current.get_text(" ").strip()


def test_an_educator_follows_the_way_of_a_mailed_payment(
    app: Flask, carmen: Visitor, maria: Character, another_visitor: Visitor
) -> None:
    id, reference = waits(app, maria)
    another_visitor.sign_in(maria)
    url = f"/applications/{id}"
    before = steps(another_visitor.get(url))
    books(carmen, references=reference, amount="99")
    returned = steps(another_visitor.get(url))
    prints_letter(carmen, 1)
    mailed = steps(another_visitor.get(url))
    books(carmen, references=reference, number="7732")
    matched = steps(another_visitor.get(url))

    assert before[0] == ["On its way to us", "Received (not yet)", "Matched (not yet)"]
    assert before[1] == "On its way to us"
    assert returned[0][1] == "Received on November 24, 2026"
    assert returned[1] == "Comes back to you"
    assert mailed[1] == "Comes back to you, mailed on November 25, 2026"
    assert matched[1] == "Matched: it pays your fee"


def test_both_owners_read_that_their_common_payment_comes_back(
    app: Flask, carmen: Visitor, maria: Character, people: People, another_visitor: Visitor
) -> None:
    pablo = people.teacher("Pablo", ssn="987654321")
    (_, hers), (id, his) = waits(app, maria), waits(app, pablo)
    books(carmen, references=f"{hers} {his}", amount="150")
    another_visitor.sign_in(pablo)

    assert "Comes back to you" in steps(another_visitor.get(f"/applications/{id}"))[1]


def test_who_pays_by_card_reads_of_no_mail(app: Flask, visitor: Visitor, maria: Character) -> None:
    visitor.sign_in(maria)

    assert "Your mailed payment" not in visitor.get(f"/applications/{applies(app, maria)}").text


def test_the_slip_has_its_barcode_and_is_printed(
    app: Flask, visitor: Visitor, maria: Character
) -> None:
    id, reference = waits(app, maria)
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{id}/slip")
    picture = page.soup.main.find("img")
    drawn = visitor.get(picture["src"]).response
    printed = paper(visitor, page.soup.find("a", string="The slip to print (PDF)")["href"])

    assert picture["alt"] == f"Barcode of {reference}"
    assert drawn.mimetype == "image/svg+xml" and reference in drawn.get_data(as_text=True)
    for words in (
        "Cashier's check", "Money order", "No personal checks and no cash", "$100.00",
        "Transcripts and forms that we asked for.",
    ):  # fmt: skip
        assert words in page.text and words in printed.replace("’", "'")
    assert reference in printed


@pytest.mark.parametrize("file", ["slip.svg", "slip.pdf"])
def test_a_slip_is_for_its_owner_alone(
    app: Flask, visitor: Visitor, another_visitor: Visitor, maria: Character, people: People,
    file: str,
) -> None:  # fmt: skip
    id, _ = waits(app, maria)
    another_visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))

    assert visitor.get(f"/applications/{id}/{file}").status == 303
    assert another_visitor.get(f"/applications/{id}/{file}").status == 404


def test_there_is_no_slip_where_nothing_is_due(
    app: Flask, visitor: Visitor, maria: Character
) -> None:
    visitor.sign_in(maria)

    assert visitor.get(f"/applications/{applies(app, maria)}/slip.pdf").status == 404
