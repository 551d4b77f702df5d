"""Whatever is sent, the answer is a page, never a fault of ours; and no rule can be left out."""

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.office import OutgoingMail
from cecs.services import accounts, outbox
from cecs.web.mails import render
from tests.conftest import Letterbox
from tests.pages import Visitor
from tests.people import People
from tests.web.test_accounts import fill
from tests.web.test_register import register
from tests.web.test_stepped_flow import start

NUL = "a\0b"


def test_a_nul_is_refused_wherever_it_comes(visitor: Visitor, people: People) -> None:
    maria = people.teacher()

    assert visitor.post("/account/sign-in", {"username": NUL, "password": "x"}).status == 400
    assert visitor.get("/embed/%00").status == 400
    nul = visitor.get("/lookup?last_name=%00ab")

    assert nul.status == 400 and "We could not read what was sent." in nul.text
    visitor.sign_in(maria)
    assert visitor.post("/applications/start", {"kind": NUL, "claimed": NUL}).status == 400


def test_json_and_files_are_no_forms(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # refused even with the best of tokens
    client = app.test_client()

    assert client.post("/account/sign-in", json={"username": 5}).status_code == 415
    file = {"username": (__import__("io").BytesIO(b"x"), "x.txt")}
    assert client.post("/account/sign-in", data=file).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"birth_date-month": "999999999999"},
        {"birth_date-year": "٢٠٢٠"},
        {"last_name": "\ufdfa" * 100},
        {"first_name": "x" * 5000},
        {"ssn": "9" * 5000},
    ],
)
def test_odd_registrations_get_a_page(
    visitor: Visitor, people: People, changed: dict[str, str]
) -> None:
    maria = people.account()
    visitor.sign_in(maria)

    assert register(visitor, maria, **changed).status in (303, 422)


def test_odd_numbers_of_tasks_are_not_found(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.staff())

    assert visitor.get("/bureau/tasks/" + "9" * 30).status == 404
    assert visitor.get("/bureau/tasks/999999").status == 404


@pytest.mark.parametrize("name", ["Bob,\n\nYour certificate", "see https://evil.example", "<b>"])
def test_a_name_is_no_message(app: Flask, visitor: Visitor, name: str) -> None:
    form = visitor.get("/account/create")

    assert visitor.post("/account/create", fill(app, form, first_name=name)).status == 422


def test_an_address_that_mail_cannot_carry_is_refused(app: Flask, visitor: Visitor) -> None:
    form = visitor.get("/account/create")
    odd = {"email": "josé@example.org", "email_again": "josé@example.org"}

    assert visitor.post("/account/create", fill(app, form, **odd)).status == 422


def test_one_bad_mail_stops_no_other(app: Flask, letterbox: Letterbox) -> None:
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        outbox.put(desk, "no_such_notice", "a@example.org", {})
        db.session.commit()
        accounts.create_account(desk, "Maria", "Rivera", "maria@example.org")

        assert outbox.deliver_due(desk, render) == 2
        waiting = sa.select(OutgoingMail).where(OutgoingMail.sent_at.is_(None))
        assert db.session.scalars(waiting).one().due_at > desk.now()


def test_a_holder_cannot_start_afresh_by_leaving_the_certificate_out(
    app: Flask, visitor: Visitor, people: People
) -> None:
    visitor.sign_in(people.teacher())
    answer = start(visitor, None, "first_initial")

    assert answer.status == 422 and "Choose the certificate" in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Application)) == 0


def test_nobody_applies_before_registering(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.account())
    answer = visitor.post("/applications/start", {"kind": "first_initial"})

    assert answer.status == 422 and "Register first" in answer.text


def test_what_was_claimed_is_begun_once(visitor: Visitor, people: People) -> None:
    new = people.account("Tomas", "Berg")
    visitor.sign_in(new)
    register(visitor, new, ssn="987654326", last_name="Berg")
    claim = {"kind": "renew_initial", "claimed": "Initial, 305"}
    visitor.get("/educator/acknowledge")
    first = visitor.post("/applications/start", claim)
    second = visitor.post("/applications/start", claim)

    assert first.status == 303 and second.location == first.location


def test_signing_in_again_ends_the_sign_in_before(
    app: Flask, visitor: Visitor, people: People
) -> None:
    from cecs.models.accounts import SignIn

    maria = people.teacher()
    visitor.sign_in(maria)
    visitor.get("/account/sign-in")
    visitor.sign_in(maria)
    with app.app_context():
        standing = db.session.scalars(sa.select(SignIn).where(SignIn.ended_at.is_(None))).all()
        assert len(standing) == 1


def test_what_was_accepted_at_the_start_stays_as_it_was(
    app: Flask, visitor: Visitor, people: People
) -> None:
    from cecs.domain.applications import Status
    from tests.applying import applies

    maria = people.teacher()
    visitor.sign_in(maria)
    id = applies(app, maria, status=Status.AWAITING_PAYMENT, paid=False)
    visitor.get(f"/applications/{id}")
    answer = visitor.post(f"/applications/{id}/acknowledge")

    assert answer.location == f"/applications/{id}"
    with app.app_context():
        assert db.session.get_one(Application, id).acknowledged_at is None


@pytest.mark.parametrize("sent", ["Mu\xf1oz", "Mu\xc3\xb1oz", "Mu%F1oz", "\xff\xfe\x80"])
@pytest.mark.parametrize("path", ["/lookup?last_name=", "/api/v1/educators?last=", "/?x="])
def test_bytes_in_an_address_that_are_no_utf_8_are_no_fault_of_ours(
    app: Flask, path: str, sent: str
) -> None:
    where, _, query = f"{path}{sent}".partition("?")
    raw = {"PATH_INFO": where, "QUERY_STRING": query}  # as servers hand bytes on, in Latin-1
    response = app.test_client().get(where, environ_overrides=raw)

    assert response.status_code in (200, 422 if "lookup" in path else 400)
