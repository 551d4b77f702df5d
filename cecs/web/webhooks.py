"""Where the card gateway tells of disputes. Only what it signed is read; it says nothing new:
the charge itself is looked at, as the worker does from time to time."""

from flask import Blueprint, Response, abort, request

from cecs.extensions import csrf
from cecs.services import settlements
from cecs.services.settlements import GatewayError, NotFromGateway
from cecs.web import budgets
from cecs.web.desk import desk

bp = Blueprint("webhooks", __name__, url_prefix="/payments")
csrf.exempt(bp)  # the signature takes the token's place


@bp.post("/webhook")
@budgets.limit("120/minute")
def webhook() -> Response:
    if desk().cards is None:
        abort(404)
    try:
        settlements.told(
            desk(), request.form.get("bt_signature", ""), request.form.get("bt_payload", "")
        )
    except NotFromGateway:
        return _answer(400)
    except GatewayError:
        return _answer(503)  # the gateway sends it again
    return _answer(204)


def _answer(status: int) -> Response:
    return Response("", status, mimetype="text/plain")
