"""What waits for a person: identity checks, and requests of those who are locked out."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.office import Outcome, OutgoingMail, Registration, Task, TaskKind
from tests.applying import applies
from tests.pages import Visitor
from tests.people import Character, People


def checked(app: Flask, people: People, *others: int | None) -> tuple[Character, int, int]:
    """Judith, whose birth date disagrees with the record: her account, task and record.

    `others` are records that may be hers, too.
    """
    judith = people.account("Judith", "Adler")
    record = people.record("Judith", "Adler", date(1980, 2, 29), "987654327")
    with app.app_context():
        at = app.extensions["cecs_desk"].now()
        said = Registration(
            person_id=judith.id, first_name="Judith", last_name="Adler", at=at, reason="",
            birth_date=date(1980, 2, 28), outcome=Outcome.CHECK,
        )  # fmt: skip
        details = {"candidates": [record, *others]}
        task = Task(kind=TaskKind.IDENTITY, person_id=judith.id, details=details, opened_at=at)
        db.session.add_all([said, task])
        db.session.commit()
        return judith, task.id, record


def record_of(app: Flask, who: Character) -> int | None:
    with app.app_context():
        return db.session.get_one(Person, who.id).educator_id


def test_someone_under_check_is_linked(app: Flask, dana: Visitor, people: People) -> None:
    judith, task, record = checked(app, people)
    shown = dana.get(f"/bureau/tasks/{task}")
    after = dana.follow(dana.post(f"/bureau/tasks/{task}/link", {"educator": str(record)}))

    assert "February 28, 1980" in shown.text and "February 29, 1980" in shown.text
    assert "987654327" not in shown.html
    assert record_of(app, judith) == record
    assert "by Dana Okafor" in after.text


def test_a_record_that_belongs_to_another_account_is_not_linked(
    app: Flask, dana: Visitor, people: People, maria: Character
) -> None:
    judith, task, _record = checked(app, people, maria.educator_id)
    dana.get(f"/bureau/tasks/{task}")
    answer = dana.post(f"/bureau/tasks/{task}/link", {"educator": str(maria.educator_id)})

    assert answer.status == 422 and "another account" in answer.text
    assert record_of(app, judith) is None


def test_a_record_that_the_check_does_not_name_is_not_linked(
    app: Flask, dana: Visitor, people: People
) -> None:
    judith, task, _record = checked(app, people)
    anybodys = people.record("Grace", "Kim", date(1992, 6, 14), "987654325")
    dana.get(f"/bureau/tasks/{task}")
    answer = dana.post(f"/bureau/tasks/{task}/link", {"educator": str(anybodys)})

    assert answer.status == 404
    assert record_of(app, judith) is None


def test_who_has_no_record_gets_one(app: Flask, dana: Visitor, people: People) -> None:
    judith, task, record = checked(app, people)
    dana.get(f"/bureau/tasks/{task}")
    dana.follow(dana.post(f"/bureau/tasks/{task}/make-record"))

    assert record_of(app, judith) not in (None, record)
    assert "Settled on" in dana.get(f"/bureau/tasks/{task}").text


def test_linking_needs_a_record(app: Flask, dana: Visitor, people: People) -> None:
    _judith, task, _record = checked(app, people)
    dana.get(f"/bureau/tasks/{task}")

    assert dana.post(f"/bureau/tasks/{task}/link", {"educator": "x"}).status == 422
    assert dana.post(f"/bureau/tasks/{task}/link", {"educator": "999"}).status == 404


def test_a_request_is_read_and_closed(app: Flask, dana: Visitor, visitor: Visitor) -> None:
    with app.app_context():
        details = {
            "first_name": "Ana", "last_name": "Diaz", "email": "ana@example.org",
            "message": "My mailbox is <b>gone</b>.",
        }  # fmt: skip
        at = app.extensions["cecs_desk"].now()
        db.session.add(Task(kind=TaskKind.LOST_MAILBOX, details=details, opened_at=at))
        db.session.commit()
    listed = dana.get("/bureau/tasks")
    shown = dana.get(listed.soup.main.find("a", href="/bureau/tasks/1")["href"])
    after = dana.follow(dana.post("/bureau/tasks/1/close"))

    assert "Ana Diaz" in listed.text
    assert "My mailbox is <b>gone</b>." in shown.text and "ana@example.org" in shown.text
    assert "Settled on" in after.text and "by Dana Okafor" in after.text
    assert "Nothing is waiting." in dana.get("/bureau/tasks").text
    assert dana.post("/bureau/tasks/1/close").status == 404
    assert dana.get("/bureau/tasks/2").status == 404


def asks(visitor: Visitor, page: str, **said: str) -> None:
    """Sends a request to the bureau as somebody locked out would."""
    visitor.get(page)
    sent = {
        "first_name": "Pablo", "last_name": "Rivera", "email": "pablo@example.org",
        "message": "I cannot read the words.",
    }  # fmt: skip
    assert visitor.post(page, sent | said).status == 303


def the_person(app: Flask, email: str) -> Person | None:
    with app.app_context():
        return db.session.scalar(sa.select(Person).where(Person.email_key == email))


def mails(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id))
        return [(mail.notice, mail.recipient) for mail in found]


def test_staff_open_the_account_that_was_asked_for(
    app: Flask, dana: Visitor, another_visitor: Visitor
) -> None:
    asks(another_visitor, "/account/ask-for-help")
    shown = dana.get("/bureau/tasks/1")
    sent = {name: shown.value(name) for name in ("first_name", "last_name", "email")}
    empty = dana.post("/bureau/tasks/1/open-account", sent | {"email": "pablo"})
    done = dana.post("/bureau/tasks/1/open-account", sent)
    again = dana.post("/bureau/tasks/1/open-account", sent | {"email": "other@example.org"})

    assert empty.status == 422 and "name@example.org" in empty.errors
    assert done.status == 303 and the_person(app, "pablo@example.org")
    assert [to for _, to in mails(app)] == ["pablo@example.org"] * 2
    assert again.status == 404 and the_person(app, "other@example.org") is None


def test_an_email_that_has_an_account_is_named_to_staff(
    app: Flask, dana: Visitor, another_visitor: Visitor, people: People
) -> None:
    maria = people.account()
    asks(another_visitor, "/account/ask-for-help", email=maria.email.upper())
    dana.get("/bureau/tasks/1")
    sent = {"first_name": "Pablo", "last_name": "Rivera", "email": maria.email}
    answer = dana.post("/bureau/tasks/1/open-account", sent)

    assert answer.status == 422 and "account with this email" in answer.errors
    assert answer.value("first_name") == "Pablo" and mails(app) == []


def test_staff_move_an_account_to_another_mailbox(
    app: Flask, dana: Visitor, another_visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    another_visitor.sign_in(maria)
    asks(another_visitor, "/account/lost-mailbox", email="new@example.org")
    found = dana.post("/bureau/tasks/1", {"account": maria.email})
    form = found.soup.main.find(attrs={"name": "person"}).find_parent("form")
    sent = {one["name"]: one["value"] for one in form("input") if one.get("value")}
    unsure = dana.post(form["action"], sent)
    done = dana.post("/bureau/tasks/1/change-email", sent | {"how": "By phone"})

    assert unsure.status == 422 and "Say how you made sure" in unsure.errors
    assert unsure.value("person") == str(maria.id) and "?" not in form["action"]
    assert done.status == 303 and the_person(app, "new@example.org").id == maria.id
    assert mails(app) == [
        ("email_changed", maria.email),
        ("username", "new@example.org"),
        ("temporary_password", "new@example.org"),
    ]
    assert another_visitor.get("/educator/").status == 303


def test_no_account_of_that_name_and_no_email_of_others(
    app: Flask, dana: Visitor, another_visitor: Visitor, people: People
) -> None:
    maria, pablo = people.account(), people.account("Pablo")
    asks(another_visitor, "/account/lost-mailbox")
    nobody = dana.post("/bureau/tasks/1", {"account": "nobody1234"})
    sent = {"person": str(maria.id), "email": pablo.email, "how": "By phone", "account": "x"}
    taken = dana.post("/bureau/tasks/1/change-email", sent)

    assert nobody.status == 422 and "There is no account" in nobody.errors
    assert taken.status == 422 and the_person(app, maria.email).id == maria.id
    assert mails(app) == []


def test_an_account_is_found_by_name(
    dana: Visitor, another_visitor: Visitor, people: People
) -> None:
    wanted, _same = people.account("Pablo", "Ruiz"), people.account("Rosa", "Ruiz")
    asks(another_visitor, "/account/lost-mailbox")
    listed = dana.post("/bureau/tasks/1", {"account": "ruiz"})
    by_both = dana.post("/bureau/tasks/1", {"account": "Pablo Ru"})
    one = by_both.soup.main.find("button", string="Pablo Ruiz").find_parent("form")
    chosen = dana.post(one["action"], {each["name"]: each["value"] for each in one("input")})

    assert "Pablo Ruiz" in listed.text and "Rosa Ruiz" in listed.text
    assert "Rosa Ruiz" not in by_both.text
    assert chosen.value("person") == str(wanted.id)


def test_an_application_leads_to_the_open_check_of_its_owner(
    app: Flask, dana: Visitor, people: People
) -> None:
    judith, task, record = checked(app, people)
    id = applies(app, judith)
    before = dana.get(f"/bureau/applications/{id}")
    dana.get(f"/bureau/tasks/{task}")
    dana.post(f"/bureau/tasks/{task}/link", {"educator": str(record)})
    after = dana.get(f"/bureau/applications/{id}")

    assert before.soup.main.find("a", href=f"/bureau/tasks/{task}")
    assert not after.soup.main.find("a", href=f"/bureau/tasks/{task}")


def test_a_reviewer_moves_no_account_of_staff(
    app: Flask, dana: Visitor, another_visitor: Visitor, people: People
) -> None:
    lee = people.staff("Lee", "Chandra", "administrator")
    asks(another_visitor, "/account/lost-mailbox")
    dana.get("/bureau/tasks/1")
    sent = {"person": str(lee.id), "email": "mine@example.org", "how": "By phone"}
    answer = dana.post("/bureau/tasks/1/change-email", sent | {"account": lee.username})

    assert answer.status == 422 and "administrator" in answer.errors
    assert the_person(app, lee.email).id == lee.id


@pytest.mark.parametrize("person", ["", "x", "99999999999", "77"])
def test_an_account_that_is_not_there_cannot_be_moved(
    dana: Visitor, another_visitor: Visitor, person: str
) -> None:
    asks(another_visitor, "/account/lost-mailbox")
    dana.get("/bureau/tasks/1")
    sent = {"person": person, "email": "new@example.org", "how": "By phone"}

    assert dana.post("/bureau/tasks/1/change-email", sent).status in (404, 422)
