"""A process that is killed, wherever it was, costs nobody a fee and charges nobody twice."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from cecs.desk import Desk
from tests.conftest import Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import Act, Place, dies
from tests.faults.payments.mishaps import MISHAPS, refused_after_all
from tests.faults.payments.recovery import (
    LATER,
    must_hold,
    one_turn,
    pays,
    pays_after_all,
    recovers_for_good,
)

PAID = {"after look_up", "before authorise", "before capture", "after capture", "after commit"}
GIVEN_UP = {"after look_up", "before authorise", "before void", "after void", "after commit"}


@pytest.mark.parametrize(("act", "through"), [(pays, PAID), (refused_after_all, GIVEN_UP)])
def test_a_payment_survives_a_kill_at_any_boundary(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
    act: Act, through: set[str],
) -> None:  # fmt: skip
    for at in count(1):
        application_id = owed()
        killed, boundaries = dies(place, at, act, application_id)
        recovers_for_good(desk, clock, bank)
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
        if not killed:
            break
        tally("kills")

    assert len(boundaries) == at - 1 and set(boundaries) >= through


@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: mishap.__name__)
def test_a_recovery_survives_a_kill_at_any_boundary(
    desk: Desk, place: Place, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
    mishap: Callable[..., None],
) -> None:  # fmt: skip
    for at in count(1):
        application_id = owed()
        mishap(desk, bank, application_id)
        clock.set(clock() + LATER)
        then = replace(place, ahead=clock() - datetime.now(UTC))
        killed, boundaries = dies(then, at, one_turn)
        recovers_for_good(desk, clock, bank)
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
        if not killed:
            break
        tally("kills")

    assert len(boundaries) == at - 1 and "after reserved" in boundaries
