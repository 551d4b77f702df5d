"""The states of a card payment, and what a charge must be before money is taken."""

from collections.abc import Mapping
from enum import StrEnum


class AttemptState(StrEnum):
    """Where an attempt stands. Stored as text."""

    PREPARED = "prepared"  # a card was looked up and may be charged; nothing was sent
    CALLING = "calling"  # the authorisation was sent, its answer is not known here
    AUTHORISED = "authorised"  # the amount is reserved, nothing is taken
    CAPTURING = "capturing"  # the taking was sent, its answer is not known here
    PAID = "paid"
    REFUSED = "refused"  # by our rule; nothing was taken
    DECLINED = "declined"  # by bank or gateway; nothing was taken
    FAILED = "failed"  # never came to a charge, or it was given up


S = AttemptState
LIVE = frozenset({S.PREPARED, S.CALLING, S.AUTHORISED, S.CAPTURING})
UNCERTAIN = frozenset({S.CALLING, S.AUTHORISED, S.CAPTURING})

MOVES: Mapping[AttemptState, frozenset[AttemptState]] = {
    S.PREPARED: frozenset({S.CALLING, S.FAILED}),
    S.CALLING: frozenset({S.AUTHORISED, S.REFUSED, S.DECLINED, S.FAILED}),
    S.AUTHORISED: frozenset({S.CAPTURING, S.FAILED}),
    S.CAPTURING: frozenset({S.PAID, S.FAILED}),
}


def may_become(present: AttemptState, wanted: AttemptState) -> bool:
    """Whether the protocol knows this move."""
    return wanted in MOVES.get(present, frozenset())
