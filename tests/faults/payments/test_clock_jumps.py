"""A clock that jumps in the middle of a payment, and a worker that believes it, lose no money."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest
from flask import Flask

from cecs.desk import Desk
from tests.applying import now
from tests.conftest import Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import meanwhile
from tests.faults.payments.mishaps import charged_unheard, noted_and_left, taken_unheard
from tests.faults.payments.recovery import (
    must_hold,
    one_turn,
    pays,
    pays_after_all,
    recovers_for_good,
)


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "back"])
@pytest.mark.parametrize("is_mended", [True, False], ids=["mended", "not_mended"])
def test_a_payment_survives_a_jump_of_the_clock_at_any_boundary(
    app: Flask, desk: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
    jump: timedelta, is_mended: bool,
) -> None:  # fmt: skip
    def jumps(worker: Desk) -> None:
        clock.set(clock() + jump)
        one_turn(worker)

    for at in count(1):
        application_id = owed()
        clock.set(datetime.now(UTC))
        jumped = meanwhile(app, desk, at, partial(pays, application_id=application_id), jumps)
        if is_mended:
            clock.set(datetime.now(UTC))
        recovers_for_good(desk, clock, bank)
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
        if not jumped:
            break
        tally("clock jumps")

    assert at > 14


def test_what_was_left_while_the_clock_was_wrong_is_found_out_once_it_is_right(
    desk: Desk, clock: Clock, bank: Bank, owed: Callable[[], uuid.UUID]
) -> None:
    for mishap in (charged_unheard, noted_and_left, taken_unheard):
        application_id = owed()
        clock.set(datetime.now(UTC) + timedelta(days=300))
        mishap(desk, bank, application_id)
        clock.set(datetime.now(UTC))
        recovers_for_good(desk, clock, bank)

        must_hold(application_id, bank)
        assert all(fee.paid_at for fee in now(application_id).fees)
