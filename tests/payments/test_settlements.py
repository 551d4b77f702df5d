"""What becomes of a captured charge: settled, sent back by the bank, disputed, won or lost."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.payments import AttemptState, Settlement
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.gateways.cards import ChargeState
from cecs.models.office import OutgoingMail, Task, TaskKind
from cecs.models.payments import PaymentAttempt
from cecs.services import ledger, payments, settlements
from tests.applying import applies, now
from tests.conftest import Clock
from tests.payments.conftest import Gateway
from tests.people import People

VISA = "fake-valid-no-indicators-nonce"


@pytest.fixture
def paid(app: Flask, desk: Desk, people: People) -> uuid.UUID:
    """Maria's payment of $100, captured."""
    id = applies(app, people.teacher(), Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, id, VISA)
    assert payments.pay(desk, id, attempt) is AttemptState.PAID
    return attempt


def row(id: uuid.UUID) -> PaymentAttempt:
    db.session.rollback()
    return db.session.get_one(PaymentAttempt, id, populate_existing=True)


def due(id: uuid.UUID) -> int:
    return ledger.payable_cents(now(row(id).application_id))


def count(model: type[Task] | type[OutgoingMail], *criteria: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*criteria)) or 0


def later(desk: Desk, clock: Clock) -> int:
    clock.advance(days=1, minutes=1)
    return settlements.follow(desk)


def test_a_charge_is_followed_until_it_is_settled(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    before = (settlements.follow(desk), row(paid).settlement)
    bank.settles(row(paid).charge_id)
    at_once = settlements.follow(desk)
    changed = later(desk, clock)

    assert before == (0, Settlement.WAITING) and at_once == 0 and changed == 1
    assert row(paid).settlement is Settlement.SETTLED and row(paid).settled_at == desk.now()
    assert later(desk, clock) == 0 and due(paid) == 0


def test_what_the_bank_does_not_settle_is_due_again(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.declines(row(paid).charge_id)
    later(desk, clock)

    assert row(paid).settlement is Settlement.DECLINED and due(paid) == 10_000
    assert now(row(paid).application_id).status is Status.WAITING_FIRST_REVIEW
    assert count(Task, Task.kind == TaskKind.PAYMENT) == 1
    assert count(OutgoingMail, OutgoingMail.notice == "payment_taken_back") == 1


def test_it_can_be_paid_again_once(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.declines(row(paid).charge_id)
    later(desk, clock)
    id = row(paid).application_id
    second = payments.offer_card(desk, id, VISA)

    assert payments.pay(desk, id, second) is AttemptState.PAID and due(paid) == 0
    assert {fee.payment_attempt_id for fee in now(id).fees} == {second}


def test_a_dispute_that_is_won_pays_again(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.settles(row(paid).charge_id)
    later(desk, clock)
    bank.disputes(row(paid).charge_id)
    later(desk, clock)
    open_now = (row(paid).settlement, due(paid))
    bank.wins(row(paid).charge_id)
    later(desk, clock)

    assert open_now == (Settlement.DISPUTED, 10_000)
    assert row(paid).settlement is Settlement.SETTLED and due(paid) == 0


def test_a_dispute_that_is_lost_leaves_the_fee_due(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.settles(row(paid).charge_id)
    bank.disputes(row(paid).charge_id)
    bank.loses(row(paid).charge_id)
    later(desk, clock)
    later(desk, clock)

    assert row(paid).settlement is Settlement.LOST and due(paid) == 10_000
    assert count(Task, Task.kind == TaskKind.PAYMENT) == 1


def paid_twice(desk: Desk) -> list[str]:
    """What the bureau is asked to do about cards that paid beside other money."""
    open_now = db.session.scalars(sa.select(Task).where(Task.kind == TaskKind.PAYMENT)).all()
    said = [
        (one.details["reason"], one.details["todo"]) for one in open_now if "todo" in one.details
    ]
    told = [(Sentence.from_json(why), Sentence.from_json(todo)) for why, todo in said]
    return [str(todo) for why, todo in told if "paid twice" in str(why)]


def pays_again(desk: Desk, id: uuid.UUID) -> uuid.UUID:
    again = payments.offer_card(desk, id, "fake-valid-mastercard-nonce")
    assert payments.pay(desk, id, again) is AttemptState.PAID
    return again


def test_a_dispute_won_after_the_fee_was_paid_again_is_a_task(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.settles(row(paid).charge_id)
    bank.disputes(row(paid).charge_id)
    later(desk, clock)
    again = pays_again(desk, row(paid).application_id)
    before = paid_twice(desk)
    bank.wins(row(paid).charge_id)
    turns = [later(desk, clock) for _ in range(3)]
    fees = now(row(paid).application_id).fees

    assert before == [] and turns[0] >= 1 and turns[2] == 0
    assert paid_twice(desk) == ["Refund $100.00 of this card payment."]
    assert {fee.payment_attempt_id for fee in fees} == {again} and row(paid).fees == []


def test_a_dispute_won_before_anything_else_was_paid_is_no_task(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    for act in (bank.settles, bank.disputes, bank.wins):
        act(row(paid).charge_id)
        later(desk, clock)

    assert due(paid) == 0 and paid_twice(desk) == []


def came_after_all(desk: Desk, paid: uuid.UUID, *states: ChargeState) -> list[int]:
    """The bank sends the money of a charge that it had declined."""
    charge = desk.card_gateway.find(row(paid).charge_id or "")
    return [
        settlements.note(desk, paid, row(paid).settlement, replace(charge, state=state))
        for state in states
    ]


def test_money_that_comes_after_a_decline_pays_what_is_still_due(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.declines(row(paid).charge_id)
    later(desk, clock)
    on_its_way = (came_after_all(desk, paid, ChargeState.CAPTURED), due(paid))
    came = came_after_all(desk, paid, ChargeState.SETTLED, ChargeState.SETTLED)

    assert on_its_way == ([0], 10_000) and came == [1, 0]
    assert due(paid) == 0 and paid_twice(desk) == []


def test_money_that_comes_after_a_decline_and_another_payment_is_a_task(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.declines(row(paid).charge_id)
    later(desk, clock)
    again = pays_again(desk, row(paid).application_id)
    came_after_all(desk, paid, ChargeState.CAPTURED, ChargeState.SETTLED, ChargeState.SETTLED)

    assert paid_twice(desk) == ["Refund $100.00 of this card payment."]
    assert {fee.payment_attempt_id for fee in row(again).fees} == {again}


def test_what_the_bank_declined_is_still_looked_at(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.declines(row(paid).charge_id)
    later(desk, clock)
    seen = row(paid).looked_at
    later(desk, clock)

    assert seen is not None and row(paid).looked_at == desk.now() > seen


def test_a_gateway_that_does_not_answer_is_asked_again(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway, fault: Callable[..., None]
) -> None:
    bank.settles(row(paid).charge_id)
    fault("find", "drop", "before")

    assert later(desk, clock) == 0 and row(paid).settlement is Settlement.WAITING
    assert settlements.follow(desk) == 1
