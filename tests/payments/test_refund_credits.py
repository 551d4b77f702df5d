"""A refund is followed until its credit is settled; what a bank turns down is here again."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import RefundState
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.gateways.cards import ChargeState
from cecs.models.office import OutgoingMail, Task
from cecs.models.payments import Refund
from cecs.services import cashbook, outbox, refunds, settlements
from cecs.web.mails import render
from tests.conftest import Clock, Letterbox
from tests.pages import Visitor
from tests.payments.conftest import Gateway
from tests.payments.test_refunds import cash, returned, row, settled, state, sue
from tests.people import People

__all__ = ["cash", "settled", "sue"]


@pytest.fixture
def made(desk: Desk, settled: uuid.UUID, cash: int, sue: int) -> uuid.UUID:
    """Half of Maria's payment, given back to her card."""
    id = refunds.propose(desk, settled, cash, 5_000, "Withdrawn before review")
    refunds.decide(desk, id, sue, approved=True)
    assert refunds.carry_out(desk) == 1
    return id


def refund(id: uuid.UUID) -> Refund:
    db.session.rollback()
    return db.session.get_one(Refund, id, populate_existing=True)


def later(desk: Desk, clock: Clock, **duration: float) -> int:
    clock.advance(**(duration or {"hours": 2}))
    return settlements.follow(desk)


def told() -> tuple[list[Task], list[OutgoingMail]]:
    db.session.rollback()
    mails = sa.select(OutgoingMail).where(OutgoingMail.notice == "refund_declined")
    return list(db.session.scalars(sa.select(Task))), list(db.session.scalars(mails))


def test_a_refund_is_followed_until_it_is_settled(
    desk: Desk, made: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    early = (settlements.follow(desk), refund(made).settled_at)
    bank.settles(refund(made).charge_id)
    at_once = settlements.follow(desk)  # it was looked at just now
    then = later(desk, clock)
    settled_at = refund(made).settled_at

    assert early == (0, None) and (at_once, then) == (0, 1) and settled_at == desk.now()
    assert later(desk, clock) == 0 and refund(made).settled_at == settled_at
    assert state(made) is RefundState.DONE and told() == ([], [])


def test_what_the_cards_bank_turns_down_was_not_given_back(
    desk: Desk, settled: uuid.UUID, made: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    before = sum(returned(settled).values())
    bank.declines(refund(made).charge_id)
    changed = later(desk, clock)
    tasks, mails = told()
    said = [str(Sentence.from_json(task.details["reason"])) for task in tasks]

    assert (before, changed) == (5_000, 1) and state(made) is RefundState.DECLINED
    assert sum(returned(settled).values()) == 0
    assert len(said) == len(mails) == 1 and "refund of $50.00" in said[0]


def test_who_asks_about_a_charge_learns_of_its_refunds_at_once(
    desk: Desk, settled: uuid.UUID, made: uuid.UUID, bank: Gateway
) -> None:
    bank.declines(refund(made).charge_id)
    charge_id = row(settled).charge_id or ""
    changed = [settlements.look_at(desk, charge_id) for _ in range(2)]

    assert changed == [1, 0] and state(made) is RefundState.DECLINED


def test_a_second_pass_changes_nothing(
    desk: Desk, made: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.declines(refund(made).charge_id)
    first = later(desk, clock)
    again = [later(desk, clock, days=1) for _ in range(2)]
    tasks, mails = told()

    assert first == 1 and again == [0, 0] and (len(tasks), len(mails)) == (1, 1)


def test_it_can_be_given_back_anew(
    desk: Desk,
    settled: uuid.UUID,
    made: uuid.UUID,
    clock: Clock,
    bank: Gateway,
    cash: int,
    sue: int,
) -> None:
    bank.declines(refund(made).charge_id)
    later(desk, clock)
    again = refunds.propose(desk, settled, cash, 5_000, "Turned down the first time")
    refunds.decide(desk, again, sue, approved=True)
    refunds.carry_out(desk)
    later(desk, clock)

    assert [state(id) for id in (made, again)] == [RefundState.DECLINED, RefundState.DONE]
    assert sum(returned(settled).values()) == 5_000


def test_another_refund_of_the_same_payment_stays_booked(
    desk: Desk,
    settled: uuid.UUID,
    made: uuid.UUID,
    clock: Clock,
    bank: Gateway,
    cash: int,
    sue: int,
) -> None:
    other = refunds.propose(desk, settled, cash, 2_000, "Our mistake", override="Our mistake")
    refunds.decide(desk, other, sue, approved=True)
    refunds.carry_out(desk)
    both = sorted(returned(settled).values())
    bank.declines(refund(made).charge_id)
    later(desk, clock)

    assert both == [2_000, 5_000] and sorted(returned(settled).values()) == [0, 2_000]


def problems(desk: Desk, words: str) -> list[str]:
    """What to do about each problem of today that is told in these words."""
    found = cashbook.of_day(desk, desk.today()).problems
    return [str(one.todo) for one in found if words in str(one.what)]


def test_the_day_says_what_to_do(desk: Desk, made: uuid.UUID, clock: Clock, bank: Gateway) -> None:
    words, credit = "turned a refund of $50.00 down", refund(made).charge_id or ""
    listed = cashbook.of_day(desk, desk.today()).refunded
    bank.declines(credit)
    unseen = problems(desk, words)
    later(desk, clock)

    assert unseen == [] and listed == 5_000
    assert ["propose it anew" in todo for todo in problems(desk, words)] == [True]
    assert problems(desk, credit) == []  # nobody is told that the gateway returned something
    assert cashbook.of_day(desk, desk.today()).refunded == 0


def test_bureau_and_educator_read_it_in_plain_words(
    desk: Desk, settled: uuid.UUID, made: uuid.UUID, clock: Clock, bank: Gateway,
    visitor: Visitor, people: People, letterbox: Letterbox,
) -> None:  # fmt: skip
    bank.declines(refund(made).charge_id)
    later(desk, clock)
    (task,), _ = told()
    outbox.deliver_due(desk, render)
    words = letterbox.letters[-1][2]
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    page = visitor.get(f"/bureau/tasks/{task.id}")
    shown = page.text
    card = visitor.get(page.soup.find("a", string="The payment")["href"])

    assert "did not accept it and sent the money back" in words and "$50.00" in words
    assert "turned down the refund of $50.00" in shown and "propose the refund anew" in shown
    assert "due again" not in shown and "Turned down by the card" in card.text
    assert card.url == f"/bureau/money/card/{settled}"


def test_a_dispute_that_is_won_gives_back_only_what_did_go_back(
    desk: Desk, settled: uuid.UUID, made: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.disputes(row(settled).charge_id)
    later(desk, clock, days=1, minutes=1)
    bank.declines(refund(made).charge_id)
    later(desk, clock)
    bank.wins(row(settled).charge_id)
    later(desk, clock, days=1, minutes=1)

    assert state(made) is RefundState.DECLINED and sum(returned(settled).values()) == 0


def test_a_gateway_that_does_not_answer_about_a_credit_is_asked_again(
    desk: Desk,
    made: uuid.UUID,
    clock: Clock,
    bank: Gateway,
    fault: Callable[..., None],
) -> None:
    bank.declines(refund(made).charge_id)
    fault("find", "drop", "before")

    assert later(desk, clock) == 0 and state(made) is RefundState.DONE
    assert settlements.follow(desk) == 1
    found = desk.card_gateway.find_refund(str(made))
    assert found is not None and found.state is ChargeState.SENT_BACK
