"""The moves of a card payment."""

from cecs.domain.payments import LIVE, MOVES, UNCERTAIN, AttemptState, may_become


def test_money_is_taken_only_after_it_was_reserved() -> None:
    before_paid = {state for state in AttemptState if may_become(state, AttemptState.PAID)}

    assert before_paid == {AttemptState.CAPTURING}
    assert not may_become(AttemptState.CALLING, AttemptState.CAPTURING)


def test_what_is_closed_stays_closed() -> None:
    for state in set(AttemptState) - LIVE:
        assert not any(may_become(state, wanted) for wanted in AttemptState)


def test_every_live_state_can_end() -> None:
    assert set(MOVES) == LIVE and UNCERTAIN < LIVE
