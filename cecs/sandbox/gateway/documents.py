"""How the API shows transactions and nonces."""

from typing import Any

from cecs.sandbox.gateway import disputes
from cecs.sandbox.gateway.amounts import dollars
from cecs.sandbox.gateway.transaction import NEXT, Step, Transaction, moment_of


def transaction(shown: Transaction, merchant: str) -> dict[str, Any]:
    """A transaction, with its card and history."""
    code, text, kind = shown.response
    return {
        "id": shown.id,
        "status": shown.status,
        "type": shown.kind,
        "currency-iso-code": "USD",
        "amount": dollars(shown.cents),
        "merchant-account-id": merchant,
        "order-id": shown.order_id or None,
        "created-at": shown.created,
        "updated-at": shown.updated,
        "authorization-expires-at": shown.created + NEXT["authorized"][0],
        "payment-instrument-type": "credit_card",
        "credit-card": _card(shown.card),
        "processor-response-code": code,
        "processor-response-text": text,
        "processor-response-type": kind or None,
        "gateway-rejection-reason": shown.rejection,
        "refunded-transaction-id": shown.refunded,
        "refund-ids": [("item", id) for id in shown.refunds],
        "authorized-transaction-id": shown.authorized,
        "partial-settlement-transaction-ids": [("item", id) for id in shown.parts],
        "disputes": [
            ("dispute", disputes.document(each, shown, merchant)) for each in shown.disputes
        ],
        "status-history": [("status-event", _step(taken)) for taken in shown.history],
    }


def nonce(nonce: str, card: dict[str, Any], used: bool) -> dict[str, Any]:
    """A nonce, with what is known of its card."""
    return {
        "nonce": nonce,
        "type": "CreditCard",
        "consumed": used,
        "default": False,
        "description": f"ending in {card['last-4'][-2:]}",
        "three-d-secure-info": None,
        "details": {
            "bin": card["bin"],
            "last-two": card["last-4"][-2:],
            "last-four": card["last-4"],
            "card-type": card["card-type"],
            "expiration-month": card["expiration-month"],
            "expiration-year": card["expiration-year"],
        },
        "bin-data": card["indicators"],
    }


def _step(taken: Step) -> dict[str, Any]:
    return {
        "timestamp": moment_of(taken),
        "status": taken["status"],
        "amount": dollars(taken["cents"]),
    }


def _card(card: dict[str, Any]) -> dict[str, Any]:
    shown = ("bin", "last-4", "card-type", "expiration-month", "expiration-year")
    return {**{name: card[name] for name in shown}, **card["indicators"], "token": None}
