"""What happens to money here: authorise, capture, void, by the gateway's documented test rules."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from cecs.sandbox.gateway import numbers
from cecs.sandbox.gateway.state import State

AUTHORISED = ("1000", "Approved", "approved")
USED = "Cannot use a payment_method_nonce more than once."
UNKNOWN_NONCE = "Unknown or expired payment_method_nonce."


class Refused(Exception):
    """The answer is an error: by rule (`code`, `attribute`) or, with `charge`, by the bank."""

    def __init__(
        self, message: str, code: str = "", attribute: str = "base", charge: str = ""
    ) -> None:
        super().__init__(message)
        self.message, self.code, self.attribute, self.charge = message, code, attribute, charge


def card_of(state: State, nonce: str) -> tuple[dict[str, Any], bool] | None:
    """The card behind a nonce, made here or documented, and whether it was used; or None."""
    if nonce in numbers.TEST_NONCES:
        number = numbers.TEST_NONCES[nonce]
        return numbers.describe(number), nonce == "fake-consumed-nonce"
    return state.nonce(nonce)


def sale(state: State, asked: dict[str, Any]) -> str:
    """Makes one charge and returns its id. Raises Refused, for declined ones with their id too."""
    amount = asked.get("amount") or ""
    if not amount:
        raise Refused("Amount is required.", "81502", "amount")
    if not re.fullmatch(r"\d{1,8}(\.\d{1,2})?", amount) or not Decimal(amount):
        raise Refused("Amount is an invalid format.", "81503", "amount")
    card = _spend(state, asked.get("payment_method_nonce") or "")
    status, response, reason = _verdict(Decimal(amount), card["declined"])
    steps = [status]
    options = asked.get("options") or {}
    if status == "authorized" and options.get("submit_for_settlement") is True:
        steps.append("submitted_for_settlement")
    value = f"{Decimal(amount):.2f}"
    facts = {
        "amount": value,
        "card": card,
        "response": response,
        "gateway-rejection-reason": reason,
        "history": [_event(step, value) for step in steps],
    }
    made = state.add_charge(steps[-1], asked.get("order_id") or "", facts)
    if status != "authorized":
        raise Refused(f"Gateway Rejected: {reason}" if reason else response[1], charge=made)
    return made


def capture(state: State, id: str, asked: dict[str, Any]) -> None:
    """Sends an authorised charge to be settled, whole. Raises Refused."""
    charge = state.charge(id)
    if charge and asked.get("amount") and Decimal(asked["amount"]) != Decimal(charge["amount"]):
        raise Refused("Settlement amount is too large.", "91522", "amount")
    _move(
        state,
        id,
        ("authorized",),
        "submitted_for_settlement",
        Refused("Cannot submit for settlement unless status is authorized.", "91507"),
    )


def void(state: State, id: str) -> None:
    """Gives an authorised or not yet settled charge up. Raises Refused."""
    _move(
        state,
        id,
        ("authorized", "submitted_for_settlement"),
        "voided",
        Refused(
            "Transaction can only be voided if status is authorized, submitted_for_settlement.",
            "91504",
        ),
    )


def search(state: State, criteria: dict[str, Any]) -> list[dict[str, Any]]:
    """Charges by order_id (is), status and ids, newest first. Raises Refused for other criteria."""
    strange = set(criteria) - {"order_id", "status", "ids"}
    if strange:
        raise Refused(f"The sandbox cannot search by {', '.join(sorted(strange))}.", "91000")
    order = criteria.get("order_id")
    if order is not None and set(order) != {"is"}:
        raise Refused("The sandbox searches order_id by equality only.", "91000")
    found = state.charges(order["is"] if order else None)
    for name, field in (("status", "status"), ("ids", "id")):
        if name in criteria:
            found = [charge for charge in found if charge[field] in criteria[name]]
    return found


def _spend(state: State, nonce: str) -> dict[str, Any]:
    held = card_of(state, nonce)
    if held is None:
        raise Refused(UNKNOWN_NONCE, "91565", "payment_method_nonce")
    card, used = held
    if used or (nonce not in numbers.TEST_NONCES and not state.consume(nonce)):
        raise Refused(USED, "91564", "payment_method_nonce")
    return card


def _verdict(amount: Decimal, declined: bool) -> tuple[str, tuple[str, str, str], str | None]:
    """Status, response and rejection reason by the amounts that the testing guide documents."""
    if Decimal("2000") <= amount < Decimal("3000"):
        return "processor_declined", (str(int(amount)), "Do Not Honor", "soft_declined"), None
    if Decimal("3000") <= amount < Decimal("3001"):
        return "failed", ("3000", "Processor Network Unavailable - Try Again", ""), None
    if amount == Decimal("5001"):
        return "gateway_rejected", AUTHORISED, "application_incomplete"
    if declined:
        return "processor_declined", ("2000", "Do Not Honor", "soft_declined"), None
    return "authorized", AUTHORISED, None


def _move(state: State, id: str, allowed: tuple[str, ...], status: str, refused: Refused) -> None:
    charge = state.charge(id)
    if not charge or not state.move(id, allowed, status, _event(status, charge["amount"])):
        raise refused


def _event(status: str, amount: str) -> dict[str, str]:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    return {"timestamp": moment, "status": status, "amount": amount}


def document(charge: dict[str, Any], merchant: str) -> dict[str, Any]:
    """A charge as the API shows it."""
    events = [
        ("status-event", {**event, "timestamp": datetime.fromisoformat(event["timestamp"])})
        for event in charge["history"]
    ]
    created = events[0][1]["timestamp"]
    code, text, kind = charge["response"]
    return {
        "id": charge["id"],
        "status": charge["status"],
        "type": "sale",
        "currency-iso-code": "USD",
        "amount": charge["amount"],
        "merchant-account-id": merchant,
        "order-id": charge["order_id"] or None,
        "created-at": created,
        "updated-at": events[-1][1]["timestamp"],
        "authorization-expires-at": created + timedelta(days=7),
        "payment-instrument-type": "credit_card",
        "credit-card": _card(charge["card"]),
        "processor-response-code": code,
        "processor-response-text": text,
        "processor-response-type": kind or None,
        "gateway-rejection-reason": charge["gateway-rejection-reason"],
        "refunded-transaction-id": None,
        "refund-ids": [],
        "status-history": events,
    }


def _card(card: dict[str, Any]) -> dict[str, Any]:
    shown = ("bin", "last-4", "card-type", "expiration-month", "expiration-year")
    return {**{name: card[name] for name in shown}, **card["indicators"], "token": None}
