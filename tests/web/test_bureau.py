"""The bureau's pages, as reviewers and others meet them."""

from uuid import UUID

import pytest
from flask import Flask

from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.accounts import Person
from tests.applying import applies
from tests.pages import Page, Visitor
from tests.people import Character, People

LAW = "Section 1 of the rules"
PAYMENT = {
    "instrument": "money_order", "number": "771", "issuer": "Post Office", "amount": "$100.00",
    "received_on": "2026-11-24",
}  # fmt: skip


@pytest.fixture
def sol(people: People, visitor: Visitor) -> Visitor:
    """A supervisor, signed in: the one role that books money and decides, too."""
    visitor.sign_in(people.staff("Sol", "Reyes", "supervisor"))
    return visitor


@pytest.fixture
def lee(people: People, another_visitor: Visitor) -> Visitor:
    """The other reviewer at his."""
    another_visitor.sign_in(people.staff("Lee", "Chandra"))
    return another_visitor


def address(id: UUID) -> str:
    return f"/bureau/applications/{id}"


def does(who: Visitor, id: UUID, action: str, **said: str) -> Page:
    """Presses one button on the page of an application, and looks at what comes."""
    who.get(address(id))
    return who.follow(who.post(f"{address(id)}/{action}", said))


def buttons(page: Page) -> list[str]:
    return [button.get_text(" ", strip=True) for button in page.soup.main.find_all("button")]


def test_a_stranger_is_asked_to_sign_in(app: Flask, visitor: Visitor, maria: Character) -> None:
    answer = visitor.get(address(applies(app, maria)))

    assert answer.status == 303 and "/account/sign-in" in answer.location


@pytest.mark.parametrize("page", ["", "/tasks", "/tasks/1"])
def test_an_educator_finds_no_bureau(visitor: Visitor, maria: Character, page: str) -> None:
    visitor.sign_in(maria)

    assert visitor.get(f"/bureau{page}").status == 404


def test_an_educator_cannot_approve(app: Flask, visitor: Visitor, maria: Character) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    visitor.sign_in(maria)

    assert visitor.get(address(id)).status == 404
    assert visitor.post(f"{address(id)}/approve").status == 404


def test_the_queue_shows_who_waits(app: Flask, dana: Visitor, maria: Character) -> None:
    id = applies(app, maria)
    queue = dana.get("/bureau")

    assert "Rivera, Maria" in queue.text and "Submitted: Waiting First Review" in queue.text
    assert queue.soup.find("a", href=address(id))


def test_the_queue_is_filtered_and_searched(app: Flask, dana: Visitor, maria: Character) -> None:
    applies(app, maria)

    hers = dana.post("/bureau", {"words": " rivera ", "status": "", "kind": ""})
    chosen = dana.post("/bureau", {"words": " ", "status": "denied", "kind": "nonsense"})

    assert "Rivera, Maria" in hers.text and hers.value("words") == "rivera"
    assert "There is none." in dana.post("/bureau", {"words": "okafor"}).text
    assert chosen.location == "/bureau?status=denied&kind=nonsense"
    assert "There is none." in dana.get("/bureau?status=denied").text
    assert "There is none." in dana.get("/bureau?kind=cross_endorsement").text
    assert dana.get("/bureau?status=nonsense&kind=nonsense&page=x").status == 200


def test_a_long_queue_is_turned_page_by_page(app: Flask, dana: Visitor, maria: Character) -> None:
    for _ in range(26):
        applies(app, maria)
    first = dana.get("/bureau?kind=renew_initial")
    second = dana.get(first.soup.find("a", rel="next")["href"])

    assert "Page 1 of 2" in first.text and "Page 2 of 2" in second.text
    assert "kind=renew_initial" in second.soup.find("a", rel="prev")["href"]


def test_a_search_is_turned_page_by_page_and_puts_no_name_into_an_address(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    for _ in range(26):
        applies(app, maria)
    first = dana.post("/bureau", {"words": "rivera"})
    turns = first.soup.main.find("button", string="Later").find_parent("form")
    second = dana.post(turns["action"], {one["name"]: one["value"] for one in turns("input")})

    assert "Page 1 of 2" in first.text and "Page 2 of 2" in second.text
    assert second.value("words") == "rivera" and second.soup.main.find("button", string="Earlier")
    assert not [a for a in second.soup("a", href=True) if "rivera" in a["href"].lower()]
    assert "There is none." not in dana.get("/bureau?words=okafor").text


def test_an_application_shows_answers_fees_and_what_happened(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, endorsements=("305",))
    does(dana, id, "start")
    page = dana.get(address(id))

    for words in ("What you are asking for", "305", "$50.00", "In review", "Dana Okafor"):
        assert words in page.text
    assert "987654320" not in page.html


def test_nobody_finds_a_draft_or_what_does_not_exist(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    draft = applies(app, maria, Status.DRAFT)

    assert dana.get(address(draft)).status == 404
    assert dana.get(address(UUID(int=7))).status == 404
    assert dana.post(f"{address(draft)}/start").status == 404
    assert dana.post(f"{address(applies(app, maria))}/dance").status == 404


def test_from_mailed_payment_to_issued(app: Flask, sol: Visitor, maria: Character) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    does(sol, id, "record", **PAYMENT)
    does(sol, id, "start")
    ready = does(sol, id, "tick_background")
    issued = does(sol, id, "approve")

    assert "Approve and issue" in buttons(ready)
    assert "Issued" in issued.text and "Nothing is due" not in issued.text
    assert "Begins February 24, 2027" in sol.get("/lookup?last_name=rivera").text


def test_there_is_no_approve_button_before_all_is_settled(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    page = dana.get(address(applies(app, maria, Status.IN_REVIEW, paid=False)))

    assert "Approve and issue" not in buttons(page)
    assert "The background check is not done." in page.text
    assert "The fees are not paid." in page.text


def test_approving_without_the_background_check_is_refused_in_words(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    answer = does(dana, id, "approve")

    assert answer.status == 422
    assert "background check is not done" in answer.errors


def test_a_wrong_amount_is_refused_and_the_form_kept(
    app: Flask, sol: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    answer = does(sol, id, "record", **(PAYMENT | {"amount": "99.99"}))

    assert answer.status == 422
    assert "$100.00 is due, and this is $99.99" in answer.errors
    assert answer.value("issuer") == "Post Office"


@pytest.mark.parametrize("amount", ["", "a lot", "-100", "100.5", "1,00.00"])
def test_an_amount_must_be_an_amount(
    app: Flask, sol: Visitor, maria: Character, amount: str
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    answer = does(sol, id, "record", **(PAYMENT | {"amount": amount}))

    assert answer.status == 422 and answer.soup.find("a", href="#amount")


def test_a_personal_check_is_no_choice(app: Flask, sol: Visitor, maria: Character) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)

    assert does(sol, id, "record", **(PAYMENT | {"instrument": "check"})).status == 422


def test_missing_items_are_asked_for_and_received(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    empty = does(dana, id, "ask", missing=" \n ")
    asked = does(dana, id, "ask", missing="Transcript of 2019")
    came = does(dana, id, "receive", item=asked.value("item"))

    assert empty.status == 422 and "Tick what is missing, or say it." in empty.errors
    assert "Reviewed: Missing Credentials" in asked.text
    assert "Waiting Review" in came.text and "Came on" in came.text


def test_a_pause_says_why(app: Flask, dana: Visitor, maria: Character) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    paused = does(dana, id, "hold", hold_reason="The college answers next week.")

    assert "On hold" in paused.text and "The college answers next week." in paused.text
    assert "Done. The application is now: In review." in does(dana, id, "resume").text
    assert "Done." not in dana.get(f"/bureau/applications/{id}").text


def test_two_people_deny(app: Flask, dana: Visitor, lee: Visitor, maria: Character) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    recommended = does(dana, id, "recommend_denial", recommended="No test score.")
    read = lee.get(f"/bureau/applications/{id}")
    alone = does(dana, id, "confirm_denial", denial_reason="No.", law=LAW)
    said = {"denial_reason": "The test score is missing.", "law": LAW}
    denied = does(lee, id, "confirm_denial", **said)

    assert "Confirm denial" not in buttons(recommended)
    for page in (recommended, read):
        assert "Dana Okafor recommends denial: No test score." in page.text
    assert "recommends denial" not in denied.text
    assert alone.status == 422 and "Another person" in alone.errors
    assert "Denied" in denied.text and "Lee Chandra" in denied.text


def test_a_reviewer_cannot_touch_her_own_application(
    app: Flask, visitor: Visitor, people: People
) -> None:
    dana = people.staff()
    id = applies(app, dana, Status.IN_REVIEW, checked=True)
    visitor.sign_in(dana)
    page = visitor.get(address(id))
    answer = visitor.post(f"{address(id)}/approve")

    assert "This is your own application." in page.text and buttons(page) == []
    assert answer.status == 422 and "their own" in answer.errors


def test_a_background_check_noted_by_mistake_is_taken_back(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    ticked = does(dana, id, "tick_background")
    back = does(dana, id, "untick_background")

    assert "Clear since" in ticked.text and "Approve and issue" in buttons(ticked)
    assert "Clear since" not in back.text and "Approve and issue" not in buttons(back)


def test_what_an_approval_issues_stands_above_its_button(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    page = dana.get(address(id))

    assert "This issues: Initial Educator Certificate, " in page.text
    assert "with 305, for Maria Rivera" in page.text


def test_an_account_in_another_name_than_the_record_is_marked(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    id = applies(app, maria, Status.IN_REVIEW)
    same = dana.get(address(id))
    with app.app_context():
        db.session.get_one(Person, maria.id).last_name = "Núñez"
        db.session.commit()
    other = dana.get(address(id))

    assert "another name" not in same.text and "another name than the record" in other.text
    assert "Maria Núñez" in other.text and "Maria Rivera" in other.text


@pytest.mark.parametrize(
    ("role", "action"),
    [
        ("reviewer", "record"),
        ("cashier", "start"),
        ("cashier", "tick_background"),
        ("cashier", "approve"),
    ],
)
def test_who_books_money_does_not_decide_and_the_other_way_round(
    app: Flask, visitor: Visitor, people: People, maria: Character, role: str, action: str
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    visitor.sign_in(people.staff("Cleo", "Marsh", role))
    page = visitor.get(address(id))

    assert visitor.post(f"{address(id)}/{action}", PAYMENT).status == 404
    assert ("Record payment" in buttons(page)) == (role == "cashier")


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "0"])
def test_a_certificate_that_cannot_be_is_not_there(
    visitor: Visitor, maria: Character, number: str
) -> None:
    visitor.sign_in(maria)
    sent = {"kind": "renew_initial", "certificate_id": number}

    assert visitor.post("/applications/start", sent).status == 404
