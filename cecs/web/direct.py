"""The searches answered before Flask, for programs and for people: most who ask, ask this.

Whatever is unusual is left to Flask, whose routes give the same answers: a cookie, a key, a
version, another method, another host, a question that is wrong, a budget that is spent, a fault
of ours.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Flask

from cecs.desk import Desk
from cecs.web import api_search, budgets, hosts, search_page
from cecs.web.htmx import HTMX_HEADERS
from cecs.web.printing import Blanks, blanks_of
from cecs.web.said import Said

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Way = Callable[["WSGIEnvironment"], Said | None]
STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
# Who sends these is answered by Flask.
OF_PROGRAMS = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_API_VERSION")
OF_PAGES = ("HTTP_COOKIE", *(f"HTTP_{name.upper().replace('-', '_')}" for name in HTMX_HEADERS))


def answered_first(app: Flask) -> "WSGIApplication":
    """The application, with the searches before it."""
    desk: Desk = app.extensions["cecs_desk"]
    blanks, otherwise, is_trusted = blanks_of(app), app.wsgi_app, hosts.trusted(app)
    ways: Mapping[str, Way] = {
        "/api/v1/educators": partial(_program, desk),
        "/lookup": partial(_visitor, desk, blanks),
    }

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        way = ways.get(environ["PATH_INFO"])
        if way is None or environ["REQUEST_METHOD"] != "GET" or not is_trusted(environ):
            return otherwise(environ, start)
        said = _tried(way, environ)
        if said is None:
            return otherwise(environ, start)
        start(STATUS[said.status], said.headers)
        return [said.body]

    return answer


def _tried(way: Way, environ: "WSGIEnvironment") -> Said | None:
    try:
        return way(environ)
    except Exception:  # Flask meets it again, says it to the one who asks, and writes it down
        return None


def _program(desk: Desk, environ: "WSGIEnvironment") -> Said | None:
    if not environ.keys().isdisjoint(OF_PROGRAMS):
        return None
    sent = _sent(environ)
    question = api_search.asked(desk, sent)
    spent = budgets.tightest(desk, *budgets.of_program(environ.get("REMOTE_ADDR", ""), None))
    known_tag = environ.get("HTTP_IF_NONE_MATCH", "")
    return None if spent.is_over else api_search.answer(desk, question, sent, known_tag, spent)


def _visitor(desk: Desk, blanks: Blanks, environ: "WSGIEnvironment") -> Said | None:
    if not environ.keys().isdisjoint(OF_PAGES):
        return None
    return search_page.filled(desk, blanks, _sent(environ), environ.get("REMOTE_ADDR", ""))


def _sent(environ: "WSGIEnvironment") -> list[tuple[str, str]]:
    """What stands in the address. Raises UnicodeError where it is no UTF-8.

    A server hands on bytes as letters of Latin-1; not all who ask write an accent as %C3%AD.
    """
    query = environ.get("QUERY_STRING", "").encode("latin-1").decode()
    return parse_qsl(query, keep_blank_values=True, errors="strict")
