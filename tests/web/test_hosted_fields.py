"""Where cards are charged at Braintree itself, they are typed in frames of Braintree's."""

import uuid
from dataclasses import replace

import pytest
from flask import Flask

from cecs.config import ROOT
from cecs.domain.cards import Brand, Card, Funding
from cecs.gateways.cards import GatewayUnknown
from tests.applying import applies
from tests.pages import Page, Visitor
from tests.people import Character, People

TOKEN = "eyJ2ZXJzaW9uIjoyfQ=="
FIELDS = {"number", "expirationDate", "cvv", "postalCode"}


class FakeGateway:
    """Gives a token unless it is out of reach, and knows one card."""

    reached = True

    def client_token(self) -> str:
        if not self.reached:
            raise GatewayUnknown("the line broke")
        return TOKEN

    def look_up(self, nonce: str) -> Card:
        return Card(Brand.VISA, Funding.CREDIT if nonce == "good" else Funding.DEBIT, "1881")


def charges_at(app: Flask, where: str) -> FakeGateway:
    """From now on the office charges cards there."""
    desk, gateway = app.extensions["cecs_desk"], FakeGateway()
    settings = replace(desk.settings, card_gateway=where)
    app.extensions["cecs_desk"] = replace(desk, settings=settings, cards=gateway)
    return gateway


@pytest.fixture
def gateway(app: Flask) -> FakeGateway:
    return charges_at(app, "sandbox")


@pytest.fixture
def maria(people: People, visitor: Visitor) -> Character:
    maria = people.teacher()
    visitor.sign_in(maria)
    return maria


@pytest.fixture
def owed(app: Flask, gateway: FakeGateway, maria: Character) -> uuid.UUID:
    return applies(app, maria, status="awaiting_payment", paid=False)


def policy(page: Page) -> dict[str, list[str]]:
    """Each directive of the page's policy with its sources."""
    said = page.response.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in (directive.split() for directive in said)}


def scripts(page: Page) -> list[str]:
    return [str(script["src"]).split("/static/")[1] for script in page.soup.find_all("script")]


def offers_mail(page: Page, owed: uuid.UUID) -> bool:
    return page.soup.find("form", action=f"/applications/{owed}/by-mail") is not None


def test_each_field_has_a_label_and_a_place_for_its_fault(
    visitor: Visitor, owed: uuid.UUID
) -> None:
    shown = visitor.get(f"/payments/{owed}")
    boxes = {str(box["data-field"]): box for box in shown.soup.select("[data-field]")}

    assert set(boxes) == FIELDS and "$100.00" in shown.text
    for box in boxes.values():
        label = shown.soup.find("label", attrs={"for": box["id"]})
        assert label and str(box["data-label"]).startswith(label.get_text())
        assert box["data-fault"] and shown.soup.find(id=f"{box['id']}-error")
    assert not shown.soup.select("iframe") and len(boxes["number"].contents) == 0


def test_the_page_has_no_field_of_ours_for_a_card(visitor: Visitor, owed: uuid.UUID) -> None:
    form = visitor.get(f"/payments/{owed}").soup.find(id="hosted-fields")

    assert {field["name"] for field in form.find_all("input")} == {"csrf_token", "nonce"}
    assert form["action"] == f"/payments/{owed}/card"


def test_token_and_brands_reach_the_script(visitor: Visitor, owed: uuid.UUID) -> None:
    shown = visitor.get(f"/payments/{owed}")
    form = shown.soup.find(id="hosted-fields")

    assert form["data-client-token"] == TOKEN
    assert form["data-brands"] == "Visa,MasterCard"
    assert scripts(shown)[-3:] == [
        "vendor/braintree-web-3.144.0/client.js",
        "vendor/braintree-web-3.144.0/hosted-fields.js",
        "hosted-fields.js",
    ]
    assert all((ROOT / "static" / name).is_file() for name in scripts(shown))


@pytest.mark.parametrize(("where", "middle"), [("sandbox", ".sandbox"), ("production", "")])
def test_the_page_may_reach_braintree_and_no_other_page_may(
    app: Flask, visitor: Visitor, owed: uuid.UUID, where: str, middle: str
) -> None:
    charges_at(app, where)
    shown, other = policy(visitor.get(f"/payments/{owed}")), policy(visitor.get("/educator/"))
    assets = "https://assets.braintreegateway.com"

    assert shown["frame-src"] == [assets]
    assert shown["img-src"] == ["'self'", assets, "data:"]
    assert shown["connect-src"] == [
        "'self'",
        f"https://api{middle}.braintreegateway.com",
        f"https://client-analytics{middle}.braintreegateway.com",
        "https://*.braintree-api.com",
    ]
    assert shown["script-src"] == shown["style-src"] == ["'self'"]
    assert "braintree" not in str(other) and other["frame-src"] == ["'none'"]


def test_without_scripts_the_page_says_so_and_offers_mail(
    visitor: Visitor, owed: uuid.UUID
) -> None:
    shown = visitor.get(f"/payments/{owed}")
    said = shown.soup.find("noscript").get_text()

    assert "needs JavaScript" in said and "You were not charged" in said
    assert offers_mail(shown, owed)


def test_where_braintree_gives_no_token_the_page_says_so_and_offers_mail(
    visitor: Visitor, owed: uuid.UUID, gateway: FakeGateway
) -> None:
    gateway.reached = False
    shown = visitor.get(f"/payments/{owed}")

    assert "We cannot reach the card service now. You were not charged." in shown.text
    assert offers_mail(shown, owed)
    assert not shown.soup.find(id="hosted-fields") and "hosted-fields.js" not in scripts(shown)


def test_a_typed_card_is_confirmed_with_its_amount(visitor: Visitor, owed: uuid.UUID) -> None:
    visitor.get(f"/payments/{owed}")
    confirm = visitor.follow(visitor.post(f"/payments/{owed}/card", {"nonce": "good"}))

    assert "Visa credit card ending in 1881" in confirm.text and "Pay $100.00" in confirm.text


def test_a_refused_card_says_why_above_empty_fields(visitor: Visitor, owed: uuid.UUID) -> None:
    visitor.get(f"/payments/{owed}")
    answer = visitor.post(f"/payments/{owed}/card", {"nonce": "debit"})

    assert answer.status == 422 and "This is a debit card" in answer.errors
    assert answer.soup.find(id="hosted-fields") and offers_mail(answer, owed)
