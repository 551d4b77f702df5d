"""The database server goes away in the middle of a payment, and comes back."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count

import pytest
import sqlalchemy as sa

from cecs import cli
from cecs.desk import Desk
from cecs.extensions import db
from cecs.services import payments, sweeping
from tests import cluster
from tests.conftest import Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import Act, watched
from tests.faults.payments.mishaps import (
    charged_unheard,
    noted_and_left,
    refused_after_all,
    taken_unheard,
)
from tests.faults.payments.recovery import (
    LATER,
    must_hold,
    one_turn,
    pays,
    pays_after_all,
    recovers_for_good,
)


def _is_restarted_at(at: int, desk: Desk, act: Callable[[Desk], object]) -> bool:
    """Gives whether the act came to that boundary, where the server was restarted."""
    numbers, restarted = count(1), []

    def crossed(name: str) -> None:
        if next(numbers) == at:
            cluster.restart()
            restarted.append(name)

    with watched(desk, crossed) as observed:
        act(observed)
    return bool(restarted)


@pytest.mark.parametrize("act", [pays, refused_after_all])
def test_a_payment_survives_a_restart_of_the_database_at_any_boundary(
    desk: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None], act: Act,
) -> None:  # fmt: skip
    for at in count(1):
        application_id = owed()

        def attempted(observed: Desk, id: uuid.UUID = application_id) -> None:
            with suppress(sa.exc.OperationalError):  # an error page, in truth
                act(observed, id)

        restarted = _is_restarted_at(at, desk, attempted)
        db.session.rollback()
        recovers_for_good(desk, clock, bank)
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
        if not restarted:
            break
        tally("database restarts")

    assert at > 10


@pytest.mark.parametrize("mishap", [charged_unheard, noted_and_left, taken_unheard])
def test_the_worker_goes_on_after_a_restart_of_the_database_at_any_boundary(
    desk: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None], mishap: Callable[..., None],
) -> None:  # fmt: skip
    def works(observed: Desk) -> None:
        for job in (payments.reconcile, sweeping.sweep):
            cli._attempt(partial(job, observed))

    for at in count(1):
        application_id = owed()
        mishap(desk, bank, application_id)
        clock.set(clock() + LATER)
        restarted = _is_restarted_at(at, desk, works)
        clock.set(clock() + LATER)
        works(desk)
        one_turn(desk)
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
        if not restarted:
            break
        tally("database restarts")

    assert at > 4
