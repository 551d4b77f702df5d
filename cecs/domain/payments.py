"""The states of a card payment, and what a charge must be before money is taken."""

from collections.abc import Mapping
from enum import StrEnum


class AttemptState(StrEnum):
    """Where an attempt stands. Stored as text."""

    PREPARED = "prepared"  # a card was looked up and may be charged; nothing was sent
    CALLING = "calling"  # the authorisation was sent, its answer is not known here
    AUTHORISED = "authorised"  # the amount is reserved, nothing is taken
    CAPTURING = "capturing"  # decided to take it: nobody gives it up any more
    VOIDING = "voiding"  # decided to give it up: nobody takes it any more
    PAID = "paid"
    REFUSED = "refused"  # by our rule; nothing was taken
    DECLINED = "declined"  # by bank or gateway; nothing was taken
    FAILED = "failed"  # never came to a charge, or it was given up


S = AttemptState
DECIDED = frozenset({S.CAPTURING, S.VOIDING})
UNCERTAIN = frozenset({S.CALLING, S.AUTHORISED}) | DECIDED
LIVE = frozenset({S.PREPARED}) | UNCERTAIN

MOVES: Mapping[AttemptState, frozenset[AttemptState]] = {
    S.PREPARED: frozenset({S.CALLING, S.FAILED}),
    S.CALLING: frozenset({S.AUTHORISED, S.VOIDING, S.DECLINED, S.FAILED}),
    S.AUTHORISED: frozenset({S.CAPTURING, S.VOIDING}),
    S.CAPTURING: frozenset({S.PAID, S.FAILED}),
    S.VOIDING: frozenset({S.REFUSED, S.FAILED}),
}


class Settlement(StrEnum):
    """What became of a captured charge. Stored as text."""

    NONE = "none"  # nothing was captured
    WAITING = "waiting"  # captured, not with the bank yet
    SETTLED = "settled"
    DECLINED = "declined"  # the bank sent it back: nothing was taken after all
    DISPUTED = "disputed"  # the cardholder's bank took it back, for now
    LOST = "lost"  # the dispute was lost: the money is gone


TAKEN_BACK = frozenset({Settlement.DECLINED, Settlement.DISPUTED, Settlement.LOST})


class RefundState(StrEnum):
    """Where a refund stands. Stored as text."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by who proposed it
    APPROVED = "approved"  # waits until the charge is settled
    CALLING = "calling"  # sent to the gateway, its answer is not known here
    DONE = "done"
    FAILED = "failed"  # the gateway made none; it may be proposed anew
    DECLINED = "declined"  # made, and then turned down by the card's bank: the money is here


R = RefundState
STANDING = frozenset({R.PROPOSED, R.APPROVED, R.CALLING, R.DONE})
REFUND_MOVES: Mapping[RefundState, frozenset[RefundState]] = {
    R.PROPOSED: frozenset({R.APPROVED, R.REJECTED, R.WITHDRAWN}),
    R.APPROVED: frozenset({R.CALLING}),
    R.CALLING: frozenset({R.DONE, R.FAILED}),
    R.FAILED: frozenset({R.DONE}),  # the gateway's own answer came after all
    R.DONE: frozenset({R.DECLINED}),
}


def refundable_cents(paid_cents: int, kept_cents: int, standing_cents: int, override: bool) -> int:
    """How much more may go back, in whole cents.

    `kept_cents` is the part that is never returned (the application fee) unless a supervisor
    overrides; `standing_cents` what was returned or is about to be.
    """
    kept = 0 if override else kept_cents
    return max(0, paid_cents - kept - standing_cents)


def may_become(present: AttemptState, wanted: AttemptState) -> bool:
    """Whether the protocol knows this move."""
    return wanted in MOVES.get(present, frozenset())
