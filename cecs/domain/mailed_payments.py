"""What comes by post: what the office takes, what it sends back, and the day that counts."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from cecs.domain.sentences import Cents, Sentence


class Instrument(StrEnum):
    """What lay in an envelope. Stored as text."""

    CERTIFIED_BANK_CHECK = "certified_bank_check"
    CASHIERS_CHECK = "cashiers_check"
    MONEY_ORDER = "money_order"
    PERSONAL_CHECK = "personal_check"
    CASH = "cash"


TAKEN = (Instrument.CERTIFIED_BANK_CHECK, Instrument.CASHIERS_CHECK, Instrument.MONEY_ORDER)


class PaymentState(StrEnum):
    """Where a mailed payment stands. Stored as text."""

    MATCHED = "matched"  # pays fees
    SUSPENSE = "suspense"  # kept until someone finds out whose it is
    RETURNED = "returned"


class WhyReturned(StrEnum):
    """Why something went back with a letter. Stored as text."""

    PERSONAL_CHECK = "personal_check"
    CASH = "cash"
    TOO_MUCH = "too_much"
    TOO_LITTLE = "too_little"
    NOTHING_DUE = "nothing_due"
    NO_OWNER = "no_owner"


NEVER_TAKEN: Mapping[Instrument, WhyReturned] = {
    Instrument.PERSONAL_CHECK: WhyReturned.PERSONAL_CHECK,
    Instrument.CASH: WhyReturned.CASH,
}


def must_go_back(instrument: Instrument, cents: int, owed: int) -> WhyReturned | None:
    """Why it cannot pay what is owed (whole cents), or None where it pays exactly that.

    Neither a part nor more than what is due is taken: change cannot be given on a check, and a
    part would leave the application unfiled all the same.
    """
    if instrument in NEVER_TAKEN:
        return NEVER_TAKEN[instrument]
    if owed == 0:
        return WhyReturned.NOTHING_DUE
    if cents > owed:
        return WhyReturned.TOO_MUCH
    return WhyReturned.TOO_LITTLE if cents < owed else None


def counts_from(rule: str, received_on: date, postmarked_on: date | None) -> date:
    """The legal day on which it was paid: `rule` is the regime's, received or postmarked.

    Without a legible postmark the day of receipt counts.
    """
    if rule == "postmarked" and postmarked_on is not None:
        return min(postmarked_on, received_on)
    return received_on


def explained(why: WhyReturned, came: Cents, owed: Cents) -> Sentence:
    """The reason as the letter gives it."""
    if why in (WhyReturned.TOO_MUCH, WhyReturned.TOO_LITTLE):
        return Sentence(
            "It is made out for {came}, and exactly {owed} is due.", came=came, owed=owed
        )
    return _WORDS[why]


_WORDS: Mapping[WhyReturned, Sentence] = {
    WhyReturned.PERSONAL_CHECK: Sentence("The office takes no personal checks."),
    WhyReturned.CASH: Sentence("The office takes no cash."),
    WhyReturned.NOTHING_DUE: Sentence("Nothing is due for this application."),
    WhyReturned.NO_OWNER: Sentence("We could not find out which application it is for."),
}
