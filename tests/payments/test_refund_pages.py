"""What cashier, bureau and educator read of a refund, and of the fee that it returns."""

import uuid
from collections.abc import Callable

from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.payments import Refund
from cecs.services import mailed_payments, refunds
from tests.applying import applies, now
from tests.pages import Visitor
from tests.payments.test_due_again import returns
from tests.payments.test_odd_turns import cash, check, row, settled, sue, suspended
from tests.people import Character, People

__all__ = ["cash", "returns", "settled", "sue"]


def test_whose_part_of_a_check_goes_back_is_chosen_on_its_page(
    app: Flask, desk: Desk, visitor: Visitor, people: People, maria: Character, cash: int, sue: int
) -> None:
    grace = people.teacher("Grace", ssn="987654321")
    both = [applies(app, who, Status.AWAITING_MAILED_PAYMENT, paid=False) for who in (maria, grace)]
    named = [now(id).reference for id in both]
    paid = mailed_payments.book(desk, cash, named, check(cents=20_000))
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    url = f"/bureau/money/mailed/{paid}"
    shown = visitor.get(url)
    facts = {"amount": "50.00", "reason": "Withdrawn"}
    unsaid = visitor.post(f"{url}/refund", facts)
    done = visitor.follow(visitor.post(f"{url}/refund", facts | {"reference": named[1]}))
    id = db.session.query(Refund).one().id
    refunds.decide(desk, id, sue, approved=True)
    refunds.paid_out(desk, id, cash, "T-1")
    table = visitor.get("/bureau/money/day.csv").response.get_data(as_text=True)
    line = next(line for line in table.splitlines() if line.startswith("Refund"))

    assert f"{named[1]}, Grace Rivera: $50.00 can go back" in shown.text
    assert unsaid.status == 422 and "Choose the application" in unsaid.errors
    assert f"{named[1]}, $50.00: Proposed" in done.text
    assert "The refund is proposed. Another person decides." in done.text
    assert named[1] in line and named[0] not in line


def test_one_says_that_the_fee_is_given_up_and_another_reads_it(
    visitor: Visitor, another_visitor: Visitor, people: People, settled: uuid.UUID
) -> None:
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    another_visitor.sign_in(people.staff("Sue", "Park", "supervisor"))
    url = f"/bureau/money/card/{settled}"
    visitor.get(url)
    visitor.post(f"{url}/refund", {"amount": "20.00", "reason": "Wrong card"})
    stays = another_visitor.get("/bureau/money/refunds")
    visitor.get(url)
    visitor.post(f"{url}/refund", {"amount": "30.00", "reason": "Ours", "waives_fee": "y"})
    both = another_visitor.get("/bureau/money/refunds")

    assert "The refund is proposed." not in stays.text
    assert "Due again, unless" in stays.text and "Given up" not in stays.text
    assert both.text.count("Given up for what goes back") == 1
    assert sorted((one.cents, one.waives_fee) for one in refunds.waiting()) == [
        (2_000, False), (3_000, True),
    ]  # fmt: skip


def test_educator_and_bureau_see_what_was_returned_and_what_is_due(
    visitor: Visitor,
    people: People,
    maria: Character,
    settled: uuid.UUID,
    returns: Callable[..., uuid.UUID],
) -> None:
    returns(2_000)
    id = row(settled).application_id
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{id}")
    visitor.sign_in(people.staff())
    bureau = visitor.get(f"/bureau/applications/{id}")

    assert "returned or did not stand. $20.00 is due again." in page.text
    assert "You act next." in page.text and "paid, $20.00 returned" in page.text
    assert page.soup.main.find("a", href=f"/payments/{id}")
    assert "$20.00 returned" in bureau.text and "Due: $20.00" in bureau.text


def test_what_was_given_up_is_asked_of_nobody(
    visitor: Visitor, maria: Character, settled: uuid.UUID, returns: Callable[..., uuid.UUID]
) -> None:
    returns(2_000, waives=True)
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{row(settled).application_id}")

    assert "paid, $20.00 returned" in page.text and "due again" not in page.text


def test_a_check_in_suspense_tells_of_its_refund_and_is_not_matched_meanwhile(
    desk: Desk, visitor: Visitor, people: People, cash: int, sue: int
) -> None:
    id = suspended(desk, cash)
    visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))
    pages = [visitor.get(f"/bureau/mail/{id}")]
    refund = refunds.propose(desk, id, cash, 10_000, "Nobody's")
    pages.append(visitor.get(f"/bureau/mail/{id}"))
    refunds.decide(desk, refund, sue, approved=True)
    pages.append(visitor.get(f"/bureau/mail/{id}"))
    refunds.paid_out(desk, refund, cash, "T-1")
    pages.append(visitor.get(f"/bureau/mail/{id}"))

    told = ["in suspense", "$100.00 is proposed", "$100.00 is approved", "Went back: a refund"]
    assert [words in page.text for words, page in zip(told, pages, strict=True)] == [True] * 4
    offered = [("Propose a refund" in one.text, "Its owner is" in one.text) for one in pages]
    assert offered == [(True, True), (False, False), (False, False), (False, False)]
