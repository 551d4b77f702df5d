"""A refund that the card's bank turns down is noted once, whatever dies or fails meanwhile."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import RefundState
from cecs.extensions import db
from cecs.models.office import OutgoingMail, Task
from cecs.services import refunds, settlements
from tests.applying import now
from tests.conftest import Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import Place, at_once, dies
from tests.faults.payments.recovery import attempts_of, everything
from tests.faults.payments.test_network import FAULTS, hasty
from tests.faults.payments.test_refunds import approved

__all__ = ["approved", "hasty"]
A_DAY = timedelta(days=1, minutes=1)


@pytest.fixture
def turned_down(
    desk: Desk, clock: Clock, bank: Bank, approved: Callable[[], uuid.UUID]
) -> Callable[[], uuid.UUID]:
    """Gives, each time, another application whose refund was made, and then declined."""

    def application() -> uuid.UUID:
        application_id = approved()
        refunds.carry_out(desk)
        (attempt,) = attempts_of(application_id)
        (credit,) = [one for one in bank.transactions() if one.refunded == attempt.charge_id]
        bank.play(credit.id, "settlement_declined")
        clock.set(clock() + timedelta(hours=2))
        return application_id

    return application


def is_noted_once(desk: Desk, clock: Clock, bank: Bank, application_id: uuid.UUID) -> None:
    """Follows until all is known: lines, bureau and educator were told, once."""
    for _ in range(2):
        clock.set(clock() + A_DAY)
        db.session.rollback()
        settlements.follow(desk)
    before = everything(bank)
    settlements.follow(desk)
    assert everything(bank) == before

    (attempt,) = attempts_of(application_id)
    (refund,) = refunds.of_attempt(attempt.id)
    person_id = now(application_id).person_id
    tasks = sa.select(Task).where(Task.person_id == person_id)
    mails = sa.select(OutgoingMail).where(
        OutgoingMail.person_id == person_id, OutgoingMail.notice == "refund_declined"
    )
    assert refund.state is RefundState.DECLINED
    assert [fee.refunded_cents for fee in now(application_id).fees] == [0, 0]
    assert len(db.session.scalars(tasks).all()) == len(db.session.scalars(mails).all()) == 1


def test_it_survives_a_kill_at_any_boundary(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    turned_down: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    for at in count(1):
        application_id = turned_down()
        then = replace(place, ahead=clock() - datetime.now(UTC))
        killed, boundaries = dies(then, at, settlements.follow)
        is_noted_once(desk, clock, bank, application_id)
        if not killed:
            break
        tally("kills")

    assert len(boundaries) == at - 1 and boundaries[-1] == "after commit" and at > 4


def test_it_survives_each_fault_of_the_look(
    desk: Desk, hasty: Desk, clock: Clock, bank: Bank,
    turned_down: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    for fault in FAULTS:
        application_id = turned_down()
        bank.order("find", **fault)
        settlements.follow(hasty)
        is_noted_once(desk, clock, bank, application_id)

        assert bank.was_met("find")
        tally("network faults")


def test_workers_at_once_note_it_once(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    turned_down: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    applications = [turned_down() for _ in range(4)]
    then = replace(place, ahead=clock() - datetime.now(UTC))
    told = at_once(then, 4, 3, settlements.follow)
    tally("workers at once", len(told))

    assert sum(map(int, told)) >= len(applications)
    for application_id in applications:
        is_noted_once(desk, clock, bank, application_id)
