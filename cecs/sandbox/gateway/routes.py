"""The paths under /merchants/<id>/ that the SDK calls."""

import base64
import gzip
import hmac
import json
import secrets
import time
from typing import Any

from flask import Blueprint, Response, abort, g, request

from cecs.sandbox.gateway import transactions, xml
from cecs.sandbox.gateway.faults import suffer
from cecs.sandbox.gateway.state import State
from cecs.sandbox.gateway.transactions import Refused
from cecs.sandbox.settings import SandboxSettings

PAGE_SIZE = 50


def api(state: State, settings: SandboxSettings) -> Blueprint:
    """The server API for one merchant, behind its keys, with ordered faults and gzip."""
    bp = Blueprint("gateway", __name__, url_prefix="/merchants/<merchant>")

    _doors(bp, state, settings)
    _refusals(bp, state, settings)
    _nonce_routes(bp, state, settings)
    _charge_routes(bp, state, settings)
    _search_routes(bp, state, settings)
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
        fault = state.take_fault((request.endpoint or "").removeprefix("gateway."))
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


def _refusals(bp: Blueprint, state: State, settings: SandboxSettings) -> None:
    @bp.errorhandler(Refused)
    def refused(refusal: Refused) -> Response:
        return _answer("api-error-response", _error(refusal, state, settings), 422)

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
        card, used = transactions.card_of(state, nonce) or abort(404)
        return _answer("payment-method-nonce", _nonce(nonce, card, used))


def _charge_routes(bp: Blueprint, state: State, settings: SandboxSettings) -> None:
    def shown(id: str, status: int = 200) -> Response:
        charge = state.charge(id) or abort(404)
        found = transactions.document(charge, settings.merchant_id)
        return _answer("transaction", found, status)

    @bp.post("/transactions")
    def sale() -> Response:
        return shown(transactions.sale(state, xml.read(request.get_data())), 201)

    @bp.get("/transactions/<id>")
    def find(id: str) -> Response:
        return shown(id)

    @bp.put("/transactions/<id>/submit_for_settlement")
    def capture(id: str) -> Response:
        shown(id)
        transactions.capture(state, id, xml.read(request.get_data()))
        return shown(id)

    @bp.put("/transactions/<id>/void")
    def void(id: str) -> Response:
        shown(id)
        transactions.void(state, id)
        return shown(id)


def _search_routes(bp: Blueprint, state: State, settings: SandboxSettings) -> None:
    @bp.post("/transactions/advanced_search_ids")
    def search() -> Response:
        found = transactions.search(state, xml.read(request.get_data()) or {})
        ids = [("item", charge["id"]) for charge in found]
        return _answer("search-results", {"page-size": PAGE_SIZE, "ids": ids})

    @bp.post("/transactions/advanced_search")
    def search_page() -> Response:
        found = transactions.search(state, xml.read(request.get_data()) or {})
        page = [
            ("transaction", transactions.document(charge, settings.merchant_id))
            for charge in found[:PAGE_SIZE]
        ]
        return _xml(xml.collection("credit-card-transactions", PAGE_SIZE, page))


def _are_keys(public: str | None, private: str | None, settings: SandboxSettings) -> bool:
    sent = f"{public}:{private}".encode()
    return hmac.compare_digest(sent, f"{settings.public_key}:{settings.private_key}".encode())


def _nonce(nonce: str, card: dict[str, Any], used: bool) -> dict[str, Any]:
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


def _error(refusal: Refused, state: State, settings: SandboxSettings) -> dict[str, Any]:
    errors: dict[str, Any] = {"errors": []}
    if refusal.code:
        fault = {
            "code": refusal.code,
            "attribute": refusal.attribute,
            "message": refusal.message,
        }
        errors["transaction"] = {"errors": [("error", fault)]}
    told: dict[str, Any] = {"errors": errors, "message": refusal.message}
    charge = state.charge(refusal.charge)
    if charge:
        told["transaction"] = transactions.document(charge, settings.merchant_id)
    return told


def _answer(tag: str, value: Any, status: int = 200) -> Response:
    return _xml(xml.write(tag, value), status)


def _xml(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="application/xml; charset=utf-8")


def _zipped(response: Response) -> Response:
    if "gzip" in request.headers.get("Accept-Encoding", "") and response.content_length:
        response.set_data(gzip.compress(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response
