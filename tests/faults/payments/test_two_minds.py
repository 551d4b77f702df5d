"""Two workers that judge a charge differently: one of them has it, to take it or to give it up."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.payments import AttemptState
from cecs.services import payments, sweeping
from tests.conftest import Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import _WatchedCards, meanwhile
from tests.faults.payments.mishaps import KIND_NOT_KNOWN, charged_unheard, not_taken
from tests.faults.payments.recovery import (
    LATER,
    attempts_of,
    must_hold,
    one_turn,
    pays,
    pays_after_all,
    recovers_for_good,
)


def lenient(desk: Desk) -> Desk:
    """A worker that takes cards of which it is not known whether they are credit cards."""
    return replace(desk, settings=replace(desk.settings, card_funding_unknown="accept"))


@pytest.mark.parametrize("who_is_strict", ["first", "second"])
def test_what_one_worker_gives_up_no_other_takes(
    app: Flask, desk: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
    who_is_strict: str,
) -> None:  # fmt: skip
    def first(worker: Desk) -> None:
        payments.reconcile(worker if who_is_strict == "first" else lenient(worker))

    def second(worker: Desk) -> None:
        clock.set(clock() + LATER)  # the first one seems to have died
        payments.reconcile(lenient(worker) if who_is_strict == "first" else worker)

    for at in count(1):
        application_id = owed()
        bank.order("sale", "drop", "after")
        pays(lenient(desk), application_id, KIND_NOT_KNOWN)
        clock.set(clock() + LATER)
        if not meanwhile(app, desk, at, first, second):
            break
        (attempt,) = attempts_of(application_id)
        (charge,) = bank.transactions(attempt.id)
        steps = [step["status"] for step in charge.history]
        recovers_for_good(desk, clock, bank)
        tally("workers of two minds")

        assert steps in (["authorized", "voided"], ["authorized", "submitted_for_settlement"])
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
    assert at > 8


@pytest.mark.parametrize("is_first", [True, False], ids=["sweeps_first", "sweeps_second"])
def test_a_sweep_gives_up_nothing_that_is_taken_beside_it(
    app: Flask, desk: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
    is_first: bool,
) -> None:  # fmt: skip
    jobs = [sweeping.sweep, payments.reconcile]
    first, second = jobs if is_first else jobs[::-1]
    for at in count(1):
        application_id = owed()
        charged_unheard(desk, bank, application_id)
        clock.set(clock() + LATER)
        if not meanwhile(app, desk, at, first, second):
            break
        one_turn(desk)
        tally("workers of two minds")

        assert attempts_of(application_id)[0].state is AttemptState.PAID
        must_hold(application_id, bank)
    assert at > 2


def test_what_was_left_is_gone_on_with_by_one_worker_at_a_time(
    app: Flask, desk: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    for at in count(1):
        asked: list[str] = []

        def reconciles(worker: Desk, asked: list[str] = asked) -> None:
            payments.reconcile(replace(worker, cards=_WatchedCards(worker.cards, asked.append)))

        application_id = owed()
        not_taken(desk, bank, application_id)
        clock.set(clock() + LATER)
        if not meanwhile(app, desk, at, reconciles, reconciles):
            break
        tally("workers of two minds")

        assert asked.count("before capture") == 1
        must_hold(application_id, bank)
    assert at > 6
