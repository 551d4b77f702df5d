"""Settling an authorisation in parts: each part is a sale of its own, which settles by itself."""

from typing import Any

from cecs.sandbox.gateway.amounts import cents_of
from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.sales import APPROVED
from cecs.sandbox.gateway.state import Book
from cecs.sandbox.gateway.transaction import Transaction


def submit(book: Book, whole: Transaction, asked: dict[str, Any]) -> Transaction:
    """Sends a part of what is authorised to be settled; returns the part. Raises Refused.

    The authorisation waits as "settlement_pending" for more, up to its amount.
    """
    if whole.status != "authorized" and not whole.is_in_parts:
        raise Refused("Cannot submit this transaction for partial settlement.", "915103")
    if not asked.get("amount"):
        raise Refused("Amount is required.", "81502", "amount")
    cents = cents_of(asked["amount"])
    if cents > whole.cents - _submitted(book, whole):
        raise Refused("Settlement amount is too large.", "91522", "amount")
    order_id = asked.get("order_id") or whole.order_id
    part = Transaction("sale", order_id, cents, whole.card, APPROVED, authorized=whole.id)
    part.move("submitted_for_settlement", book.now)
    book.add(part)
    whole.parts.append(part.id)
    if not whole.is_in_parts:
        whole.move("settlement_pending", book.now)
    book.keep(whole)
    return part


def _submitted(book: Book, whole: Transaction) -> int:
    """What earlier parts took. One that came to nothing is counted, too: its share is used up."""
    return sum(part.cents for part in map(book.transaction, whole.parts) if part)
