"""The searches answered before Flask, for programs and for people: most who ask, ask this.

Whatever is unusual is left to Flask, whose routes give the same answers: a cookie, a key, a
version, another method, another host, a question that is wrong, a budget that is spent, a fault
of ours.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from cecs.desk import Desk
from cecs.web import api_search, budgets, inputs, search_page
from cecs.web.application import Application
from cecs.web.htmx import HTMX_HEADERS
from cecs.web.printing import Blanks, blanks_of
from cecs.web.said import Said

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Way = Callable[["WSGIEnvironment"], Said | None]
# Who sends these is answered by Flask.
OF_PROGRAMS = ("HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_API_VERSION")
OF_PAGES = ("HTTP_COOKIE", *(f"HTTP_{name.upper().replace('-', '_')}" for name in HTMX_HEADERS))


def answered_first(app: Application) -> "WSGIApplication":
    """The application, with the searches before it."""
    desk: Desk = app.extensions["cecs_desk"]
    blanks, otherwise, our_name = blanks_of(app), app.wsgi_app, app.our_name
    ways: Mapping[str, Way] = {
        "/api/v1/educators": partial(_program, desk),
        "/lookup": partial(_visitor, desk, blanks),
    }

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        way = ways.get(environ["PATH_INFO"])
        if way is None or environ["REQUEST_METHOD"] != "GET" or not our_name(environ):
            return otherwise(environ, start)
        said = _tried(way, environ)
        return otherwise(environ, start) if said is None else said(environ, start)

    return answer


def _tried(way: Way, environ: "WSGIEnvironment") -> Said | None:
    try:
        return way(environ)
    except Exception:  # Flask meets it again, says it to the one who asks, and writes it down
        return None


def _program(desk: Desk, environ: "WSGIEnvironment") -> Said | None:
    if not environ.keys().isdisjoint(OF_PROGRAMS):
        return None
    sent = inputs.pairs(environ)
    question = api_search.asked(desk, sent)
    spent = budgets.tightest(desk, *budgets.of_program(environ.get("REMOTE_ADDR", ""), None))
    if spent.is_over:
        return None
    return api_search.answer(desk, question, sent, inputs.known_tag(environ), spent)


def _visitor(desk: Desk, blanks: Blanks, environ: "WSGIEnvironment") -> Said | None:
    if not environ.keys().isdisjoint(OF_PAGES):
        return None
    return search_page.filled(desk, blanks, inputs.pairs(environ), environ.get("REMOTE_ADDR", ""))
