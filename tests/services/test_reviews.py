"""What reviewers do, and what they are refused."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.applications import Answer
from cecs.models.educators import Certificate, Educator, RecordState
from cecs.models.office import OutgoingMail
from cecs.services import issuing, reviews
from cecs.services.lookup import Asked
from cecs.services.transactions import Gone
from cecs.web.filters import day
from tests.applying import applies, now, refusal
from tests.conftest import Clock
from tests.letters import letter
from tests.looking import search
from tests.people import Character, People


@pytest.fixture
def dana(people: People) -> int:
    """The first reviewer's id."""
    return int(people.staff().id)


@pytest.fixture
def lee(people: People) -> int:
    """The second reviewer's id."""
    return int(people.staff("Lee", "Chandra").id)


LAW = "Section 1 of the rules"


def certificates_of(who: Character) -> list[Certificate]:
    held = sa.select(Certificate).where(Certificate.educator_id == who.educator_id)
    return list(db.session.scalars(held.order_by(Certificate.id)))


def test_a_reviewer_starts_a_review(app: Flask, desk: Desk, maria: Character, dana: int) -> None:
    id = applies(app, maria)
    reviews.start(desk, id, dana)

    assert now(id).status is Status.IN_REVIEW
    assert [(e.name, e.by_id) for e in now(id).events] == [("became_in_review", dana)]


def test_starting_twice_is_refused_in_words(
    app: Flask, desk: Desk, maria: Character, dana: int, lee: int
) -> None:
    id = applies(app, maria)
    reviews.start(desk, id, dana)

    assert "moved on" in refusal(lambda: reviews.start(desk, id, lee))


def test_a_draft_is_not_the_bureaus(app: Flask, desk: Desk, maria: Character, dana: int) -> None:
    id = applies(app, maria, Status.DRAFT)

    with pytest.raises(Gone):
        reviews.application(id)
    with pytest.raises(Gone):
        reviews.start(desk, id, dana)


def test_a_review_is_paused_with_a_reason_and_goes_on(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    reviews.hold(desk, id, dana, "Waiting for the college")
    paused = now(id)

    assert paused.status is Status.ON_HOLD
    assert paused.events[-1].details["words"] == "Waiting for the college"

    reviews.resume(desk, id, dana)

    assert now(id).status is Status.IN_REVIEW


def test_the_mail_about_issuing_says_where_and_from_when_the_certificate_counts(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    reviews.approve(desk, id, dana)
    _old, new = certificates_of(maria)
    subject, text = letter(app)

    assert subject.endswith(": your certificate is issued")
    assert f"It counts from {day(new.valid_from)}. You find it under My certificates:" in text
    assert f"{desk.settings.public_url}/educator/" in text and f"/applications/{id}" in text


def test_of_a_certificate_that_counts_at_once_the_mail_names_no_day(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    kind = "advance_initial_to_provisional"
    id = applies(app, maria, Status.IN_REVIEW, checked=True, kind=kind)
    reviews.approve(desk, id, dana)
    _subject, text = letter(app)

    assert "is issued. You find it under My certificates:" in text


def test_approval_issues_the_renewal_and_tells_the_public(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    reviews.approve(desk, id, dana)
    old, new = certificates_of(maria)

    assert now(id).status is Status.ISSUED
    assert now(id).issued_certificate_id == new.id
    assert (old.state, new.state) == ("renewed", "active")
    assert new.valid_from == old.expires_on + timedelta(days=1)
    assert new.expires_on.year == old.expires_on.year + 3
    assert [line.code for line in new.endorsements] == ["305"]
    assert len(search(desk, Asked(last_name="Rivera")).found[0].certificates) == 2


def test_what_was_filed_in_time_and_approved_late_leaves_no_gap(
    app: Flask, desk: Desk, maria: Character, dana: int, clock: Clock
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    clock.advance(days=200)
    reviews.approve(desk, id, dana)
    old, new = certificates_of(maria)

    assert new.valid_from == old.expires_on + timedelta(days=1)
    assert new.issued_on == desk.today()


def test_advancing_replaces_the_old_certificate_at_once(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    kind = "advance_initial_to_provisional"
    id = applies(app, maria, Status.IN_REVIEW, kind, checked=True)
    reviews.approve(desk, id, dana)
    old, new = certificates_of(maria)

    assert (old.state, new.type_code) == ("superseded", "PROV")
    assert new.valid_from == desk.today()


def test_a_cross_endorsement_adds_to_those_held(
    app: Flask, desk: Desk, people: People, dana: int
) -> None:
    grace = people.teacher("Grace", "Kim", "PROV", endorsements=("029",))
    kind = "cross_endorsement"
    id = applies(app, grace, Status.IN_REVIEW, kind, checked=True, endorsements=("015",))
    reviews.approve(desk, id, dana)
    old, new = certificates_of(grace)

    assert [line.code for line in new.endorsements] == ["015", "029"]
    assert (old.state, new.expires_on) == ("superseded", old.expires_on)


def test_a_first_certificate_carries_what_was_asked_for(
    app: Flask, desk: Desk, people: People, dana: int
) -> None:
    tomas = people.account("Tomas", "Berg")
    record = people.record("Tomas", "Berg", date(1999, 2, 28), "987654326")
    id = applies(
        app, tomas, Status.IN_REVIEW, "first_initial", checked=True, endorsements=("010",),
        educator_id=record,
    )  # fmt: skip
    reviews.approve(desk, id, dana)
    issued = now(id).issued_certificate

    assert issued is not None and issued.educator_id == record
    assert (issued.type_code, issued.valid_from) == ("INIT", desk.today())
    assert [line.code for line in issued.endorsements] == ["010"]


def nothing_was_issued(id: UUID, who: Character) -> bool:
    held = certificates_of(who)
    return now(id).status is Status.IN_REVIEW and [c.state for c in held] == ["active"]


def test_no_approval_without_the_background_check(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)

    assert "background check" in refusal(lambda: reviews.approve(desk, id, dana))
    assert nothing_was_issued(id, maria)


def test_no_approval_while_a_fee_is_open(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True, paid=False)

    assert "not paid" in refusal(lambda: reviews.approve(desk, id, dana))
    assert nothing_was_issued(id, maria)


def test_no_approval_for_someone_not_linked(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True, educator_id=None)

    assert "not linked" in refusal(lambda: reviews.approve(desk, id, dana))


def test_no_approval_on_a_record_that_is_pending(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    db.session.get_one(Educator, maria.educator_id).state = RecordState.PENDING
    db.session.commit()

    assert "not linked" in refusal(lambda: reviews.approve(desk, id, dana))


def test_no_approval_before_the_review_began(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, checked=True)

    assert "moved on" in refusal(lambda: reviews.approve(desk, id, dana))


def test_a_certificate_is_replaced_once(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    one, other = (applies(app, maria, Status.IN_REVIEW, checked=True) for _ in range(2))
    reviews.approve(desk, one, dana)

    assert "not active any more" in refusal(lambda: reviews.approve(desk, other, dana))
    assert len(certificates_of(maria)) == 2


def test_whoever_named_a_certificate_in_words_has_it_chosen(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True, certificate_id=None)

    assert "chosen the certificate" in refusal(lambda: reviews.approve(desk, id, dana))

    reviews.choose_certificate(desk, id, dana, maria.certificate_ids[0])

    assert now(id).certificate_id == maria.certificate_ids[0]
    assert issuing.lacking(desk, now(id)) == ()


def test_a_certificate_of_somebody_else_cannot_be_chosen(
    app: Flask, desk: Desk, people: People, maria: Character, dana: int
) -> None:
    other = people.teacher("Aisha", "Khan", ssn="987654322")
    id = applies(app, maria, Status.IN_REVIEW, certificate_id=None)

    assert "cannot be about" in refusal(
        lambda: reviews.choose_certificate(desk, id, dana, other.certificate_ids[0])
    )


def test_a_denial_needs_another_person(
    app: Flask, desk: Desk, maria: Character, dana: int, lee: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    reviews.recommend_denial(desk, id, dana, "No test score came.")

    assert now(id).status is Status.SECOND_REVIEW
    assert "Another person" in refusal(lambda: reviews.confirm_denial(desk, id, dana, "No.", LAW))
    assert "Another person" in refusal(lambda: reviews.send_back(desk, id, dana))
    assert now(id).status is Status.SECOND_REVIEW

    reviews.confirm_denial(desk, id, lee, "The required test is missing.", LAW)
    mails = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)).all()

    assert now(id).status is Status.DENIED
    assert mails[-1].values["words"] == "The required test is missing."
    assert "No test score" not in str([mail.values for mail in mails])


def test_the_second_reviewer_may_send_it_back(
    app: Flask, desk: Desk, maria: Character, dana: int, lee: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    reviews.recommend_denial(desk, id, dana, "The test is missing.")
    reviews.send_back(desk, id, lee)

    assert now(id).status is Status.IN_REVIEW


DISCLOSED = {"convicted": "yes", "disciplined": "no", "dismissed": "no"}


def test_who_disclosed_something_is_approved_by_two(
    app: Flask, desk: Desk, maria: Character, dana: int, lee: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    db.session.add(Answer(application_id=id, slug="disclosures", content=DISCLOSED, at=desk.now()))
    db.session.commit()
    alone = refusal(lambda: reviews.approve(desk, id, dana))
    able = reviews.actions(now(id), dana)
    reviews.recommend_approval(desk, id, dana, "A speeding ticket of 1998.")
    advice = reviews.recommendation(now(id))
    same = refusal(lambda: reviews.confirm_approval(desk, id, dana))
    reviews.confirm_approval(desk, id, lee)

    assert "Two people" in alone and "Another person" in same
    assert "recommend_approval" in able and "approve" not in able
    assert advice is not None and advice.details["advises"] == "approval"
    assert reviews.recommendation(now(id)) is None
    assert now(id).status is Status.ISSUED and len(certificates_of(maria)) == 2


def test_a_disciplined_record_needs_two(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    db.session.get_one(Educator, maria.educator_id).disciplined = True
    db.session.commit()
    id = applies(app, maria, Status.IN_REVIEW, checked=True)

    assert "Two people" in refusal(lambda: reviews.approve(desk, id, dana))
    assert nothing_was_issued(id, maria)


def test_nothing_is_recommended_while_something_lacks(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    told = refusal(lambda: reviews.recommend_approval(desk, id, dana, "All is well."))

    assert "background check" in told and now(id).status is Status.IN_REVIEW


@pytest.mark.parametrize(
    "does",
    [
        lambda desk, id, me: reviews.start(desk, id, me),
        lambda desk, id, me: reviews.tick_background(desk, id, me),
        lambda desk, id, me: reviews.approve(desk, id, me),
        lambda desk, id, me: reviews.recommend_denial(desk, id, me, "x"),
    ],
)
def test_nobody_reviews_their_own_application(
    app: Flask, desk: Desk, people: People, does: Callable[[Desk, UUID, int], None]
) -> None:
    dana = people.staff()
    id = applies(app, dana)

    assert "their own" in refusal(lambda: does(desk, id, dana.id))
    assert now(id).events == [] and now(id).background_checked_at is None
