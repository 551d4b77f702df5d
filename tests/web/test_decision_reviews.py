"""A review of a denial on the bureau's pages, and on the page of who asked for it."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.services import decision_reviews, reviews
from cecs.services.decision_reviews import Decision, Request
from tests.applying import applies, now
from tests.conftest import Clock
from tests.denying import PANEL, WHY, Bureau, at_work, denied
from tests.pages import Page, Visitor
from tests.people import Character, People

DECIDED = {"panel": "\n".join(PANEL), "review_reasons": "Four months are four months."}


@pytest.fixture
def bureau(people: People) -> Bureau:
    return at_work(people)


def does(visitor: Visitor, id: UUID, action: str, **said: Any) -> Page:
    at = f"/bureau/applications/{id}"
    visitor.get(at)
    return visitor.follow(visitor.post(f"{at}/{action}", said))


def links(page: Page) -> list[str]:
    return [link["href"] for link in page.soup.select("#error-summary a")]


def test_that_a_review_was_asked_for_is_recorded_and_both_see_it(
    app: Flask, desk: Desk, visitor: Visitor, another_visitor: Visitor, maria: Character,
    bureau: Bureau, clock: Clock,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    clock.advance(days=3)
    visitor.sign_in(bureau.dana)
    before = visitor.get(f"/bureau/applications/{id}")
    done = does(visitor, id, "review_asked", came_on="2026-11-27")
    another_visitor.sign_in(maria)
    hers = another_visitor.get(f"/applications/{id}")

    assert "by December 15, 2026" in before.text and not before.soup.find(id="late")
    assert "It must be decided by January 26, 2027." in done.text
    assert "The request for a review came on November 27, 2026. Dana Okafor" in done.text
    assert "Decision under review" in hers.text and "The bureau acts next." in hers.text
    assert "The request for a review came on November 27, 2026." in hers.text
    assert "decide by January 26, 2027" in hers.text and "You need not do anything" in hers.text
    assert WHY.splitlines()[1] in hers.text and "you can ask us to review it" not in hers.text


@pytest.mark.parametrize(
    ("day", "fault"),
    [("", "Enter the day."), ("2027-11-27", "still to come"), ("2026-11-24", "come before")],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau, day: str,
    fault: str,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    visitor.sign_in(bureau.dana)
    refused = does(visitor, id, "review_asked", came_on=day)

    assert refused.status == 422 and fault in refused.errors and links(refused) == ["#came_on"]
    assert refused.value("came_on") == day and now(id).status is Status.DENIED
    assert refused.soup.find(id="came_on").find_parent("details").has_attr("open")


@pytest.mark.parametrize(
    ("said", "fault", "link"),
    [
        ({"came_on": "2026-12-20"}, "December 20, 2026 is after the last day", "#late-0"),
        ({"came_on": "2026-12-20", "late": "taken"}, "Say why.", "#late_note"),
        ({"came_on": "2026-12-15", "late": "refused"}, "the request was in time", "#late-0"),
    ],
)
def test_whether_a_late_request_is_taken_must_be_said_with_a_note(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau, clock: Clock,
    said: dict[str, str], fault: str, link: str,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    clock.advance(days=30)
    visitor.sign_in(bureau.ana)
    refused = does(visitor, id, "review_asked", **said)

    assert refused.status == 422 and fault in refused.errors and links(refused) == [link]
    assert "The last day was December 15, 2026." in refused.text
    assert refused.value("came_on") == said["came_on"] and now(id).status is Status.DENIED


def test_who_is_refused_as_late_reads_why_and_what_is_left(
    app: Flask, desk: Desk, visitor: Visitor, another_visitor: Visitor, maria: Character,
    bureau: Bureau, clock: Clock,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    clock.advance(days=30)
    visitor.sign_in(bureau.ana)
    said = {"came_on": "2026-12-20", "late": "refused", "late_note": "No reason was given."}
    done = does(visitor, id, "review_asked", **said)
    another_visitor.sign_in(maria)
    hers = another_visitor.get(f"/applications/{id}")

    assert "Ana Ruiz: No reason was given." in done.text and now(id).status is Status.DENIED
    assert "We cannot take it." in hers.text and "No reason was given." in hers.text
    assert "you can ask us to review it" not in hers.text and "You can apply anew" in hers.text


def test_what_came_of_the_review_is_recorded_and_both_see_it(
    app: Flask, desk: Desk, visitor: Visitor, another_visitor: Visitor, maria: Character,
    bureau: Bureau,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    visitor.sign_in(bureau.ana)
    done = does(visitor, id, "decide_review", outcome="upheld", **DECIDED)
    another_visitor.sign_in(maria)
    hers = another_visitor.get(f"/applications/{id}")

    assert "Looked at again by Ana Ruiz, Bo Lind, Cy Abe" in done.text
    assert "There is nothing for you to do here now." in done.text
    assert "The decision was reviewed. The denial stands." in hers.text
    assert DECIDED["review_reasons"] in hers.text and "Bo Lind" not in hers.text
    assert "you can ask us to review it" not in hers.text and "You can apply anew" in hers.text


def test_overturned_the_reviewer_and_she_read_that_the_review_goes_on(
    app: Flask, desk: Desk, visitor: Visitor, another_visitor: Visitor, maria: Character,
    bureau: Bureau,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    visitor.sign_in(bureau.ana)
    done = does(visitor, id, "decide_review", outcome="overturned", **DECIDED)
    another_visitor.sign_in(maria)
    hers = another_visitor.get(f"/applications/{id}")

    assert "The application is now: In review." in done.text and "Approve and issue" in done.text
    assert "The denial is overturned" in hers.text and "Why it was denied" not in hers.text


@pytest.mark.parametrize(
    ("said", "fault", "link"),
    [
        ({"outcome": ""}, "Say what came of it.", "#outcome-0"),
        ({"review_reasons": " "}, "Say why.", "#review_reasons"),
        ({"review_reasons": "x" * 2001}, "under 2,000 letters", "#review_reasons"),
        ({"panel": "Ana Ruiz"}, "at least 3 people", "#panel"),
        ({"panel": "Ana Ruiz\nBo Lind\nLee Chandra"}, "Lee Chandra is one of the two", "#panel"),
        ({"panel": "Ana Ruiz\nBo Lind\nDana Okafor"}, "Dana Okafor is one of the two", "#panel"),
    ],
)
def test_what_is_wrong_with_a_decision_stands_at_its_field(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau,
    said: dict[str, str], fault: str, link: str,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    visitor.sign_in(bureau.ana)
    sent = {"outcome": "upheld", **DECIDED} | said
    refused = does(visitor, id, "decide_review", **sent)

    assert refused.status == 422 and fault in refused.errors and links(refused) == [link]
    assert refused.value("panel").strip() == sent["panel"]
    assert now(id).status is Status.DECISION_REVIEW


def test_who_decides_reads_the_reasons_beside_the_form_and_why_the_review_is_asked_for(
    app: Flask, desk: Desk, visitor: Visitor, another_visitor: Visitor, maria: Character,
    bureau: Bureau,
) -> None:  # fmt: skip
    id = denied(app, desk, maria, bureau)
    visitor.sign_in(bureau.dana)
    said = {"came_on": desk.today().isoformat(), "grounds": " She names a second school. "}
    recorded = does(visitor, id, "review_asked", **said)
    visitor.sign_in(bureau.ana)
    shown = visitor.get(f"/bureau/applications/{id}").soup
    beside = " ".join(shown.find(id="outcome-0").find_previous("h2").parent.get_text().split())
    what_to_do = beside[beside.index("What to do") : beside.index("Record the decision")]
    another_visitor.sign_in(maria)
    hers = another_visitor.get(f"/applications/{id}")

    assert all(line in what_to_do for line in WHY.splitlines()) and "Section 1" in what_to_do
    assert "Recommended by Dana Okafor: Too few months." in what_to_do
    assert "Confirmed by Lee Chandra." in what_to_do
    assert "Why the review is asked for She names a second school." in what_to_do
    assert "She names a second school." in recorded.text and "second school" not in hers.text


def test_the_decision_is_the_first_thing_to_press_where_a_review_is_decided(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    reviews.recommend_denial(desk, id, bureau.dana.id, "Too few months.")
    visitor.sign_in(bureau.lee)
    at = f"/bureau/applications/{id}"
    denying = primary(visitor.get(at))
    reviews.confirm_denial(desk, id, bureau.lee.id, WHY, "Section 1")
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    visitor.sign_in(bureau.ana)
    page = visitor.get(at)

    assert denying[0] == "Confirm denial" and primary(page)[0] == "Record the decision"
    assert "Background check is clear" in page.text


def primary(page: Page) -> list[str]:
    """The buttons that stand out, in order."""
    buttons = page.soup.select("main button.usa-button")
    return [one.get_text() for one in buttons if len(one["class"]) == 1]


def test_who_denied_it_reads_after_it_was_overturned_that_others_must_deny_it_anew(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.ana.id, Decision(True, "They count.", PANEL))
    visitor.sign_in(bureau.dana)
    shown = visitor.get(f"/bureau/applications/{id}")
    refused = does(visitor, id, "recommend_denial", recommended="Too few months.")
    visitor.sign_in(bureau.ana)
    others = visitor.get(f"/bureau/applications/{id}")

    assert "whose denial was overturned" in shown.text and "Recommend denial" not in shown.text
    assert refused.status == 422 and "Other people must recommend" in refused.errors
    assert "whose denial was overturned" not in others.text and "Recommend denial" in others.text


@pytest.mark.parametrize("who", ["dana", "lee"])
def test_who_denied_it_reads_that_somebody_else_decides(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau, who: str
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    visitor.sign_in(getattr(bureau, who))
    shown = visitor.get(f"/bureau/applications/{id}")
    refused = does(visitor, id, "decide_review", outcome="upheld", **DECIDED)

    assert "Somebody else decides about the review." in shown.text
    assert "Record the decision" not in shown.text
    assert refused.status == 422 and "Another person must decide this." in refused.errors


def test_a_final_decision_has_no_button_and_what_was_sent_is_refused(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau, kind="dsap")
    visitor.sign_in(bureau.dana)
    shown = visitor.get(f"/bureau/applications/{id}")
    refused = does(visitor, id, "review_asked", came_on=desk.today().isoformat())

    assert "This decision is final" in shown.text and "A review was asked for" not in shown.text
    assert refused.status == 422 and now(id).status is Status.DENIED


def test_what_is_sent_after_the_review_is_over_is_refused(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    decision_reviews.decide(desk, id, bureau.ana.id, Decision(True, "They count.", PANEL))
    visitor.sign_in(bureau.dana)
    for action in ("review_asked", "decide_review"):
        empty = does(visitor, id, action)
        whole = does(visitor, id, action, came_on="2026-11-25", outcome="upheld", **DECIDED)

        assert "moved on meanwhile" in empty.errors and "moved on meanwhile" in whole.errors
    assert now(id).status is Status.IN_REVIEW


def test_the_queue_says_by_when_a_review_must_be_decided(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, bureau: Bureau, clock: Clock
) -> None:
    id = denied(app, desk, maria, bureau)
    decision_reviews.record(desk, id, bureau.dana.id, Request(desk.today()))
    visitor.sign_in(bureau.dana)
    shown = visitor.get("/bureau")
    clock.advance(days=61)
    visitor.sign_in(bureau.dana)
    overdue = visitor.get("/bureau")

    assert "Decide by January 24, 2027" in shown.text and "under review come first" in shown.text
    assert "Should have been decided by January 24, 2027" in overdue.text
