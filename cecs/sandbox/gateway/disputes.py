"""Disputes: the cardholder's bank takes a settled sale back until it is won or lost."""

import secrets
from datetime import timedelta
from typing import Any

from cecs.sandbox.gateway.amounts import dollars
from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.state import LETTERS, Book
from cecs.sandbox.gateway.transaction import Dispute, Transaction, moment_of, step

TIME_TO_REPLY = timedelta(days=10)


def dispute(book: Book, sale: Transaction) -> Dispute:
    """Opens a dispute over the whole sale, once. Raises Refused."""
    if sale.kind != "sale" or sale.status != "settled" or sale.disputes:
        raise Refused("Only a settled sale can be disputed, and only once.", "91000")
    id = "".join(secrets.choice(LETTERS) for _ in range(16))
    opened = Dispute(id, sale.cents, [step("open", sale.cents, book.now)])
    sale.disputes.append(opened)
    book.keep(sale)
    return opened


def decide(book: Book, sale: Transaction, outcome: str) -> Dispute:
    """Ends the open dispute as "won" by us or "lost". Raises Refused."""
    for dispute in sale.disputes:
        if dispute.status == "open":
            dispute.history.append(step(outcome, dispute.cents, book.now))
            book.keep(sale)
            return dispute
    raise Refused("There is no open dispute.", "91000")


def search(book: Book, criteria: dict[str, Any]) -> list[tuple[Dispute, Transaction]]:
    """Disputes with their sales, by id, transaction_id, status and received_date.

    That of the newest sale comes first. Raises Refused for other criteria.
    """
    found = [(dispute, sale) for sale in book.transactions() for dispute in sale.disputes]
    for name, asked in criteria.items():
        if name == "status" and isinstance(asked, list):
            found = [each for each in found if each[0].status in asked]
        elif name == "id" and set(asked) == {"is"}:
            found = [each for each in found if each[0].id == asked["is"]]
        elif name == "transaction_id" and set(asked) == {"is"}:
            found = [each for each in found if each[1].id == asked["is"]]
        elif name == "received_date" and set(asked) <= {"is", "min", "max"}:
            low = asked.get("is", asked.get("min", ""))[:10]
            high = asked.get("is", asked.get("max", "9999"))[:10]
            found = [each for each in found if low <= str(each[0].opened) <= high]
        else:
            raise Refused(f"The sandbox cannot search disputes by {name} in that way.", "91000")
    return found


def document(dispute: Dispute, sale: Transaction, merchant: str) -> dict[str, Any]:
    """A dispute as the API shows it."""
    steps = [
        ("status-history", {"status": taken["status"], "timestamp": moment_of(taken)})
        for taken in dispute.history
    ]
    amount = dollars(dispute.cents)
    return {
        "id": dispute.id,
        "amount": amount,
        "amount-disputed": amount,
        "amount-won": amount if dispute.status == "won" else "0.00",
        "case-number": dispute.id.upper(),
        "created-at": steps[0][1]["timestamp"],
        "updated-at": steps[-1][1]["timestamp"],
        "currency-iso-code": "USD",
        "kind": "chargeback",
        "merchant-account-id": merchant,
        "reason": "fraud",
        "received-date": dispute.opened,
        "reply-by-date": dispute.opened + TIME_TO_REPLY,
        "date-opened": dispute.opened,
        "status": dispute.status,
        "status-history": steps,
        "evidence": [],
        "transaction": {
            "id": sale.id,
            "amount": dollars(sale.cents),
            "created-at": sale.created,
            "order-id": sale.order_id or None,
            "payment-instrument-subtype": sale.card["card-type"],
        },
    }
