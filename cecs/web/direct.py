"""The search for programs answered before Flask: most who ask, ask this, and alike.

Whatever is unusual is left to Flask, whose route gives the same answers: a key, a version, another
method, a question that is wrong, a budget that is spent, a fault of ours.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Flask

from cecs.desk import Desk
from cecs.web import api_search, budgets

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNUSUAL = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_API_VERSION")


def answered_first(app: Flask) -> "WSGIApplication":
    """The application, with the search before it."""
    desk: Desk = app.extensions["cecs_desk"]
    otherwise = app.wsgi_app

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        said = _said(desk, environ) if _is_usual(environ) else None
        if said is None:
            return otherwise(environ, start)
        start(f"{said.status} {HTTPStatus(said.status).phrase}", said.headers)
        return [said.body]

    return answer


def _is_usual(environ: "WSGIEnvironment") -> bool:
    is_search = environ["PATH_INFO"] == api_search.PATH and environ["REQUEST_METHOD"] == "GET"
    return is_search and not any(name in environ for name in UNUSUAL)


def _said(desk: Desk, environ: "WSGIEnvironment") -> api_search.Said | None:
    try:
        sent = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        question = api_search.asked(desk, sent)
        spent = budgets.tightest(desk, *budgets.of_program(environ.get("REMOTE_ADDR", ""), None))
        known_tag = environ.get("HTTP_IF_NONE_MATCH", "")
        return None if spent.is_over else api_search.answer(desk, question, sent, known_tag, spent)
    except Exception:  # Flask meets it again, says it to the one who asks, and writes it down
        return None
