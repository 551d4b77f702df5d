"""Which page answers what went wrong."""

from collections.abc import Mapping

from flask import Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from cecs.services.transactions import Gone
from cecs.web import problems
from cecs.web.htmx import page
from cecs.web.problems import allowed


def add_error_pages(app: Flask) -> None:
    """One page for all errors, with its own sentence for the common ones."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if problems.are_wanted():
            return problems.answer(error)
        return _told(error.code or 500, allowed(error))

    @app.errorhandler(SecurityError)
    def _host(error: SecurityError) -> Response:
        if problems.are_wanted():
            return problems.answer(error)
        # No page: its links cannot be made under a name that is not ours.
        return Response(f"{_title(404)}. {_words(404)}", 400, mimetype="text/plain")

    @app.errorhandler(CSRFError)
    def _csrf(error: CSRFError) -> Response:
        words = _("This page was open too long, or in two windows. Go back, reload, and try again.")
        return page("errors/error.html", 400, title=_("Please try again"), words=words)

    @app.errorhandler(Gone)
    def _gone(error: Gone) -> Response:
        if problems.are_wanted():
            return problems.answer(error)
        return page("errors/error.html", 404, title=_title(404), words=_words(404))


def _told(status: int, headers: Mapping[str, str]) -> ResponseReturnValue:
    above = _page_above() if status == 405 and request.method == "GET" else ""
    if above:
        return redirect(above, code=303)
    response = page("errors/error.html", status, title=_title(status), words=_words(status))
    response.headers.update(headers)
    return response


def _page_above() -> str:
    """The page whose form is sent to this address: who reloads the form's answer is led there."""
    routes, path = current_app.create_url_adapter(request), request.path
    while path := path.rpartition("/")[0]:
        if routes and routes.test(path, "GET"):
            return path
    return ""


def _title(status: int) -> str:
    return {
        404: _("We cannot find that page"),
        429: _("Too many tries"),
    }.get(status, _("Something went wrong"))


def _words(status: int) -> str:
    return {
        400: _(
            "We could not read what was sent. Check the address, or start again from the home page."
        ),
        404: _("Check the address, or start again from the home page."),
        405: _("That page cannot be used like this. Start again from the home page."),
        413: _("What you sent is too large."),
        429: _("Please wait a few minutes, then try again."),
    }.get(status, _("Nothing you sent was lost that had been saved before. Please try again."))
