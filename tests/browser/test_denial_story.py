"""Who was denied asks for a review; the bureau records it, and others overturn the denial."""

import pytest

from cecs.domain.applications import Status
from tests.applying import now
from tests.browser.conftest import Reader
from tests.browser.test_asking_story import unfolds
from tests.browser.test_whole_story import enter_day, sign_in
from tests.denying import PANEL, at_work, denied
from tests.people import People

pytestmark = pytest.mark.browser
TITLE, HERS = "Renew an initial certificate", "Application CT-"


def records_the_request(reader: Reader, address: str) -> None:
    reader.open(f"/bureau{address}")
    unfolds(reader, "A review was asked for")
    reader.press("Record the request")
    reader.reads("Enter the day.")
    reader.sees(TITLE)
    enter_day(reader, "came_on", reader.house.app.extensions["cecs_desk"].today())
    reader.press("Record the request")
    reader.reads("It must be decided by")
    reader.sees(TITLE)


def decides(reader: Reader, address: str) -> None:
    reader.open("/bureau")
    reader.sees("Applications")
    reader.reads("Decide by")
    reader.open(f"/bureau{address}")
    reader.choose(outcome="overturned")
    reader.fill(panel=PANEL[0])
    reader.fill(review_reasons="The months in Ash count, too.")
    reader.press("Record the decision")
    reader.reads("at least 3 people")
    reader.sees(TITLE)
    reader.fill(panel="\n".join(PANEL))
    reader.press("Record the decision")
    reader.reads("The denial is overturned")
    reader.sees(TITLE)


def test_a_denial_is_reviewed_and_overturned(reader: Reader) -> None:
    people = People(reader.house.app)
    maria, bureau = people.teacher(), at_work(people)
    desk = reader.house.app.extensions["cecs_desk"]
    id = denied(reader.house.app, desk, maria, bureau)
    address = f"/applications/{id}"
    sign_in(reader, bureau.dana)
    records_the_request(reader, address)
    reader.press("Sign out")
    sign_in(reader, maria)
    reader.open(address)
    reader.reads("You need not do anything now.")
    reader.sees(HERS)
    reader.press("Sign out")
    sign_in(reader, bureau.ana)
    decides(reader, address)
    reader.press("Sign out")
    sign_in(reader, maria)
    reader.open(address)
    reader.reads("The denial is overturned")
    assert "the denial is overturned" in reader.house.mails()[0]["subject"]
    with reader.house.app.app_context():
        assert now(id).status is Status.IN_REVIEW
