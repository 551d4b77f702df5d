"""The gateway's clock, which tests may move on."""

from flask import Blueprint, request

from cecs.sandbox.gateway.state import State

TEN_YEARS = 10 * 366 * 24 * 3600


def clock(state: State) -> Blueprint:
    """POST /sandbox/clock with JSON {advance_seconds}: 204, or 400. It never goes back."""
    bp = Blueprint("clock", __name__)

    @bp.post("/sandbox/clock")
    def advance() -> tuple[str, int]:
        seconds = request.get_json().get("advance_seconds")
        if type(seconds) is not int or not 0 <= seconds <= TEN_YEARS:
            return "advance_seconds must be a whole number, not below 0.", 400
        with state.open() as book:
            book.advance(seconds)
        return "", 204

    return bp
