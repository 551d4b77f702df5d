"""Signing in and out, through the pages."""

from flask import Flask

from cecs.services import outbox
from cecs.web.mails import render
from tests.conftest import Letterbox
from tests.pages import Visitor
from tests.people import People

NEW = "seven tall lamps glow"


def test_a_forgotten_password_leads_to_choosing_one_and_nowhere_else(
    app: Flask, visitor: Visitor, people: People, letterbox: Letterbox
) -> None:
    maria = people.teacher()
    visitor.get("/account/forgot-password")
    visitor.post("/account/forgot-password", {"email": maria.email})
    with app.app_context():
        outbox.deliver_due(app.extensions["cecs_desk"], render)
    temporary = letterbox.letters[-1][2].split("temporary password is: ")[1].split()[0]
    visitor.get("/account/sign-in")
    answer = visitor.post("/account/sign-in", {"username": maria.username, "password": temporary})

    assert answer.location == "/account/password"
    assert visitor.get("/educator/").location == "/account/password"
    asked = visitor.get("/account/password")
    chosen = visitor.post("/account/password", {"old": temporary, "new": NEW, "again": NEW})
    labels = [label.get_text() for label in asked.soup.main.find_all("label")]
    assert labels == ["Temporary password", "New password", "New password again"]
    assert visitor.follow(chosen).h1 == "My certificates"


def test_staff_who_have_chosen_a_password_come_to_the_bureau(
    visitor: Visitor, people: People
) -> None:
    dana = people.staff()
    visitor.sign_in(dana)
    visitor.get("/account/password")
    chosen = visitor.post("/account/password", {"old": dana.password, "new": NEW, "again": NEW})

    assert chosen.location == "/bureau"


def test_a_forgotten_username_or_password_has_the_same_answer_for_anyone(
    app: Flask, visitor: Visitor, people: People, letterbox: Letterbox
) -> None:
    maria = people.account()
    for url in ("/account/forgot-username", "/account/forgot-password"):
        answers = []
        for email in (maria.email, "nobody@example.org"):
            visitor.get(url)
            answers.append(visitor.follow(visitor.post(url, {"email": email})).text)

        assert answers[0] == answers[1]
    with app.app_context():
        outbox.deliver_due(app.extensions["cecs_desk"], render)
    assert [to for to, _, _ in letterbox.letters] == [maria.email] * 2


def test_signing_out_takes_a_button_not_a_link(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.account())

    assert visitor.get("/account/sign-out").status == 405
    assert visitor.get("/account/password").status == 200
