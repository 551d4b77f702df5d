"""A page for people at which they play the banks: settle, decline, dispute, move the clock."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cecs.sandbox.gateway import disputes, sales, webhooks
from cecs.sandbox.gateway.amounts import dollars
from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.state import Book, State
from cecs.sandbox.gateway.transaction import Transaction
from cecs.sandbox.settings import SandboxSettings

SHOWN = 100
CASHIER = "/bureau/money/card/"  # the cashier's page of a payment, by our order id
A_DAY = 24 * 3600
SETTLEMENTS = {"settle": "settled", "decline": "settlement_declined"}
OUTCOMES = {"win": "won", "lose": "lost"}


def control(state: State, settings: SandboxSettings) -> Blueprint:
    """`/gateway`, and the forms on it: POST /gateway/clock and /gateway/<id>/<act>."""
    bp = Blueprint("control", __name__, url_prefix="/gateway")

    @bp.before_request
    def from_this_page() -> None:
        origin = request.headers.get("Origin", "")
        if request.method == "POST" and origin and origin != request.host_url.rstrip("/"):
            abort(403)

    @bp.get("")
    def index() -> str:
        return _page(state, settings)

    @bp.post("/clock")
    def clock() -> Response:
        with state.open() as book:
            book.advance(A_DAY)
        return redirect(url_for("control.index"), 303)

    @bp.post("/<id>/<act>")
    def play(id: str, act: str) -> Response | tuple[str, int]:
        try:
            with state.open() as book:
                transaction = book.transaction(id) or abort(404)
                news = _play(book, transaction, act, settings)
        except Refused as refusal:
            return _page(state, settings, refusal.message), 409
        if news:
            webhooks.send(news, settings)
        return redirect(url_for("control.index", _anchor=id), 303)

    return bp


def _play(
    book: Book, transaction: Transaction, act: str, settings: SandboxSettings
) -> dict[str, str] | None:
    """Does what a form asks; returns the news to send. Raises Refused."""
    if act in SETTLEMENTS:
        sales.settle(book, transaction, SETTLEMENTS[act])
        return None
    if act == "dispute":
        kind, found = "dispute_opened", disputes.dispute(book, transaction)
    elif act in OUTCOMES:
        kind = f"dispute_{OUTCOMES[act]}"
        found = disputes.decide(book, transaction, OUTCOMES[act])
    else:
        abort(404)
    subject = {"dispute": disputes.document(found, transaction, settings.merchant_id)}
    return webhooks.notification(book, kind, subject, settings)


def _page(state: State, settings: SandboxSettings, refusal: str = "") -> str:
    with state.open() as book:
        found, now = book.transactions(), book.now
    return render_template(
        "gateway.html",
        transactions=[_shown(each) for each in found[:SHOWN]],
        total=len(found),
        now=now,
        cashier=f"{settings.app_origins[0]}{CASHIER}" if settings.app_origins else "",
        refusal=refusal,
    )


def _shown(transaction: Transaction) -> dict[str, Any]:
    """A transaction as people read it, with what can be done to it now."""
    dispute = transaction.disputes[-1] if transaction.disputes else None
    standing = dispute.status if dispute else ""
    acts: tuple[str, ...] = ()
    if transaction.status in sales.IN_SETTLEMENT and not transaction.is_in_parts:
        acts = tuple(SETTLEMENTS)
    elif standing == "open":
        acts = tuple(OUTCOMES)
    elif transaction.kind == "sale" and transaction.status == "settled" and not dispute:
        acts = ("dispute",)
    steps = [*transaction.history]
    if dispute:
        steps += [{**step, "status": f"dispute {step['status']}"} for step in dispute.history]
    return {
        "id": transaction.id,
        "title": "Refund" if transaction.kind == "credit" else "Sale",
        "amount": dollars(transaction.cents),
        "status": transaction.status,
        "dispute": standing,
        "order_id": transaction.order_id,
        "card": transaction.card,
        "refunded": transaction.refunded,
        "authorized": transaction.authorized,
        "rejection": transaction.rejection,
        "steps": steps,
        "acts": acts,
    }
