"""Faults to order: what a network and a busy gateway do to a call, on request and once."""

import socket
import time
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, request

from cecs.sandbox.gateway.state import State

CALLS = (
    "client_token",
    "look_up",
    "sale",
    "find",
    "capture",
    "capture_part",
    "void",
    "refund",
    "settle",
    "settlement_decline",
    "settlement_confirm",
    "settlement_pending",
    "search",
    "search_page",
    "find_dispute",
    "search_disputes",
)
WAYS = ("hang", "drop", "status")
# before: nothing is done; after: it is done, the answer is lost; late: done only after the wait.
TIMES = ("before", "after", "late")


def orders(state: State) -> Blueprint:
    """POST /sandbox/faults with JSON {call, how, when, seconds, status}: 204, or 400."""
    bp = Blueprint("faults", __name__)

    @bp.post("/sandbox/faults")
    def order() -> tuple[str, int]:
        asked = request.get_json()
        fault = {
            "how": asked.get("how"),
            "when": asked.get("when"),
            "seconds": float(asked.get("seconds", 0)),
            "status": int(asked.get("status", 503)),
        }
        known = fault["how"] in WAYS and fault["when"] in TIMES and asked.get("call") in CALLS
        if not known:
            return "Unknown call, how or when.", 400
        with state.open() as book:
            book.order_fault(asked["call"], fault)
        return "", 204

    return bp


def suffer(fault: dict[str, Any]) -> Response:
    """Carries a fault out: answers with the status, or cuts the line, at once or after a wait."""
    if fault["how"] == "status":
        return Response("", fault["status"])
    if fault["how"] == "hang" and fault["when"] != "late":
        time.sleep(fault["seconds"])
    with suppress(OSError):  # the caller may have hung up first
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response("", 502)
