"""Giving settled money back: each refund is a credit of its own that settles like a sale."""

from typing import Any

from cecs.sandbox.gateway.amounts import cents_of
from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.sales import APPROVED
from cecs.sandbox.gateway.state import Book
from cecs.sandbox.gateway.transaction import Transaction


def refund(book: Book, sale: Transaction, asked: dict[str, Any]) -> Transaction:
    """Gives back the amount asked, or all that is left. Returns the credit. Raises Refused."""
    if sale.kind == "credit":
        raise Refused("Cannot refund a credit.", "91505")
    if sale.status not in ("settled", "settling"):
        raise Refused("Cannot refund a transaction unless it is settled.", "91506")
    left = sale.cents - _given_back(book, sale)
    if not left:
        raise Refused("Transaction has already been completely refunded.", "91512")
    cents = cents_of(asked["amount"]) if asked.get("amount") else left
    if cents > left:
        raise Refused("Refund amount is too large.", "91521", "amount")
    order_id = asked.get("order_id") or sale.order_id
    credit = Transaction("credit", order_id, cents, sale.card, APPROVED, refunded=sale.id)
    credit.move("submitted_for_settlement", book.now)
    book.add(credit)
    sale.refunds.append(credit.id)
    book.keep(sale)
    return credit


def _given_back(book: Book, sale: Transaction) -> int:
    """What refunds have given back; those voided or declined gave nothing."""
    credits = [book.transaction(id) for id in sale.refunds]
    return sum(
        credit.cents
        for credit in credits
        if credit and credit.status not in ("voided", "settlement_declined")
    )
