"""What somebody reads whose application was denied: why, by which rule, and what can be done."""

import dataclasses
from uuid import UUID

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.services import reviews
from tests.applying import applies
from tests.letters import letter
from tests.pages import Visitor
from tests.people import Character, People

WHY = "You have four school months of service.\nTen are needed."


@pytest.fixture
def dana(people: People) -> int:
    """The first reviewer's id."""
    return int(people.staff().id)


@pytest.fixture
def lee(people: People) -> Character:
    """The second reviewer."""
    found: Character = people.staff("Lee", "Chandra")
    return found


def recommended(app: Flask, desk: Desk, maria: Character, by: int, kind: str) -> UUID:
    id = applies(app, maria, Status.IN_REVIEW, kind=kind)
    reviews.recommend_denial(desk, id, by, "Too few months.")
    return id


def test_the_letter_says_why_by_which_rule_until_when_and_whom_to_ask(
    app: Flask, desk: Desk, maria: Character, dana: int, lee: Character
) -> None:
    id = recommended(app, desk, maria, dana, "advance_initial_to_provisional")
    reviews.confirm_denial(desk, id, lee.id, WHY, "Section 10-145d-415")
    subject, text = letter(app)
    office = desk.regime.office

    assert subject.endswith(": we could not approve your application")
    assert "Dear Maria," in text and "Advance from initial to provisional" in text
    assert "It is denied." in text and " ".join(WHY.split()) in text
    assert "What the decision rests on Section 10-145d-415" in text
    assert "ask us to review it" in text and "by December 15, 2026, 20 days after" in text
    assert all(way in text for way in (office.email, office.phone, office.mail_address[-1]))
    assert "Too few months." not in text and "None" not in text


def test_where_a_decision_is_final_no_review_is_promised(
    app: Flask, desk: Desk, maria: Character, dana: int, lee: Character
) -> None:
    id = recommended(app, desk, maria, dana, "dsap")
    reviews.confirm_denial(desk, id, lee.id, WHY, "Section 1")
    _subject, text = letter(app)

    assert "This decision is final" in text and "ask us to review it" not in text


def test_where_the_regime_knows_no_rule_the_letter_says_whom_to_ask(
    app: Flask, desk: Desk, maria: Character, dana: int, lee: Character
) -> None:
    office = dataclasses.replace(desk.regime.office, denial=None)
    elsewhere = dataclasses.replace(desk, regime=dataclasses.replace(desk.regime, office=office))
    id = recommended(app, desk, maria, dana, "renew_initial")
    reviews.confirm_denial(elsewhere, id, lee.id, WHY, "Section 1")
    _subject, text = letter(app)

    assert "review it" not in text and "final" not in text and "None" not in text
    assert "What you can do now Under My certificates" in text and office.email in text


def test_the_page_of_the_application_says_the_same_and_nothing_of_it_before(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, dana: int, lee: Character
) -> None:
    id = recommended(app, desk, maria, dana, "renew_initial")
    visitor.sign_in(maria)
    before = visitor.get(f"/applications/{id}")
    reviews.confirm_denial(desk, id, lee.id, WHY, "Section 1")
    after = visitor.get(f"/applications/{id}")

    assert "What you can do now" not in before.text
    assert "Why it was denied" in after.text and "Ten are needed." in after.text
    assert "The decision rests on: Section 1" in after.text
    assert "by December 15, 2026" in after.text and desk.regime.office.phone in after.text


def test_who_confirms_finds_the_rule_there_and_must_name_one(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, dana: int, lee: Character
) -> None:
    kind = "advance_initial_to_provisional"
    id = recommended(app, desk, maria, dana, kind)
    visitor.sign_in(lee)
    shown = visitor.get(f"/bureau/applications/{id}")
    sent_to = f"/bureau/applications/{id}/confirm_denial"
    refused = visitor.post(sent_to, {"denial_reason": WHY, "law": ""})

    assert shown.value("law") == desk.regime.kind(kind).law != ""
    assert refused.status == 422 and "Name the law or rule." in refused.errors
    assert "Ten are needed." in refused.value("denial_reason")


def test_blanks_are_no_reason_and_no_rule(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, dana: int, lee: Character
) -> None:
    id = recommended(app, desk, maria, dana, "renew_initial")
    visitor.sign_in(lee)
    visitor.get(f"/bureau/applications/{id}")
    blank = {"denial_reason": " \n ", "law": "  "}
    refused = visitor.post(f"/bureau/applications/{id}/confirm_denial", blank)

    assert refused.status == 422
    assert "Say why." in refused.errors and "Name the law or rule." in refused.errors
