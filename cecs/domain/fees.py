"""What a kind of application costs, from the regime's rows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cecs.domain.regime import APPLICATION_FEE, ApplicationKind, Regime
from cecs.domain.sentences import Cents, Sentence


class FeeDue(StrEnum):
    """When a ledger line is to be paid. Stored as text."""

    AT_SUBMISSION = "submission"
    ON_APPROVAL = "approval"


class FeeUnknown(Exception):
    """The bureau sets this fee, so that nothing can be charged for it here."""


@dataclass(frozen=True)
class FeeLine:
    """One line of the ledger."""

    code: str
    title: Sentence
    cents: Cents


def fee(regime: Regime, kind: str, on: date) -> Cents | None:
    """The whole fee of a kind on a day, the application fee included; None: set by the bureau."""
    row = regime.fee_row(regime.kind(kind).fee, on)
    return row.amount_cents if row else None


def titles(regime: Regime, kind: str) -> dict[str, Sentence]:
    """What each ledger line of a kind is for, by its code."""
    return {
        APPLICATION_FEE: Sentence("Application fee (not refundable)"),
        regime.kind(kind).fee: Sentence("Balance: {title}", title=regime.kind(kind).title),
    }


def fee_lines(regime: Regime, kind: str, on: date) -> tuple[FeeLine, ...]:
    """The application fee, then the balance; no lines where nothing is due.

    Raises FeeUnknown where the bureau sets the fee.
    """
    whole = fee(regime, kind, on)
    first = regime.fee_row(APPLICATION_FEE, on)
    if whole is None or first is None or first.amount_cents is None:
        raise FeeUnknown(kind)
    at_once = Cents(min(first.amount_cents, whole))
    balance = Cents(whole - at_once)
    named = titles(regime, kind)
    amounts = {APPLICATION_FEE: at_once, regime.kind(kind).fee: balance}
    lines = tuple(FeeLine(code, named[code], cents) for code, cents in amounts.items())
    return tuple(line for line in lines if line.cents)


def may_wait(kind: ApplicationKind) -> bool:
    """Whether an educator may leave the balance until the approval."""
    return kind.balance in ("either", "on_approval")


def must_wait(kind: ApplicationKind) -> bool:
    """Whether the balance is never due before the approval."""
    return kind.balance == "on_approval"
