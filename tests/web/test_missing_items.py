"""Several things are asked for in one go; the applicant reads one list and settles each."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.applications import MissingItem
from cecs.models.office import OutgoingMail
from cecs.services import missing_items
from cecs.services.missing_items import Wanted
from cecs.web.mails import render
from tests.applying import applies, now
from tests.pages import Page, Visitor
from tests.people import Character, People

QUESTION = "Where did you teach in 2019?"


def asks(dana: Visitor, id: UUID, **said: str) -> Page:
    at = f"/bureau/applications/{id}"
    dana.get(at)
    return dana.follow(dana.post(f"{at}/ask", said))


def asked(app: Flask, desk: Desk, people: People, maria: Character) -> UUID:
    """An application of Maria's that lacks a paper and an answer."""
    id = applies(app, maria, Status.IN_REVIEW)
    wanted = [Wanted("Form ED 126", "That of Hill", "ed_126"), Wanted(QUESTION)]
    missing_items.ask(desk, id, people.staff("Lee", "Chandra").id, wanted)
    return id


def test_a_reviewer_ticks_what_the_kind_asks_for_and_adds_her_own_words(
    app: Flask, desk: Desk, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, kind="first_initial")
    shown = dana.get(f"/bureau/applications/{id}")
    boxes = [box["name"] for box in shown.soup.select("main input[type=checkbox]")]
    said = {"ask_transcripts": "y", "note_transcripts": " That of 2019 ", "ask_tests": "y"}
    done = asks(dana, id, **said, missing=f"{QUESTION}\n\n A second name ")
    items = [(item.document_code, item.note) for item in now(id).missing]

    assert boxes == [f"ask_{one.code}" for one in desk.regime.documents_of("first_initial")]
    assert items == [("transcripts", "That of 2019"), ("tests", ""), (None, ""), (None, "")]
    assert now(id).missing[3].words == "A second name"
    assert done.text.count("Asked for on") == 4 and "(That of 2019)" in done.text


def test_a_reviewer_asks_for_more_of_what_is_not_waited_for_already(
    app: Flask, desk: Desk, dana: Visitor, another_visitor: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, kind="first_initial")
    asks(dana, id, ask_transcripts="y")
    shown = dana.get(f"/bureau/applications/{id}")
    boxes = [box["name"] for box in shown.soup.select("main input[type=checkbox]")]
    again = asks(dana, id, ask_transcripts="y")
    done = asks(dana, id, ask_tests="y", missing=QUESTION)
    another_visitor.sign_in(maria)
    hers = another_visitor.get(f"/applications/{id}")

    assert "Ask for something more" in shown.text and "what is new and what is still" in shown.text
    assert "ask_transcripts" not in boxes and "ask_tests" in boxes
    assert again.status == 422 and "Tick what is missing, or say it." in again.errors
    assert "Done." in done.text and "The application is now" not in done.text
    assert done.text.count("Asked for on") == 3 and "Asked for something more" in done.text
    assert "3 of 3 still open." in hers.text and "We asked for something more" in hers.text


@pytest.mark.parametrize(
    ("said", "fault", "link"),
    [
        ({}, "Tick what is missing, or say it.", "#ask_transcripts"),
        ({"missing": " \n "}, "Tick what is missing, or say it.", "#ask_transcripts"),
        ({"note_tests": "Of 2019"}, "Tick the item above", "#note_tests"),
        ({"ask_tests": "y", "note_tests": "x" * 301}, "under 300 letters", "#note_tests"),
        ({"missing": "x" * 501}, "under 500 letters", "#missing"),
        ({"missing": "Dear all\n" * 21}, "Ask for 20 at most", "#missing"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    app: Flask, dana: Visitor, maria: Character, said: dict[str, str], fault: str, link: str
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, kind="first_initial")
    refused = asks(dana, id, **said)
    links = [found["href"] for found in refused.soup.select("#error-summary a")]

    assert refused.status == 422 and fault in refused.errors and links == [link]
    assert fault in refused.soup.find(id=f"{link[1:]}-error").get_text()
    assert refused.soup.find(id=link[1:]).find_parent("details").has_attr("open")
    assert all(refused.value(name).strip() == typed.strip() for name, typed in said.items())


def test_what_a_form_of_another_kind_names_is_not_asked_for(
    app: Flask, desk: Desk, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, kind="renew_initial")
    refused = asks(dana, id, ask_transcripts="y")

    assert refused.status == 422 and now(id).status is Status.IN_REVIEW


def test_one_mail_holds_one_list(app: Flask, desk: Desk, people: People, maria: Character) -> None:
    id = asked(app, desk, people, maria)
    [mail] = db.session.scalars(sa.select(OutgoingMail)).all()
    with app.test_request_context():
        subject, text = render(mail.notice, mail.values, None)

    assert subject.endswith(": we need 2 things more from you")
    assert f"1. Form ED 126\n   That of Hill\n2. {QUESTION}\n" in text
    assert "in words" in text and f"/applications/{id}" in text
    assert "\n".join(desk.regime.office.mail_address) in text


def test_where_only_papers_are_missing_no_answer_is_promised(
    app: Flask, desk: Desk, people: People, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    missing_items.ask(desk, id, people.staff().id, [Wanted("Form ED 126", "", "ed_126")])
    [mail] = db.session.scalars(sa.select(OutgoingMail)).all()
    with app.test_request_context():
        subject, text = render(mail.notice, mail.values, None)

    assert subject.endswith(": we need one thing more from you") and "in words" not in text


def test_the_applicant_sees_what_is_open_and_answers_each_by_itself(
    app: Flask, desk: Desk, people: People, visitor: Visitor, maria: Character
) -> None:
    id = asked(app, desk, people, maria)
    visitor.sign_in(maria)
    before = visitor.get(f"/applications/{id}")
    [form] = before.soup.select("main li form")
    done = visitor.follow(visitor.post(form["action"], {"answer": " In Hill\nand Ash "}))

    assert "2 of 2 still open." in before.text and "That of Hill" in before.text
    assert "We have your answer." in done.text and "1 of 2 still open." in done.text
    assert "You answered on" in done.text and not done.soup.select("main li form")
    assert now(id).missing[1].answer.splitlines() == ["In Hill", "and Ash"]


def test_an_empty_or_endless_answer_says_so_beside_its_field(
    app: Flask, desk: Desk, people: People, visitor: Visitor, maria: Character
) -> None:
    id = asked(app, desk, people, maria)
    visitor.sign_in(maria)
    [form] = visitor.get(f"/applications/{id}").soup.select("main li form")
    empty = visitor.post(form["action"], {"answer": " "})
    endless = visitor.post(form["action"], {"answer": "x" * 2001})
    [link] = endless.soup.select("#error-summary a")

    assert empty.status == endless.status == 422
    assert "Write your answer." in empty.errors and "under 2,000 letters" in endless.errors
    assert endless.soup.find(id=link["href"][1:]).get_text().strip() == "x" * 2001
    assert visitor.get(form["action"]).location == f"/applications/{id}"


def test_a_paper_is_not_answered_and_a_stranger_answers_nothing(
    app: Flask, desk: Desk, people: People, visitor: Visitor, another_visitor: Visitor,
    maria: Character,
) -> None:  # fmt: skip
    id = asked(app, desk, people, maria)
    paper, question = (item.id for item in now(id).missing)
    visitor.sign_in(maria)
    refused = visitor.post(f"/applications/{id}/items/{paper}", {"answer": "Here"})
    empty = visitor.post(f"/applications/{id}/items/{paper}", {"answer": ""})
    another_visitor.sign_in(people.account("Pablo"))
    stranger = another_visitor.post(f"/applications/{id}/items/{question}", {"answer": "Here"})

    assert refused.status == 422 and "Send it by mail." in refused.errors
    assert empty.status == 422 and "not waited for any more" in empty.errors
    assert stranger.status == 404 and not any(item.answer for item in now(id).missing)


def test_the_reviewer_reads_the_answer_and_who_gave_it(
    app: Flask, desk: Desk, people: People, dana: Visitor, maria: Character
) -> None:
    id = asked(app, desk, people, maria)
    missing_items.answer(desk, id, maria.id, now(id).missing[1].id, "In Hill")
    shown = dana.get(f"/bureau/applications/{id}")

    assert "Answered on" in shown.text and "In Hill" in shown.soup.find("q").get_text()
    assert f"Maria Rivera: {QUESTION} In Hill" in shown.text


def test_what_was_asked_for_before_there_were_lists_is_shown_and_settled(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.MISSING_CREDENTIALS)
    db.session.add(MissingItem(application_id=id, words="Transcript", asked_at=desk.now()))
    db.session.commit()
    visitor.sign_in(maria)
    [form] = visitor.get(f"/applications/{id}").soup.select("main li form")
    visitor.post(form["action"], {"answer": "The college sent it on Monday."})

    assert now(id).status is Status.WAITING_REVIEW


def takes_back(dana: Visitor, id: UUID, item: int, why: str) -> Page:
    at = f"/bureau/applications/{id}"
    dana.get(at)
    return dana.follow(dana.post(f"{at}/not_needed", {"item": item, "why": why}))


def test_an_item_asked_for_by_mistake_is_taken_back_and_both_read_why(
    app: Flask, desk: Desk, people: People, dana: Visitor, another_visitor: Visitor,
    maria: Character,
) -> None:  # fmt: skip
    id = asked(app, desk, people, maria)
    done = takes_back(dana, id, now(id).missing[0].id, " Hill sent it. ")
    another_visitor.sign_in(maria)
    hers = another_visitor.get(f"/applications/{id}")

    assert "No longer needed since" in done.text
    assert "Done." in done.text and "The application is now" not in done.text
    assert [line.get_text() for line in done.soup.select(".timeline li:first-child .usa-hint")] == [
        "Dana Okafor: Form ED 126 (That of Hill)", "Hill sent it."
    ]  # fmt: skip
    assert "1 of 2 still open." in hers.text and "You need not send this any more" in hers.text
    assert "We no longer need what we had asked for" in hers.text
    assert [line.get_text() for line in hers.soup.select(".timeline li:last-child .usa-hint")] == [
        "Form ED 126 (That of Hill)", "Hill sent it."
    ]  # fmt: skip


def test_with_the_last_one_taken_back_the_application_waits_for_its_review(
    app: Flask, desk: Desk, people: People, dana: Visitor, maria: Character
) -> None:
    id = asked(app, desk, people, maria)
    for item in [item.id for item in now(id).missing]:
        done = takes_back(dana, id, item, "We found it.")

    assert "The application is now: Waiting Review." in done.text
    assert now(id).status is Status.WAITING_REVIEW


@pytest.mark.parametrize(
    ("why", "fault"),
    [("  ", "Say why it is no longer needed."), ("x" * 301, "under 300 letters")],
)
def test_why_an_item_is_taken_back_must_be_said_at_that_item(
    app: Flask, desk: Desk, people: People, dana: Visitor, maria: Character, why: str, fault: str
) -> None:
    id = asked(app, desk, people, maria)
    item = now(id).missing[1].id
    refused = takes_back(dana, id, item, why)
    [link] = refused.soup.select("#error-summary a")
    field = refused.soup.find(id=f"why-{item}")

    assert refused.status == 422 and fault in refused.errors
    assert link["href"] == f"#why-{item}" and field["value"] == why
    assert field.find_parent("details").has_attr("open")
    assert len(refused.soup.select("details[open]")) == 1
    assert not any(one.not_needed for one in now(id).missing)


def test_who_takes_back_what_came_meanwhile_reads_that(
    app: Flask, desk: Desk, people: People, dana: Visitor, maria: Character
) -> None:
    id = asked(app, desk, people, maria)
    item = now(id).missing[0].id
    missing_items.receive(desk, id, people.staff("Ana", "Ruiz").id, item)
    late, empty = takes_back(dana, id, item, "Hill sent it."), takes_back(dana, id, item, "")

    assert late.status == empty.status == 422
    assert "not waited for any more" in late.errors and "moved on meanwhile" in empty.errors
    assert now(id).missing[0].not_needed == ""
