"""What an educator finds on "My certificates" beside the certificates themselves."""

from datetime import date

from flask import Flask

from cecs.services import shielding
from tests.pages import Page, Visitor
from tests.people import Character, People

SEEN_BY_ALL = "What everyone sees of your record"


def led(visitor: Visitor, page: Page, words: str) -> Page:
    """Where the link with these words leads."""
    link = page.soup.find("a", string=words)
    assert link is not None, page.text
    return visitor.get(link["href"])


def code_of(page: Page) -> str:
    return str(page.soup.find("a", href=lambda to: to and "/verify/" in to).text)


def test_an_educator_reads_what_everyone_sees_of_her_and_the_code_of_each_certificate(
    visitor: Visitor, maria: Character, people: People
) -> None:
    people.holds(maria, "PROV", date(2019, 8, 1), date(2023, 7, 31), "renewed")
    visitor.sign_in(maria)
    own = visitor.get("/educator/")
    codes = [a.text for a in own.soup.find_all("a", href=lambda to: to and "/verify/" in to)]
    everyone = led(visitor, own, SEEN_BY_ALL)

    assert len(codes) == 2 and all(f"Code: {code}" in own.text for code in codes)
    assert everyone.status == 200 and everyone.h1 == "Maria Rivera"
    assert all(code in everyone.text for code in codes)
    assert "Maria Rivera" in led(visitor, own, codes[0]).text


def test_who_was_hidden_finds_the_new_address_and_codes(
    app: Flask, visitor: Visitor, maria: Character, people: People
) -> None:
    visitor.sign_in(maria)
    before = code_of(visitor.get("/educator/"))
    with app.app_context():
        by = people.staff().id
        shielding.shield(app.extensions["cecs_desk"], maria.educator_id, by, "In danger")
    own = visitor.get("/educator/")

    assert code_of(own) != before and visitor.get(f"/verify/{before}").status == 404
    assert led(visitor, own, code_of(own)).status == 200
    assert led(visitor, own, SEEN_BY_ALL).h1 == "Maria Rivera"
