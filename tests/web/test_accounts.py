"""The account pages, through the door that educators use."""

import uuid

import sqlalchemy as sa
from flask import Flask

from cecs.extensions import db
from cecs.models.accounts import CaptchaChallenge, Person
from cecs.services import outbox
from cecs.web.mails import render
from tests.conftest import Clock, Letterbox
from tests.pages import Page, Visitor
from tests.people import PASSWORD, People

MARIA = {
    "last_name": "Rivera",
    "first_name": "Maria",
    "email": "maria@example.org",
    "email_again": "maria@example.org",
}


def words_on(app: Flask, page: Page) -> str:
    """The two words of the box, read from the database as a person reads the picture."""
    with app.app_context():
        challenge = db.session.scalars(
            sa.select(CaptchaChallenge).where(
                CaptchaChallenge.id == uuid.UUID(page.value("challenge"))
            )
        ).one()
        vault = app.extensions["cecs_desk"].vault
        return str(vault.unseal(challenge.sealed, f"captcha/{challenge.id}").split("|")[0])


def fill(app: Flask, page: Page, **changed: str) -> dict[str, str]:
    challenge = {"challenge": page.value("challenge"), "words": words_on(app, page).upper()}
    return MARIA | challenge | changed


def deliver(app: Flask) -> None:
    with app.app_context():
        outbox.deliver_due(app.extensions["cecs_desk"], render)


def word_after(letterbox: Letterbox, words: str) -> str:
    text = next(text for _, _, text in reversed(letterbox.letters) if words in text)
    return text.split(words)[1].split()[0]


def test_from_the_form_to_a_personal_password(
    app: Flask, visitor: Visitor, letterbox: Letterbox
) -> None:
    form = visitor.get("/account/create")
    created = visitor.follow(visitor.post("/account/create", fill(app, form)))
    deliver(app)
    username = word_after(letterbox, "username is: ")
    temporary = word_after(letterbox, "temporary password is: ")
    signed_in = visitor.follow(
        visitor.post(
            "/account/sign-in",
            {"username": username, "password": temporary.replace("-", " ").upper()},
        )
    )

    assert created.h1 == "Look in your mailbox" and "spam" in created.text
    assert signed_in.h1 == "Choose your personal password"
    answer = visitor.post(
        "/account/password", {"old": temporary, "new": PASSWORD, "again": PASSWORD}
    )
    assert answer.status == 303
    visitor.get("/account/password")
    visitor.post("/account/sign-out")
    visitor.get("/account/sign-in")
    again = visitor.post("/account/sign-in", {"username": username, "password": PASSWORD})
    assert again.status == 303


def test_a_miss_keeps_the_rest_of_the_form(app: Flask, visitor: Visitor) -> None:
    form = visitor.get("/account/create")
    answer = visitor.post("/account/create", fill(app, form, words="wrong words"))

    assert answer.status == 422 and "not the two words" in answer.errors
    assert answer.value("email") == "maria@example.org" and answer.value("words") == ""
    assert answer.value("challenge") != form.value("challenge")


def test_the_words_work_once(app: Flask, visitor: Visitor) -> None:
    form = visitor.get("/account/create")
    filled = fill(app, form)
    visitor.post("/account/create", filled)
    answer = visitor.post("/account/create", filled | {"email": "b@example.org"})

    assert answer.status == 422


def test_the_words_are_for_one_browser(
    app: Flask, visitor: Visitor, another_visitor: Visitor
) -> None:
    form = visitor.get("/account/create")
    another_visitor.get("/account/create")
    picture = f"/account/words/{form.value('challenge')}.png"

    assert visitor.get(picture).status == 200
    assert another_visitor.get(picture).status == 404
    assert another_visitor.post("/account/create", fill(app, form)).status == 422


def test_the_words_last_ten_minutes(app: Flask, visitor: Visitor, clock: Clock) -> None:
    form = visitor.get("/account/create")
    clock.advance(minutes=10, seconds=1)

    assert visitor.post("/account/create", fill(app, form)).status == 422


def test_the_answer_is_the_same_for_a_taken_email(
    app: Flask, visitor: Visitor, another_visitor: Visitor
) -> None:
    first = visitor.post("/account/create", fill(app, visitor.get("/account/create")))
    form = another_visitor.get("/account/create")
    second = another_visitor.post(
        "/account/create",
        fill(app, form, email="MARIA@example.org", email_again="MARIA@example.org"),
    )

    assert (first.status, first.location) == (second.status, second.location)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_two_emails_that_differ_are_named_at_the_field(app: Flask, visitor: Visitor) -> None:
    form = visitor.get("/account/create")
    answer = visitor.post("/account/create", fill(app, form, email_again="other@example.org"))

    assert answer.status == 422 and "differ" in answer.errors
    assert answer.value("words") == fill(app, form)["words"]
    assert answer.value("challenge") == form.value("challenge")


def test_guessing_is_slowed_down_and_the_wait_is_told(
    visitor: Visitor, people: People, clock: Clock
) -> None:
    maria = people.account()
    wrong = {"username": maria.username, "password": "not the password"}
    for _ in range(6):
        assert "do not go together" in visitor.post("/account/sign-in", wrong).errors
    stopped = visitor.post("/account/sign-in", wrong | {"password": maria.password})
    clock.advance(minutes=15, seconds=1)
    later = visitor.post("/account/sign-in", wrong | {"password": maria.password})

    assert "Wait 15 minutes" in stopped.errors
    assert later.status == 303


def test_a_sign_in_ends_after_half_an_hour_of_nothing(
    visitor: Visitor, people: People, clock: Clock
) -> None:
    visitor.sign_in(people.account())
    clock.advance(minutes=29)
    present = visitor.get("/account/password")
    clock.advance(minutes=31)
    gone = visitor.get("/account/password")

    assert present.status == 200
    assert gone.status == 303 and "/account/sign-in" in gone.location


def test_nobody_is_sent_to_a_foreign_page_after_signing_in(
    visitor: Visitor, people: People
) -> None:
    maria = people.account()
    sent = {"username": maria.username, "password": maria.password}
    for foreign in ("https://evil.example", "//evil.example", "/\\evil.example"):
        answer = visitor.post("/account/sign-in", sent | {"next": foreign})

        assert answer.location == "/educator/"
        visitor.post("/account/sign-out")


def test_a_new_password_ends_the_other_sign_ins(
    visitor: Visitor, another_visitor: Visitor, people: People
) -> None:
    maria = people.account()
    visitor.sign_in(maria)
    another_visitor.sign_in(maria)
    visitor.get("/account/password")
    new = "seven tall lamps glow"
    sent = {"old": maria.password, "new": new, "again": new}
    done = visitor.follow(visitor.post("/account/password", sent))

    assert "Your new password is saved." in done.text
    assert visitor.get("/account/password").status == 200
    assert another_visitor.get("/account/password").status == 303


OPEN_PAGES = """/ /help /contact /account/ask-for-help /account/lost-mailbox /account/asked
/account/forgot-username /account/forgot-password""".split()


def test_the_help_pages_open_for_anyone(visitor: Visitor) -> None:
    for url in OPEN_PAGES:
        assert visitor.get(url).status == 200, url


def test_a_request_to_the_bureau_is_kept(app: Flask, visitor: Visitor) -> None:
    visitor.get("/account/lost-mailbox")
    asked = {"first_name": "Maria", "last_name": "Rivera", "email": "m@example.org",
             "message": "My old school closed its mailboxes."}  # fmt: skip

    assert visitor.post("/account/lost-mailbox", asked).status == 303


def test_new_words_keep_the_rest_of_the_form(app: Flask, visitor: Visitor) -> None:
    form = visitor.get("/account/create")
    answer = visitor.post("/account/create", MARIA | {"new_words": "yes"})

    assert answer.status == 200 and answer.errors == ""
    assert answer.value("last_name") == "Rivera"
    assert answer.value("challenge") != form.value("challenge")
