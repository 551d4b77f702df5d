"""Fifty clicks from five processes, and workers on one another's heels: one charge, one payment."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from cecs.desk import Desk
from cecs.domain.payments import AttemptState
from cecs.services import payments
from cecs.services.refused import Refused
from tests.conftest import Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import Place, at_once
from tests.faults.payments.mishaps import MISHAPS
from tests.faults.payments.recovery import (
    LATER,
    MASTERCARD,
    VISA,
    attempts_of,
    must_hold,
    one_turn,
    pays,
    pays_after_all,
    recovers_for_good,
)

PROCESSES, THREADS = 5, 10


def test_fifty_clicks_on_one_card_charge_once(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    application_id = owed()
    attempt_id = payments.offer_card(desk, application_id, VISA)
    told = at_once(place, PROCESSES, THREADS, payments.pay, application_id, attempt_id)
    tally("clicks at once", len(told))
    at_gateway = [charge.status for charge in bank.transactions()]
    recovers_for_good(desk, clock, bank)

    assert len(told) == 50 and str(AttemptState.PAID) in told
    assert set(told) <= {"calling", "authorised", "capturing", "paid"}
    assert at_gateway == ["submitted_for_settlement"]
    must_hold(application_id, bank)
    pays_after_all(desk, application_id, bank)


def test_fifty_clicks_with_a_card_each_charge_one_of_them(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    application_id = owed()
    told = at_once(place, PROCESSES, THREADS, pays_or_is_told_why_not, application_id)
    tally("clicks at once", len(told))
    paid = [one for one in attempts_of(application_id) if one.state is AttemptState.PAID]
    recovers_for_good(desk, clock, bank)

    assert len(told) == 50 and told.count("paid") == len(paid) == 1
    assert set(told) <= {"paid", "failed", UNDER_WAY, NOTHING}
    assert len(bank.transactions()) == 1
    must_hold(application_id, bank)
    pays_after_all(desk, application_id, bank)


UNDER_WAY = str(payments.UNDER_WAY)
NOTHING = "There is nothing to pay for this application."


def pays_or_is_told_why_not(desk: Desk, application_id: uuid.UUID) -> str:
    """One click; half of them with a MasterCard."""
    try:
        return str(pays(desk, application_id, MASTERCARD if uuid.uuid4().int % 2 else VISA))
    except Refused as refused:
        return str(refused.sentence)


def test_workers_at_once_recover_as_one_would(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    applications = [owed() for _ in range(2 * len(MISHAPS))]
    for mishap, application_id in zip(MISHAPS * 2, applications, strict=True):
        mishap(desk, bank, application_id)
    clock.set(clock() + LATER)
    then = replace(place, ahead=clock() - datetime.now(UTC))
    told = at_once(then, 4, 3, one_turn)
    tally("workers at once", len(told))

    assert told == ["None"] * 12
    for application_id in applications:
        must_hold(application_id, bank)
    recovers_for_good(desk, clock, bank)
    for application_id in applications:
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
