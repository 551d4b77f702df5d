"""Deposits: counted, closed, printed, and never changed after that."""

import csv
import io

import pytest
from flask import Flask

from cecs.services import batches
from tests.conftest import Clock
from tests.mailing import books, paper, waits
from tests.pages import Page, Visitor
from tests.people import Character, People


@pytest.fixture
def carmen(people: People, visitor: Visitor) -> Visitor:
    """The cashier at her desk."""
    visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))
    visitor.get("/bureau/mail")
    return visitor


def closes(carmen: Visitor, batch: int = 1) -> Page:
    """Closes a deposit through its page of confirmation."""
    shown = carmen.get(f"/bureau/mail/batches/{batch}/close")
    counted = {"counted": shown.value("counted")}
    return carmen.follow(carmen.post(f"/bureau/mail/batches/{batch}/close", counted))


def test_a_deposit_is_counted_closed_and_printed(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    _, reference = waits(app, maria)
    books(carmen, references=reference)
    books(carmen, payer="Ana Diaz", instrument="cashiers_check", amount="1,250.50", issuer="Bank")
    books(carmen, payer="X", instrument="personal_check", address="1 Elm Street")
    before = carmen.get("/bureau/mail/batches/1/close")
    page = closes(carmen)
    listed = paper(carmen, "/bureau/mail/batches/1/deposit-list.pdf")

    assert "1 item waits in suspense" in before.text and "$1,350.50" in before.text
    assert "by Carmen Ortiz. Nothing in it changes any more." in page.text
    for words in ("Cashier's check 1 $1,250.50", "Money order 1 $100.00", "All 2 $1,350.50"):
        assert words in page.text and words in listed.replace("’", "'")
    assert "Personal check" not in listed
    assert "November 25, 2026" in carmen.get("/bureau/mail/batches").text


def test_what_came_meanwhile_is_counted_before_a_deposit_is_closed(carmen: Visitor) -> None:
    books(carmen, payer="Ana Diaz")
    shown = carmen.get("/bureau/mail/batches/1/close")
    books(carmen, payer="Ana Diaz", number="7732")
    counted = {"counted": shown.value("counted")}
    answer = carmen.post("/bureau/mail/batches/1/close", counted)
    blind = carmen.post("/bureau/mail/batches/1/close")

    assert answer.status == 422 and "Count again" in answer.errors
    assert answer.value("counted") == "1:10000 2:10000" and blind.status == 422
    assert "Open since" in carmen.get("/bureau/mail/batches/1").text


def test_one_that_leaves_and_one_that_comes_of_the_same_amount_are_counted_anew(
    carmen: Visitor,
) -> None:
    books(carmen, payer="Ana Diaz")
    books(carmen, payer="Ana Diaz", number="7732")
    counted = {"counted": carmen.get("/bureau/mail/batches/1/close").value("counted")}
    carmen.post("/bureau/mail/1/send-back", {"address": "1 Elm Street", "agreement": "yes"})
    books(carmen, payer="Ana Diaz", number="7733")
    answer = carmen.post("/bureau/mail/batches/1/close", counted)

    assert answer.status == 422 and "Count again" in answer.errors
    assert answer.value("counted") == "2:10000 3:10000"


def test_an_open_deposit_has_a_list_to_count_by_that_says_so_and_no_table(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    _, reference = waits(app, maria)
    books(carmen, references=reference)
    page = carmen.get("/bureau/mail/batches/1/close")
    link = page.soup.find("a", string="Print a preliminary list to count by (PDF)")
    listed = paper(carmen, link["href"])

    assert "Deposit 1: preliminary list" in listed and "not for the bank" in listed
    assert reference in listed and "All 1 $100.00" in listed
    assert carmen.get("/bureau/mail/batches/1/items.csv").status == 404


def test_nothing_in_a_closed_deposit_changes(
    app: Flask, carmen: Visitor, maria: Character, clock: Clock
) -> None:
    _, reference = waits(app, maria)
    books(carmen, payer="M. Rivera")
    books(carmen, payer="Ana Diaz", number="7732")
    closes(carmen)
    clock.advance(minutes=1)
    kept = [f"/bureau/mail/batches/1/{file}" for file in ("items.csv", "deposit-list.pdf")]
    before = [carmen.get(url).response.get_data() for url in kept]
    carmen.get("/bureau/mail/1")
    carmen.follow(carmen.post("/bureau/mail/1/match", {"references": reference}))
    to = {"address": "1 Elm Street", "agreement": "yes"}
    back = carmen.post("/bureau/mail/2/send-back", to)
    books(carmen, payer="Ana Diaz", number="7733")

    assert [carmen.get(url).response.get_data() for url in kept] == before
    assert back.status == 422 and "deposited already" in back.errors
    with app.app_context():
        assert [item.id for item in batches.batch(1).items] == [1, 2]
        assert [item.id for item in batches.batch(2).items] == [3]


def test_a_closed_deposit_is_not_asked_about_again(carmen: Visitor) -> None:
    books(carmen, payer="Ana Diaz")
    closes(carmen)
    url = "/bureau/mail/batches/1/close"

    for answer in (carmen.get(url), carmen.post(url, {"counted": "1:10000"})):
        assert "Nothing in it changes any more." in carmen.follow(answer).text


def test_the_table_is_no_place_for_formulas(carmen: Visitor) -> None:
    books(carmen, payer='=HYPERLINK("http://evil")', issuer="+1", number="@7")
    books(carmen, payer="O'Neill, Núñez", issuer="-", number="7732", amount="1250.50")
    closes(carmen)
    response = carmen.get("/bureau/mail/batches/1/items.csv").response
    rows = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))

    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="deposit-1.csv"'
    assert rows[1:] == [
        [
            "1", "Money order", "'@7", "'+1", "'=HYPERLINK(\"http://evil\")", "2026-11-24",
            "", "100.00",
        ],
        ["2", "Money order", "7732", "'-", "O'Neill, Núñez", "2026-11-24", "", "1250.50"],
    ]  # fmt: skip
