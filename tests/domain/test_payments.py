"""The moves of a card payment."""

import pytest

from cecs.domain.payments import (
    DECIDED,
    LIVE,
    MOVES,
    UNCERTAIN,
    AttemptState,
    may_become,
    refundable_cents,
)


def test_money_is_taken_only_after_it_was_reserved() -> None:
    before_paid = {state for state in AttemptState if may_become(state, AttemptState.PAID)}

    assert before_paid == {AttemptState.CAPTURING}
    assert not may_become(AttemptState.CALLING, AttemptState.CAPTURING)


def test_what_is_closed_stays_closed() -> None:
    for state in set(AttemptState) - LIVE:
        assert not any(may_become(state, wanted) for wanted in AttemptState)


def test_every_live_state_can_end() -> None:
    assert set(MOVES) == LIVE and UNCERTAIN < LIVE


def test_nobody_gives_up_what_is_taken_nor_takes_what_is_given_up() -> None:
    assert not may_become(AttemptState.CAPTURING, AttemptState.VOIDING)
    assert not may_become(AttemptState.VOIDING, AttemptState.CAPTURING)
    assert not may_become(AttemptState.VOIDING, AttemptState.PAID)
    assert DECIDED < UNCERTAIN


@pytest.mark.parametrize(
    ("paid", "kept", "standing", "override", "expected"),
    [
        (20000, 5000, 0, False, 15000),
        (20000, 5000, 0, True, 20000),
        (20000, 5000, 15000, False, 0),
        (20000, 5000, 20000, False, 0),
        (5000, 5000, 0, False, 0),
    ],
)
def test_the_application_fee_stays_unless_overridden(paid, kept, standing, override, expected):
    assert refundable_cents(paid, kept, standing, override) == expected
