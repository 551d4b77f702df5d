"""A review of a denial is asked for and decided, by others than who denied."""

import dataclasses
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.denials import Late
from cecs.extensions import db
from cecs.models.office import OutgoingMail
from cecs.services import decision_reviews, queue, reviews
from cecs.services.decision_reviews import Decision, Request
from tests.applying import applies, now, refusal
from tests.conftest import Clock
from tests.denying import PANEL, Bureau, at_work, denied
from tests.letters import letter
from tests.people import Character, People

UPHELD = Decision(False, "Four months are four months.", PANEL)
OVERTURNED = Decision(True, "The months in Ash count, too.", PANEL)


@pytest.fixture
def bureau(people: People) -> Bureau:
    return at_work(people)


def test_a_request_is_recorded_with_its_day_and_answered_within_the_days_of_the_rule(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    id = denied(app, desk, maria, bureau)
    clock.advance(days=5)
    decision_reviews.record(desk, id, bureau.dana.id, Request(date(2026, 11, 28)))
    subject, text = letter(app)
    event = now(id).events[-1]

    assert now(id).status is Status.DECISION_REVIEW
    assert now(id).answer_by == date(2027, 1, 27)
    assert (event.name, event.by_id) == ("became_decision_review", bureau.dana.id)
    assert subject.endswith(": we look at the decision again")
    assert "The request for a review came on November 28, 2026." in text
    assert "decide by January 27, 2027, 60 days after your request came" in text
    assert "You need not do anything now." in text and "None" not in text


def test_what_cannot_be_is_not_recorded(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id, today = denied(app, desk, maria, bureau), desk.today()
    wrong = [
        Request(today + timedelta(days=1)),
        Request(today - timedelta(days=1)),
        Request(today, Late.REFUSED, "Too late."),
    ]
    told = [
        refusal(lambda one=one: decision_reviews.record(desk, id, bureau.dana.id, one))
        for one in wrong
    ]

    assert "still to come" in told[0] and "cannot have come before" in told[1]
    assert "was in time" in told[2] and now(id).status is Status.DENIED


def test_a_late_request_is_taken_or_refused_with_a_note_by_another_person(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    id = denied(app, desk, maria, bureau)
    clock.advance(days=30)
    today, ana = desk.today(), bureau.ana.id
    unsaid = refusal(lambda: decision_reviews.record(desk, id, ana, Request(today)))
    bare = refusal(lambda: decision_reviews.record(desk, id, ana, Request(today, Late.TAKEN)))
    refuses = Request(today, Late.REFUSED, "The days are those of the rule.")
    same = refusal(lambda: decision_reviews.record(desk, id, bureau.lee.id, refuses))

    assert "after the last day" in unsaid and "Say why" in bare and "Another person" in same
    assert len(now(id).events) == 2


def test_a_request_that_is_refused_as_late_is_kept_and_told(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    id = denied(app, desk, maria, bureau)
    clock.advance(days=30)
    refuses = Request(desk.today(), Late.REFUSED, "The days are those of the rule.")
    decision_reviews.record(desk, id, bureau.ana.id, refuses)
    subject, text = letter(app)
    event = now(id).events[-1]

    assert now(id).status is Status.DENIED
    assert (event.name, event.by_id) == ("review_refused", bureau.ana.id)
    assert subject.endswith(": your request for a review came too late")
    assert "December 25, 2026, after the last day, December 15, 2026. We cannot take it." in text
    assert "The days are those of the rule." in text


def test_a_request_that_was_refused_by_mistake_can_be_taken_after_all(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    id = denied(app, desk, maria, bureau)
    clock.advance(days=30)
    refuses = Request(desk.today(), Late.REFUSED, "Too late.")
    decision_reviews.record(desk, id, bureau.ana.id, refuses)
    takes = Request(desk.today(), Late.TAKEN, "It lay in our mail room.")
    decision_reviews.record(desk, id, bureau.ana.id, takes)
    _subject, text = letter(app)

    assert now(id).status is Status.DECISION_REVIEW
    assert "We take it all the same. It lay in our mail room." in text


def test_a_final_decision_is_not_reviewed(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau, kind="dsap")
    told = refusal(lambda: decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today())))

    assert "cannot be asked for" in told
    assert "review_asked" not in reviews.actions(now(id), bureau.dana.id)


def test_neither_who_recommended_nor_who_confirmed_the_denial_judges_a_late_request(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    id = denied(app, desk, maria, bureau)
    clock.advance(days=30)
    takes = Request(desk.today(), Late.TAKEN, "It lay in our mail room.")
    for by in (bureau.dana.id, bureau.lee.id):
        told = refusal(lambda by=by: decision_reviews.record(desk, id, by, takes))
        assert "one of the two who denied it" in told

    assert now(id).status is Status.DENIED


def test_who_recommended_the_denial_does_not_decide_its_review(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    with_dana = dataclasses.replace(UPHELD, panel=(*PANEL, "Dana Okafor"))
    same = refusal(lambda: decision_reviews.decide(desk, id, bureau.dana.id, UPHELD))
    among = refusal(lambda: decision_reviews.decide(desk, id, bureau.ana.id, with_dana))

    assert "one of the two who denied it" in same and "Dana Okafor is one of the two" in among
    assert "decide_review" not in reviews.actions(now(id), bureau.dana.id)
    assert now(id).status is Status.DECISION_REVIEW


def test_who_had_recommended_approval_may_decide_the_review(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    reviews.recommend_approval(desk, id, bureau.dana.id, "All is there.")
    reviews.confirm_denial(desk, id, bureau.lee.id, "Months are missing.", "Section 1")
    decision_reviews.record(desk, id, bureau.ana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.dana.id, OVERTURNED)

    assert now(id).status is Status.IN_REVIEW


def test_why_a_review_is_asked_for_is_kept_and_told_in_no_mail(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    asks = Request(desk.today(), grounds="She names a second school.")
    decision_reviews.record(desk, id, bureau.dana.id, asks)
    _subject, text = letter(app)

    assert now(id).events[-1].details["grounds"] == "She names a second school."
    assert "second school" not in text


def test_who_confirmed_the_denial_does_not_decide_its_review(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.lee.id, Request(desk.today()))
    with_lee = dataclasses.replace(UPHELD, panel=(*PANEL, "Lee Chandra"))
    same = refusal(lambda: decision_reviews.decide(desk, id, bureau.lee.id, UPHELD))
    among = refusal(lambda: decision_reviews.decide(desk, id, bureau.ana.id, with_lee))

    assert "Another person" in same and "Lee Chandra is one of the two" in among
    assert "decide_review" not in reviews.actions(now(id), bureau.lee.id)
    assert "decide_review" in reviews.actions(now(id), bureau.ana.id)
    assert now(id).status is Status.DECISION_REVIEW


def test_upheld_the_denial_stands_and_is_not_reviewed_again(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.ana.id, UPHELD)
    subject, text = letter(app)
    event, again = now(id).events[-1], Request(desk.today())
    told = refusal(lambda: decision_reviews.record(desk, id, bureau.dana.id, again))

    assert now(id).status is Status.DENIED and "cannot be asked for" in told
    assert (event.by_id, event.details["panel"]) == (bureau.ana.id, "Ana Ruiz, Bo Lind, Cy Abe")
    assert subject.endswith(": we have reviewed the decision, and it stands")
    assert UPHELD.reasons in text and "Bo Lind" not in text and "None" not in text


def test_overturned_the_application_is_reviewed_on_and_can_be_issued(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.ana.id, OVERTURNED)
    subject, text = letter(app)
    between = now(id).status
    reviews.approve(desk, id, bureau.dana.id)

    assert (between, now(id).status) == (Status.IN_REVIEW, Status.ISSUED)
    assert subject.endswith(": the denial is overturned") and OVERTURNED.reasons in text


def test_denied_anew_after_that_a_review_can_be_asked_for_anew(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, people: People, clock: Clock
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.ana.id, OVERTURNED)
    clock.advance(days=40)
    cy = people.staff("Cy", "Abe").id
    reviews.recommend_denial(desk, id, cy, "The degree is missing.")
    reviews.confirm_denial(desk, id, bureau.ana.id, "The degree is missing.", "Section 2")
    decision_reviews.record(desk, id, bureau.lee.id, Request(desk.today()))

    assert now(id).status is Status.DECISION_REVIEW
    assert "decide_review" in reviews.actions(now(id), bureau.lee.id)
    assert "decide_review" not in reviews.actions(now(id), cy)


def test_neither_of_the_two_whose_denial_was_overturned_recommends_or_confirms_another(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, people: People
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.ana.id, OVERTURNED)
    both = (bureau.dana.id, bureau.lee.id)
    for by in both:
        told = refusal(lambda by=by: reviews.recommend_denial(desk, id, by, "No."))
        assert "whose denial was overturned" in told
        assert "recommend_denial" not in reviews.actions(now(id), by)
        assert "approve" in reviews.actions(now(id), by)
    reviews.recommend_denial(desk, id, people.staff("Cy", "Abe").id, "No.")
    for by in both:
        told = refusal(lambda by=by: reviews.confirm_denial(desk, id, by, "No.", "Section 1"))
        assert "whose denial was overturned" in told
        able = reviews.actions(now(id), by)
        assert "confirm_denial" not in able and {"send_back", "confirm_approval"} <= able

    assert now(id).status is Status.SECOND_REVIEW


def test_each_step_is_told_in_one_mail(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.ana.id, OVERTURNED)
    mails = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)).all()

    assert [mail.notice for mail in mails[-3:]] == ["denied", "review_asked", "review_overturned"]


def test_where_the_regime_knows_no_rule_a_review_has_no_days(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    office = dataclasses.replace(desk.regime.office, denial=None)
    elsewhere = dataclasses.replace(desk, regime=dataclasses.replace(desk.regime, office=office))
    id = denied(app, elsewhere, maria, bureau)
    clock.advance(days=300)
    decision_reviews.record(elsewhere, id, bureau.dana.id, Request(desk.today()))
    _subject, text = letter(app)
    answer_by = now(id).answer_by
    decision_reviews.decide(elsewhere, id, bureau.ana.id, Decision(True, "They count."))

    assert answer_by is None and "We look at the decision again and write to you." in text
    assert now(id).status is Status.IN_REVIEW


def test_the_queue_begins_with_denials_under_review_by_the_day_that_binds(
    app: Flask, desk: Desk, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    old = applies(app, maria, submitted_at=clock() - timedelta(days=9))
    ids = [denied(app, desk, maria, bureau) for _ in range(3)]
    clock.advance(days=5)
    for id, came_on in zip(ids, (29, 27, 28), strict=True):
        decision_reviews.record(desk, id, bureau.dana.id, Request(date(2026, 11, came_on)))
    decision_reviews.decide(desk, ids[2], bureau.ana.id, OVERTURNED)
    found = [each.id for each in queue.queue(desk).applications]

    assert found == [ids[1], ids[0], old, ids[2]]
