"""Finding transactions by the criteria of the API's search."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.state import Book
from cecs.sandbox.gateway.transaction import Transaction

Test = Callable[[Transaction], bool]
TEXTS: dict[str, Callable[[Transaction], str]] = {
    "id": lambda found: found.id,
    "order_id": lambda found: found.order_id,
}
LISTS: dict[str, Callable[[Transaction], str]] = {
    "ids": lambda found: found.id,
    "status": lambda found: found.status,
    "type": lambda found: found.kind,
}
BOUNDS = {"is", "min", "max"}


def find(book: Book, criteria: dict[str, Any]) -> list[Transaction]:
    """Transactions that fit every criterion, newest first. Raises Refused for unknown ones."""
    tests = [_test(name, asked) for name, asked in criteria.items()]
    order = criteria.get("order_id")
    found = book.transactions(order["is"] if order else None)
    return [each for each in found if all(test(each) for test in tests)]


def _test(name: str, asked: Any) -> Test:
    if name in TEXTS and set(asked) == {"is"}:
        return lambda found: TEXTS[name](found) == asked["is"]
    if name in LISTS and isinstance(asked, list):
        return lambda found: LISTS[name](found) in asked
    if name == "amount" and set(asked) <= BOUNDS:
        return _within(asked, Decimal, lambda found: [Decimal(found.cents) / 100])
    if name == "created_at" and set(asked) <= BOUNDS:
        return _within(asked, datetime.fromisoformat, lambda found: [found.created])
    if name.endswith("_at") and set(asked) <= BOUNDS:
        # settled_at, voided_at and their like: when that status was reached.
        status = name.removesuffix("_at")
        return _within(asked, datetime.fromisoformat, lambda found: found.reached(status))
    raise Refused(f"The sandbox cannot search by {name} in that way.", "91000", name)


def _within(
    asked: dict[str, str], read: Callable[[str], Any], values: Callable[[Transaction], list[Any]]
) -> Test:
    """Whether any of a transaction's values lies within the bounds, both of which count in."""
    try:
        bounds = {name: read(text) for name, text in asked.items()}
    except (ValueError, InvalidOperation) as fault:
        raise Refused("A bound cannot be read.", "91000") from fault
    low = bounds.get("is", bounds.get("min"))
    high = bounds.get("is", bounds.get("max"))
    return lambda found: any(
        (low is None or low <= value) and (high is None or value <= high) for value in values(found)
    )
