"""A supervisor hides somebody, finds a payment and an applicant, and takes a proposal back."""

from datetime import date

import pytest

from cecs.domain.mailed_payments import WhyReturned
from cecs.extensions import db
from cecs.models.educators import Educator, FormerName
from cecs.services import mailed_payments
from cecs.services.mailed_payments import Instrument, Received
from tests.applying import applies
from tests.browser.conftest import Reader
from tests.browser.test_whole_story import sign_in
from tests.mailing import agreed
from tests.people import Character, People

pytestmark = pytest.mark.browser


def registry(reader: Reader, people: People) -> tuple[str, str]:
    """Maria with a former name and an application, and her second record: their numbers."""
    maria: Character = people.teacher()
    second = people.record("Maria", "Lopez", date(1990, 5, 17), "987654320")
    applies(reader.house.app, maria)
    with reader.house.app.app_context():
        db.session.add(
            FormerName(educator_id=maria.educator_id, last_name="Ortega", last_key="ortega")
        )
        db.session.commit()
        hers, other = (db.session.get_one(Educator, id) for id in (maria.educator_id, second))
        return hers.number, other.number


def came_by_mail(reader: Reader, by: Character) -> None:
    """A stranger's money order, and a personal check that goes back."""
    with reader.house.app.app_context():
        desk = reader.house.app.extensions["cecs_desk"]
        today = desk.today()
        order = Received(
            Instrument.MONEY_ORDER, "8", "Post", 10_000, today, payer="Rosa Khan", payer_address=""
        )
        mailed_payments.book(desk, by.id, [], order)
        check = Received(
            Instrument.PERSONAL_CHECK, "9", "Bank", 10_000, today, payer="Omar Haddad",
            payer_address="1 Elm Street, Hartford, CT 06103",
        )  # fmt: skip
        agreed(lambda agreement: mailed_payments.book(desk, by.id, [], check, agreement))
        assert mailed_payments.payment(2).returned_why == WhyReturned.PERSONAL_CHECK


def hides(reader: Reader, number: str) -> None:
    reader.open(f"/bureau/educators/{number}")
    reader.sees("Record of Maria Rivera")
    reader.fill(safety_reason="A protective order")
    reader.press("Hide this person now")
    reader.reads("Hidden for their safety")
    reader.sees("Record of Maria Rivera")
    assert "A protective order" in reader.text and "Hidden by Lee Chandra" in reader.text


def proposes_and_withdraws(reader: Reader, goes: str, stays: str) -> None:
    reader.open(f"/bureau/educators/{goes}/merge?number={stays}")
    reader.sees("Two records of one person?")
    reader.fill(reason="She married in 2019")
    reader.press("Propose to merge them")
    reader.sees("Records")
    reader.follow(f"Merge {goes} into {stays}")
    reader.sees("Merge these records?")
    reader.press("Withdraw the proposal")
    reader.sees("Records")
    assert "Nothing is waiting." in reader.text


def seeks(reader: Reader) -> None:
    """Names are found, and stand in no address."""
    reader.open("/bureau/money")
    reader.sees("The cashier's day")
    reader.enter(words="Khan")
    reader.reads("Rosa Khan")
    reader.sees("Find a payment")
    assert "Khan" not in reader.driver.current_url
    reader.open("/bureau")
    reader.enter(words="rivera")
    reader.reads("Rivera, Maria")
    reader.sees("Applications")
    assert "rivera" not in reader.driver.current_url


def test_a_supervisor_works_through_a_morning(reader: Reader) -> None:
    people = People(reader.house.app)
    hers, other = registry(reader, people)
    lee = people.staff("Lee", "Chandra", "supervisor")
    came_by_mail(reader, lee)
    sign_in(reader, lee)
    hides(reader, hers)
    proposes_and_withdraws(reader, other, hers)
    seeks(reader)
    reader.open("/bureau/mail/2")
    reader.sees("Mailed payment 2")
    assert "To be sent back since" in reader.text
