"""What becomes of a captured charge: settled, sent back by the bank, disputed, won or lost."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.payments import AttemptState, Settlement
from cecs.extensions import db
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


def test_a_gateway_that_does_not_answer_is_asked_again(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway, fault: Callable[..., None]
) -> None:
    bank.settles(row(paid).charge_id)
    fault("find", "drop", "before")

    assert later(desk, clock) == 0 and row(paid).settlement is Settlement.WAITING
    assert settlements.follow(desk) == 1
