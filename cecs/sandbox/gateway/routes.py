"""The paths under /merchants/<id>/ that the SDK calls."""

import base64
import gzip
import hmac
import json
import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, g, request

from cecs.sandbox.gateway import disputes, documents, parts, refunds, sales, xml
from cecs.sandbox.gateway.faults import suffer
from cecs.sandbox.gateway.refused import Refused
from cecs.sandbox.gateway.request_keys import once
from cecs.sandbox.gateway.search import find
from cecs.sandbox.gateway.state import Book, State
from cecs.sandbox.gateway.transaction import Transaction
from cecs.sandbox.settings import SandboxSettings

PAGE_SIZE = 50
Change = Callable[[Book, Transaction, dict[str, Any]], Transaction]


def api(state: State, settings: SandboxSettings) -> Blueprint:
    """The server API for one merchant, behind its keys, with ordered faults and gzip."""
    bp = Blueprint("gateway", __name__, url_prefix="/merchants/<merchant>")

    _doors(bp, state, settings)
    _refusals(bp)
    _nonce_routes(bp, state, settings)
    _transaction_routes(bp, state)
    _testing_routes(bp, state)
    _search_routes(bp, state)
    _dispute_routes(bp, state)
    return bp


def _doors(bp: Blueprint, state: State, settings: SandboxSettings) -> None:
    @bp.url_value_preprocessor
    def whose(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.merchant = (values or {}).pop("merchant", "")

    @bp.before_request
    def enter() -> Response | None:
        sent = request.authorization
        if not _are_keys(sent.username if sent else "", sent.password if sent else "", settings):
            return Response("", 401)
        if g.merchant != settings.merchant_id:
            return Response("", 403)
        with state.open() as book:
            fault = book.take_fault((request.endpoint or "").removeprefix("gateway."))
        if fault and fault["when"] == "before":
            return suffer(fault)
        if fault and fault["when"] == "late":
            time.sleep(fault["seconds"])
        g.fault = fault
        return None

    @bp.after_request
    def leave(response: Response) -> Response:
        fault = g.pop("fault", None)
        return suffer(fault) if fault else _zipped(response)


def _refusals(bp: Blueprint) -> None:
    @bp.errorhandler(Refused)
    def refused(refusal: Refused) -> Response:
        fault = {"code": refusal.code, "attribute": refusal.attribute, "message": refusal.message}
        errors = {"errors": [], "transaction": {"errors": [("error", fault)]}}
        return _answer("api-error-response", {"errors": errors, "message": refusal.message}, 422)

    @bp.errorhandler(ValueError)
    def unreadable(fault: ValueError) -> Response:
        return Response("", 400)


def _nonce_routes(bp: Blueprint, state: State, settings: SandboxSettings) -> None:
    @bp.post("/client_token")
    def client_token() -> Response:
        told = {
            "version": 2,
            "environment": "sandbox",
            "merchantId": settings.merchant_id,
            "authorizationFingerprint": secrets.token_hex(16),
        }
        value = base64.b64encode(json.dumps(told).encode()).decode()
        return _answer("client-token", {"value": value}, 201)

    @bp.get("/payment_method_nonces/<nonce>")
    def look_up(nonce: str) -> Response:
        with state.open() as book:
            card, used = sales.card_of(book, nonce) or abort(404)
        return _answer("payment-method-nonce", documents.nonce(nonce, card, used))


def _transaction_routes(bp: Blueprint, state: State) -> None:
    @bp.post("/transactions")
    def sale() -> Response:
        asked = _asked()
        with state.open() as book:
            made = once(book, "sale", asked, lambda: sales.sell(book, asked))
        return _shown(made, 201)

    @bp.get("/transactions/<id>")
    def find(id: str) -> Response:
        with state.open() as book:
            return _shown(book.transaction(id) or abort(404))

    @bp.put("/transactions/<id>/submit_for_settlement")
    def capture(id: str) -> Response:
        return _changed(state, id, sales.capture)

    @bp.post("/transactions/<id>/submit_for_partial_settlement")
    def capture_part(id: str) -> Response:
        return _changed(state, id, parts.submit, 201)

    @bp.put("/transactions/<id>/void")
    def void(id: str) -> Response:
        return _changed(state, id, sales.void)

    @bp.post("/transactions/<id>/refund")
    def refund(id: str) -> Response:
        return _changed(state, id, refunds.refund, 201)


def _testing_routes(bp: Blueprint, state: State) -> None:
    outcomes = {
        "settle": "settled",
        "settlement_decline": "settlement_declined",
        "settlement_confirm": "settlement_confirmed",
        "settlement_pending": "settlement_pending",
    }
    for call, status in outcomes.items():

        def play(id: str, status: str = status) -> Response:
            return _changed(state, id, lambda book, found, _: sales.settle(book, found, status))

        bp.add_url_rule(f"/transactions/<id>/{call}", call, play, methods=["PUT"])


def _search_routes(bp: Blueprint, state: State) -> None:
    def found() -> list[Transaction]:
        with state.open() as book:
            return find(book, _asked())

    @bp.post("/transactions/advanced_search_ids")
    def search() -> Response:
        ids = [("item", each.id) for each in found()]
        return _answer("search-results", {"page-size": PAGE_SIZE, "ids": ids})

    @bp.post("/transactions/advanced_search")
    def search_page() -> Response:
        page = [
            ("transaction", documents.transaction(each, g.merchant)) for each in found()[:PAGE_SIZE]
        ]
        return _xml(xml.collection("credit-card-transactions", {"page-size": PAGE_SIZE}, page))


def _dispute_routes(bp: Blueprint, state: State) -> None:
    @bp.get("/disputes/<id>")
    def find_dispute(id: str) -> Response:
        with state.open() as book:
            found = disputes.search(book, {"id": {"is": id}}) or abort(404)
        return _answer("dispute", disputes.document(*found[0], g.merchant))

    @bp.post("/disputes/advanced_search")
    def search_disputes() -> Response:
        with state.open() as book:
            found = disputes.search(book, _asked())
        start = (request.args.get("page", 1, int) - 1) * PAGE_SIZE
        page = [
            ("dispute", disputes.document(dispute, sale, g.merchant))
            for dispute, sale in found[start : start + PAGE_SIZE]
        ]
        head = {"page-size": PAGE_SIZE, "total-items": len(found)}
        return _xml(xml.collection("disputes", head, page))


def _changed(state: State, id: str, change: Change, status: int = 200) -> Response:
    """Makes a change, at most once for a request key, and shows what came of it."""
    asked = _asked()
    with state.open() as book:
        transaction = book.transaction(id) or abort(404)
        made = once(book, request.path, asked, partial(change, book, transaction, asked))
    return _shown(made, status)


def _shown(transaction: Transaction, status: int = 200) -> Response:
    document = documents.transaction(transaction, g.merchant)
    if request.endpoint != "gateway.sale" or transaction.status not in sales.FAILURES:
        return _answer("transaction", document, status)
    text = transaction.response[1]
    message = f"Gateway Rejected: {transaction.rejection}" if transaction.rejection else text
    told = {"errors": {"errors": []}, "message": message, "transaction": document}
    return _answer("api-error-response", told, 422)


def _asked() -> dict[str, Any]:
    said = xml.read(request.get_data())
    return said if isinstance(said, dict) else {}


def _are_keys(public: str | None, private: str | None, settings: SandboxSettings) -> bool:
    sent = f"{public}:{private}".encode()
    return hmac.compare_digest(sent, f"{settings.public_key}:{settings.private_key}".encode())


def _answer(tag: str, value: Any, status: int = 200) -> Response:
    return _xml(xml.write(tag, value), status)


def _xml(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="application/xml; charset=utf-8")


def _zipped(response: Response) -> Response:
    if "gzip" in request.headers.get("Accept-Encoding", "") and response.content_length:
        response.set_data(gzip.compress(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response
