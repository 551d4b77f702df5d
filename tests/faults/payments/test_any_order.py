"""Whatever happens in whatever order, the money at the gateway is the money in our books."""

from collections.abc import Callable

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from cecs.desk import Desk
from tests.conftest import Clock
from tests.faults.payments.any_order import AnyOrder
from tests.faults.payments.bank import Bank

MACHINES = 50


def test_money_agrees_after_events_in_any_order(
    app: Flask, desk: Desk, clock: Clock, bank: Bank, tally: Callable[..., None]
) -> None:
    happened: list[int] = []

    def counted(what: str, many: int) -> None:
        happened.append(many)
        tally(what, many)

    # Each machine compares both books whenever the worker has caught up, at its end, too.
    run_state_machine_as_test(
        lambda: AnyOrder(app, desk, clock, bank, counted),
        settings=settings(
            max_examples=MACHINES,
            stateful_step_count=25,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),  # fmt: skip
    )

    assert len(happened) >= MACHINES and sum(happened) > MACHINES
