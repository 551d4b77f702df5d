"""What one person proposes can be withdrawn until another decides, who has to press a button."""

from typing import Any

import pytest

from cecs.desk import Desk
from cecs.domain.payments import RefundState
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.payments import Refund
from cecs.models.retirements import Retirement, RetirementState
from cecs.services import mailed_payments, refunds, retirements
from tests.applying import refusal
from tests.pages import Visitor
from tests.payments.test_odd_turns import cash, suspended
from tests.people import Character, People

__all__ = ["cash"]
WHY = "She married in 2019."


@pytest.fixture
def lee(people: People) -> Character:
    """Who proposes."""
    found: Character = people.staff("Lee", "Chandra", "supervisor")
    return found


@pytest.fixture
def sue(people: People) -> Character:
    """Who decides, and could propose."""
    found: Character = people.staff("Sue", "Park", "supervisor")
    return found


@pytest.fixture
def merge(desk: Desk, maria: Character, second: int, lee: Character) -> str:
    """The address of a proposal to merge two records."""
    id = retirements.propose(desk, second, maria.educator_id, lee.id, WHY)
    return f"/bureau/educators/proposals/{id}"


@pytest.fixture
def refund(desk: Desk, cash: int, lee: Character) -> str:
    """The address of a proposal to give a stranger's check back."""
    id = refunds.propose(desk, suspended(desk, cash), lee.id, 10_000, "Nobody's")
    return f"/bureau/money/refunds/{id}"


def only(model: type[Any]) -> Any:
    db.session.rollback()
    return db.session.scalars(db.select(model)).one()


def test_who_proposed_a_merge_withdraws_it_and_it_can_be_proposed_anew(
    visitor: Visitor, desk: Desk, merge: str, lee: Character, sue: Character
) -> None:
    visitor.sign_in(lee)
    shown = visitor.get(merge)
    listed = visitor.follow(visitor.post(f"{merge}/withdraw"))
    found = only(Retirement)

    assert "Withdraw the proposal" in shown.text and "Nothing is waiting." in listed.text
    assert (found.state, found.decided_by_id) == (RetirementState.WITHDRAWN, lee.id)
    assert visitor.post(f"{merge}/withdraw").status == 404
    assert retirements.propose(desk, found.educator_id, found.into_id, sue.id, WHY)


def test_nobody_else_withdraws_a_merge(visitor: Visitor, merge: str, sue: Character) -> None:
    visitor.sign_in(sue)
    shown, tried = visitor.get(merge), visitor.post(f"{merge}/withdraw")

    assert "Withdraw" not in shown.text
    assert tried.status == 422 and "Only who proposed this" in tried.errors
    assert only(Retirement).state is RetirementState.PROPOSED


def test_a_merge_that_was_decided_is_not_withdrawn(
    desk: Desk, merge: str, lee: Character, sue: Character
) -> None:
    retirements.decide(desk, 1, sue.id, approved=True)

    said = refusal(lambda: retirements.withdraw(desk, 1, lee.id))
    assert said == "This was decided already."
    assert only(Retirement).state is RetirementState.DONE


def test_who_proposed_a_refund_withdraws_it_and_the_money_is_free(
    visitor: Visitor, desk: Desk, refund: str, lee: Character
) -> None:
    visitor.sign_in(lee)
    shown = visitor.get("/bureau/money/refunds")
    listed = visitor.follow(visitor.post(f"{refund}/withdraw"))
    again = visitor.post(f"{refund}/withdraw")
    found = only(Refund)
    page = visitor.get(f"/bureau/money/mailed/{found.mailed_payment_id}")
    paid = mailed_payments.payment(found.mailed_payment_id)

    assert "Withdraw the proposal" in shown.text and "Nothing is waiting." in listed.text
    assert found.state is RefundState.WITHDRAWN and "$100.00: Withdrawn" in page.text
    assert again.status == 422 and "decided already" in again.errors
    assert refunds.in_the_way(paid.id) is None


def test_nobody_else_withdraws_a_refund(visitor: Visitor, refund: str, sue: Character) -> None:
    visitor.sign_in(sue)
    shown, tried = visitor.get("/bureau/money/refunds"), visitor.post(f"{refund}/withdraw")

    assert "Withdraw" not in shown.text
    assert tried.status == 422 and "Only who proposed this" in tried.errors
    assert only(Refund).state is RefundState.PROPOSED


@pytest.mark.parametrize("pressed", [{}, {"approve": "yes", "reject": "yes"}])
def test_without_one_button_nothing_is_decided(
    visitor: Visitor, merge: str, refund: str, sue: Character, pressed: dict[str, str]
) -> None:
    visitor.sign_in(sue)
    answers = [visitor.post(each, pressed) for each in (merge, refund)]

    for answer in answers:
        assert answer.status == 422 and "Press one of the two buttons" in answer.errors
    assert only(Retirement).state is RetirementState.PROPOSED
    assert only(Refund).state is RefundState.PROPOSED


def test_the_other_button_rejects(
    visitor: Visitor, merge: str, refund: str, sue: Character, second: int
) -> None:
    visitor.sign_in(sue)
    answers = [visitor.post(each, {"reject": "yes"}).status for each in (merge, refund)]

    assert answers == [303, 303]
    assert only(Retirement).state is RetirementState.REJECTED
    assert only(Refund).state is RefundState.REJECTED
    assert db.session.get_one(Educator, second).state == "active"
