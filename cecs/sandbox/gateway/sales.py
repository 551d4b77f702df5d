"""A sale from its authorisation to its settlement, by the gateway's documented test rules."""

from datetime import timedelta
from typing import Any

from cecs.sandbox.gateway import numbers
from cecs.sandbox.gateway.amounts import cents_of
from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.state import Book
from cecs.sandbox.gateway.transaction import Transaction

APPROVED = ["1000", "Approved", "approved"]
FAILURES = ("processor_declined", "gateway_rejected", "failed")
VOIDABLE = ("authorized", "submitted_for_settlement")
DUPLICATE_WITHIN = timedelta(seconds=30)


def card_of(book: Book, nonce: str) -> tuple[dict[str, Any], bool] | None:
    """The card behind a nonce, made here or documented, and whether it was used; or None."""
    if nonce in numbers.TEST_NONCES:
        number = numbers.TEST_NONCES[nonce]
        return numbers.describe(number), nonce == "fake-consumed-nonce"
    return book.nonce(nonce)


def sell(book: Book, asked: dict[str, Any]) -> Transaction:
    """Makes one sale; its status tells whether it failed. Raises Refused."""
    if not asked.get("amount"):
        raise Refused("Amount is required.", "81502", "amount")
    cents = cents_of(asked["amount"])
    card = _spend(book, asked.get("payment_method_nonce") or "")
    sale = Transaction("sale", asked.get("order_id") or "", cents, card, APPROVED)
    # With a request key the gateway relies on that, and looks for no duplicates.
    if not asked.get("api_request_key") and _is_duplicate(book, sale):
        status, sale.rejection = "gateway_rejected", "duplicate"
    else:
        status, sale.response, sale.rejection = _verdict(cents, card["declined"])
    sale.move(status, book.now)
    if status == "authorized" and (asked.get("options") or {}).get("submit_for_settlement") is True:
        sale.move("submitted_for_settlement", book.now)
    book.add(sale)
    return sale


def capture(book: Book, sale: Transaction, asked: dict[str, Any]) -> Transaction:
    """Sends an authorised sale to be settled, whole or for less. Raises Refused."""
    if sale.status != "authorized":
        raise Refused("Cannot submit for settlement unless status is authorized.", "91507")
    cents = cents_of(asked["amount"]) if asked.get("amount") else sale.cents
    if cents > sale.cents:
        raise Refused("Settlement amount is too large.", "91522", "amount")
    sale.cents = cents
    sale.order_id = asked.get("order_id") or sale.order_id
    return _moved(book, sale, "submitted_for_settlement")


def void(book: Book, sale: Transaction, asked: dict[str, Any]) -> Transaction:
    """Gives an authorised or not yet settled transaction up. Raises Refused.

    Of one that is settled in parts, what is left; the parts go on.
    """
    if sale.status not in VOIDABLE and not sale.is_in_parts:
        states = ", ".join(VOIDABLE)
        raise Refused(f"Transaction can only be voided if status is {states}.", "91504")
    return _moved(book, sale, "voided")


# What the testing calls of the API may bring about, and from where.
IN_SETTLEMENT = (
    "submitted_for_settlement",
    "settling",
    "settlement_pending",
    "settlement_confirmed",
)


def settle(book: Book, transaction: Transaction, status: str) -> Transaction:
    """Plays the bank's part in a settlement, whose outcome is `status`. Raises Refused."""
    if transaction.status not in IN_SETTLEMENT or transaction.is_in_parts:
        raise Refused("Cannot simulate settlement unless submitted for settlement.", "91575")
    return _moved(book, transaction, status)


def _moved(book: Book, transaction: Transaction, status: str) -> Transaction:
    transaction.move(status, book.now)
    book.keep(transaction)
    return transaction


def _spend(book: Book, nonce: str) -> dict[str, Any]:
    held = card_of(book, nonce)
    if held is None:
        raise Refused("Unknown or expired payment_method_nonce.", "91565", "payment_method_nonce")
    card, used = held
    if used:
        said = "Cannot use a payment_method_nonce more than once."
        raise Refused(said, "91564", "payment_method_nonce")
    book.consume(nonce)
    return card


def _is_duplicate(book: Book, sale: Transaction) -> bool:
    return any(
        (other.kind, other.cents, other.card) == (sale.kind, sale.cents, sale.card)
        and other.status not in FAILURES
        and book.now - other.created <= DUPLICATE_WITHIN
        for other in book.transactions(sale.order_id)
    )


def _verdict(cents: int, declined: bool) -> tuple[str, list[str], str | None]:
    """Status, response and rejection reason by the amounts that the testing guide documents."""
    if 2000_00 <= cents < 3000_00:
        return "processor_declined", [str(cents // 100), "Do Not Honor", "soft_declined"], None
    if 3000_00 <= cents < 3001_00:
        return "failed", ["3000", "Processor Network Unavailable - Try Again", ""], None
    if cents == 5001_00:
        return "gateway_rejected", APPROVED, "application_incomplete"
    if declined:
        return "processor_declined", ["2000", "Do Not Honor", "soft_declined"], None
    return "authorized", APPROVED, None
