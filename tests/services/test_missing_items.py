"""What is asked for in one go is settled item by item, by the bureau or by the applicant."""

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.office import OutgoingMail
from cecs.services import missing_items, reviews
from cecs.services.missing_items import Wanted
from cecs.services.transactions import Gone
from tests.applying import applies, now, refusal
from tests.letters import letter
from tests.people import Character, People

TRANSCRIPT = Wanted("Transcript", "That of 2019", "transcripts")
SCORE, SCHOOL = Wanted("Test score"), Wanted("Where did you teach in 2019?")


@pytest.fixture
def dana(people: People) -> int:
    """The reviewer's id."""
    return int(people.staff().id)


def asked(app: Flask, desk: Desk, maria: Character, by: int, *wanted: Wanted) -> uuid.UUID:
    id = applies(app, maria, Status.IN_REVIEW)
    missing_items.ask(desk, id, by, wanted)
    return id


def happened(id: uuid.UUID, name: str) -> list[tuple[int | None, str]]:
    return [(e.by_id, e.details.get("words", "")) for e in now(id).events if e.name == name]


def test_all_is_asked_for_at_once_in_one_mail(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT, SCORE)
    [mail] = db.session.scalars(sa.select(OutgoingMail)).all()

    assert [item.whole for item in now(id).missing] == ["Transcript (That of 2019)", "Test score"]
    assert now(id).status is Status.MISSING_CREDENTIALS
    assert (mail.recipient, len(mail.values["items"])) == (maria.email, 2)
    said = "Transcript (That of 2019)\nTest score"
    assert happened(id, "became_missing_credentials") == [(dana, said)]


def test_what_was_forgotten_is_asked_for_while_the_rest_is_waited_for(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT, SCORE)
    missing_items.receive(desk, id, dana, now(id).missing[1].id)
    missing_items.ask(desk, id, dana, [SCHOOL])
    subject, text = letter(app)
    new, before = text.split("This we asked you for before, and it is still open:")

    assert now(id).status is Status.MISSING_CREDENTIALS and len(now(id).missing) == 3
    assert happened(id, "more_asked") == [(dana, SCHOOL.words)]
    assert subject.endswith(": we need one thing more from you")
    assert new.endswith(f"not asked you for before: 1. {SCHOOL.words} ")
    assert before.startswith(" 1. Transcript That of 2019 Send papers by mail")
    assert "Test score" not in text and "answer what you can tell us in words" in text


def test_nothing_more_is_asked_for_once_all_came_before_the_review_goes_on(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, SCORE)
    missing_items.receive(desk, id, dana, now(id).missing[0].id)
    told = refusal(lambda: missing_items.ask(desk, id, dana, [SCHOOL]))

    assert "moved on" in told and len(now(id).missing) == 1


def test_each_is_ticked_off_and_with_the_last_the_review_goes_on(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT, SCORE)
    first, second = (item.id for item in now(id).missing)
    missing_items.receive(desk, id, dana, second)
    between = now(id).status
    missing_items.receive(desk, id, dana, first)
    ticked = [(dana, "Test score"), (dana, "Transcript (That of 2019)")]

    assert (between, now(id).status) == (Status.MISSING_CREDENTIALS, Status.WAITING_REVIEW)
    assert happened(id, "item_received") == ticked


def test_the_applicant_answers_in_words_and_with_the_last_the_review_goes_on(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT, SCHOOL)
    paper, question = (item.id for item in now(id).missing)
    missing_items.answer(desk, id, maria.id, question, "In Hill")
    between = now(id).status
    missing_items.receive(desk, id, dana, paper)

    assert (between, now(id).status) == (Status.MISSING_CREDENTIALS, Status.WAITING_REVIEW)
    assert [item.answer for item in now(id).missing] == ["", "In Hill"]
    assert happened(id, "item_answered") == [(maria.id, SCHOOL.words)]


def test_an_answer_that_is_the_last_sends_the_application_back_to_review(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, SCHOOL)
    missing_items.answer(desk, id, maria.id, now(id).missing[0].id, "In Hill")
    reviews.start(desk, id, dana)

    assert now(id).status is Status.IN_REVIEW


def test_a_document_is_not_answered_in_words(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT)
    item = now(id).missing[0].id
    why = refusal(lambda: missing_items.answer(desk, id, maria.id, item, "Here"))

    assert "Send it by mail" in why and now(id).missing[0].received_at is None


def test_nothing_is_settled_twice(app: Flask, desk: Desk, maria: Character, dana: int) -> None:
    id = asked(app, desk, maria, dana, SCHOOL, SCORE)
    item = now(id).missing[0].id
    missing_items.answer(desk, id, maria.id, item, "In Hill")
    again = refusal(lambda: missing_items.answer(desk, id, maria.id, item, "In Ash"))
    late = refusal(lambda: missing_items.receive(desk, id, dana, item))

    assert "not waited for" in again and "not waited for" in late
    assert now(id).missing[0].answer == "In Hill"


def test_nobody_answers_for_another(
    app: Flask, desk: Desk, people: People, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, SCHOOL)
    item, other = now(id).missing[0].id, people.account("Pablo")
    with pytest.raises(Gone):
        missing_items.answer(desk, id, other.id, item, "In Hill")

    assert now(id).missing[0].answer == ""


def test_an_item_of_another_application_is_neither_ticked_off_nor_answered(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    one, other = (asked(app, desk, maria, dana, SCHOOL) for _ in range(2))
    item = now(other).missing[0].id

    assert "not waited for" in refusal(lambda: missing_items.receive(desk, one, dana, item))
    assert "not waited for" in refusal(lambda: missing_items.answer(desk, one, maria.id, item, "x"))
    assert now(other).missing[0].received_at is None


def test_after_it_has_moved_on_nothing_is_answered(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, SCHOOL)
    item = now(id).missing[0].id
    now(id).status = Status.WITHDRAWN
    db.session.commit()

    assert "moved on" in refusal(lambda: missing_items.answer(desk, id, maria.id, item, "x"))


def test_an_item_is_taken_back_with_a_reason_and_the_rest_is_still_asked_for(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT, SCORE)
    missing_items.take_back(desk, id, dana, now(id).missing[0].id, "Hill sent it to us.")
    subject, text = letter(app)
    [event] = [e for e in now(id).events if e.name == "item_not_needed"]

    assert now(id).status is Status.MISSING_CREDENTIALS
    assert [item.not_needed for item in now(id).missing] == ["Hill sent it to us.", ""]
    assert (event.by_id, event.details["why"]) == (dana, "Hill sent it to us.")
    assert subject.endswith(": we need one thing less from you")
    assert "Transcript (That of 2019) We no longer need it." in text
    assert "Hill sent it to us. This is what we still need from you: 1. Test score On" in text


def test_with_the_last_item_taken_back_the_review_goes_on_and_one_mail_says_so(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT, SCORE)
    paper, score = (item.id for item in now(id).missing)
    missing_items.receive(desk, id, dana, paper)
    missing_items.take_back(desk, id, dana, score, "We found it.")
    subject, text = letter(app)
    mails = db.session.scalars(sa.select(OutgoingMail)).all()

    assert now(id).status is Status.WAITING_REVIEW
    assert [mail.notice for mail in mails] == ["missing_items", "item_not_needed"]
    assert subject.endswith(": you need to send us nothing more")
    assert "Nothing is left for you to do now." in text and "still need" not in text


def test_what_came_or_was_taken_back_is_not_taken_back(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = asked(app, desk, maria, dana, TRANSCRIPT, SCORE, SCHOOL)
    came, back, _question = (item.id for item in now(id).missing)
    missing_items.receive(desk, id, dana, came)
    missing_items.take_back(desk, id, dana, back, "We found it.")
    for item in (came, back):
        why = refusal(lambda item=item: missing_items.take_back(desk, id, dana, item, "x"))
        assert "not waited for" in why

    assert [item.not_needed for item in now(id).missing] == ["", "We found it.", ""]


def test_nobody_takes_back_what_their_own_application_lacks(
    app: Flask, desk: Desk, people: People, dana: int
) -> None:
    lee = people.staff("Lee", "Chandra")
    id = asked(app, desk, lee, dana, SCORE)
    why = refusal(lambda: missing_items.take_back(desk, id, lee.id, now(id).missing[0].id, "x"))

    assert "their own" in why and now(id).status is Status.MISSING_CREDENTIALS
