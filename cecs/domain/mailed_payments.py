"""What comes by post: what the office takes, what it sends back, and the day that counts."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from cecs.domain import names
from cecs.domain.sentences import Cents, Sentence

# An envelope is booked soon after it came; a wrong year, or century, is farther off.
BOOKED_WITHIN = timedelta(days=90)
# Banks need not pay a check that is older than six months (UCC 4-404): none is so long under way.
MAILED_WITHIN = timedelta(days=180)


class Instrument(StrEnum):
    """What lay in an envelope. Stored as text."""

    # In the order of the desk's list: a browser takes the first that begins as it is typed,
    # so cash stands before the cashier's check, which is chosen by going on typing.
    CERTIFIED_BANK_CHECK = "certified_bank_check"
    CASH = "cash"
    CASHIERS_CHECK = "cashiers_check"
    MONEY_ORDER = "money_order"
    PERSONAL_CHECK = "personal_check"


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


def must_go_back(
    instrument: Instrument, cents: int, owed: int, later: int = 0
) -> WhyReturned | None:
    """Why it cannot pay what is owed (whole cents), or None where it pays exactly that.

    Neither a part nor more than what is due is taken: change cannot be given on a check, and a
    part would leave the application unfiled all the same. Who was to pay in two parts, `later`
    being the second, and sends both at once, has paid both.
    """
    if instrument in NEVER_TAKEN:
        return NEVER_TAKEN[instrument]
    if owed == 0:
        return WhyReturned.NOTHING_DUE
    if cents == owed + later:
        return None
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


def impossible_days(
    today: date, received_on: date | None, postmarked_on: date | None
) -> dict[str, Sentence]:
    """What cannot be true of the days of an envelope, by the name of the field."""
    faults = {}
    if received_on and received_on > today:
        faults["received_on"] = Sentence("The day on which it came cannot lie ahead.")
    elif received_on and received_on < today - BOOKED_WITHIN:
        faults["received_on"] = Sentence(
            "That is more than {days} days ago. Look at the year.", days=BOOKED_WITHIN.days
        )
    came = today if faults or received_on is None else received_on
    if postmarked_on and postmarked_on > today:
        faults["postmarked_on"] = Sentence("That day is still to come.")
    elif postmarked_on and postmarked_on > came:
        faults["postmarked_on"] = Sentence("It cannot have been mailed after it came.")
    elif postmarked_on and postmarked_on < came - MAILED_WITHIN:
        faults["postmarked_on"] = Sentence(
            "That is more than {days} days before it came. Look at the year.",
            days=MAILED_WITHIN.days,
        )
    return faults


def alike(asked: str, name: str) -> bool:
    """Whether a name may be meant, words in any order: Peter Nowak is found as NOWAK, P.

    The beginning of a word stands for it. Initials alone are nobody's name.
    """
    wanted, known = _words_of(asked), _words_of(name)
    if names.key(asked) and names.key(asked) in names.key(name):
        return True
    fewer, more = sorted((wanted, known), key=len)
    pairs = [next((two for two in more if _begin_alike(one, two)), "") for one in fewer]
    shared = [min(pair, key=len) for pair in zip(fewer, pairs, strict=True)]
    return all(shared) and any(len(word) > 1 for word in shared)


def _words_of(name: str) -> list[str]:
    words = [names.key(word) for word in re.split(r"[\s,.]+", name)]
    return [word for word in words if word]


def _begin_alike(one: str, other: str) -> bool:
    """Nowak and Now are, and so are Peter and P.; Paul and Peter are not."""
    return one.startswith(other) or other.startswith(one)


def asked(why: WhyReturned, came: Cents, owed: Cents, named: str) -> Sentence:
    """The reason as who books it reads it, before anything goes back; `named` are references."""
    if why in (WhyReturned.TOO_MUCH, WhyReturned.TOO_LITTLE):
        return Sentence(
            "It is made out for {came}, and exactly {owed} is due for {named}.",
            came=came, owed=owed, named=named,
        )  # fmt: skip
    if why is WhyReturned.NOTHING_DUE:
        return Sentence("Nothing is due for {named}.", named=named)
    return _WORDS[why]


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
