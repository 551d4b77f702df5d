"""What the API answers when something is wrong: problem details as of RFC 9457."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from cecs.domain import api_versions
from cecs.services.transactions import Gone
from cecs.web.headers import OPEN_TO_ALL, VERSION

DOCUMENTED_AT = "/api/v1/#problem-"
# By kind: the status and the title. The documentation lists them from here.
KINDS: Mapping[str, tuple[int, Any]] = {
    "unknown-parameter": (400, _l("There is no such parameter")),
    "wrong-parameter": (400, _l("A parameter cannot be what you sent")),
    "missing-parameter": (400, _l("There is nothing to look for")),
    "unreadable": (400, _l("We cannot read what you sent")),
    "unknown-version": (400, _l("There is no such version")),
    "no-key": (401, _l("A key is needed")),
    "not-found": (404, _l("It is not there")),
    "removed": (410, _l("It was removed")),
    "wrong-method": (405, _l("This address cannot be used like this")),
    "too-large": (413, _l("What you sent is too large")),
    "wrong-type": (415, _l("We do not read this type of file")),
    "too-many-requests": (429, _l("Too many requests")),
    "our-fault": (500, _l("Something went wrong on our side")),
}


class Problem(HTTPException):
    """Why a request to the API has no better answer; `parameter` names what to change."""

    def __init__(self, kind: str, detail: str, parameter: str = "") -> None:
        super().__init__(detail)
        self.code, self.kind, self.parameter = KINDS[kind][0], kind, parameter


def are_wanted() -> bool:
    """Whether errors are for a program; also where no route took the request."""
    return request.path.startswith("/api/")


def answer(error: Exception) -> Response:
    """The error as application/problem+json, readable from any site and kept nowhere."""
    known = error if isinstance(error, Problem) else _known(error)
    status, title = KINDS[known.kind]
    told = {
        "type": DOCUMENTED_AT + known.kind,
        "title": str(title),
        "status": status,
        "detail": str(known.description),
    }
    if known.parameter:
        told["parameter"] = known.parameter
    response = Response(json.dumps(told), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    open_to_all(response)
    if known.kind == "no-key":
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers.update(allowed(error))
    return response


def allowed(error: Exception) -> dict[str, str]:
    """The header that says with which methods an address may be asked, where this one may not."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(error.valid_methods)}
    return {}


def open_to_all(response: Response) -> None:
    """Lets scripts of any site read the answer, and says in which version it is.

    Here, too, for what no route took: nobody else would say it of those.
    """
    response.headers.update(OPEN_TO_ALL)
    response.headers[VERSION] = api_versions.NEWEST
    response.vary.add(VERSION)


def _known(error: Exception) -> Problem:
    """The problem that an error of the framework, or of a service, means."""
    status = 404 if isinstance(error, Gone) else getattr(error, "code", 500)
    details = {
        400: ("unreadable", _("Check the address and the headers.")),
        404: ("not-found", _("Nothing is at this address, or not any more.")),
        405: ("wrong-method", _("The documentation is at /api/v1/.")),
        413: ("too-large", _("Send fewer lines at once.")),
        429: (
            "too-many-requests",
            _("Wait as many seconds as Retry-After says. With a key you may ask more often."),
        ),
    }
    kind, detail = details.get(status, ("our-fault", _("Please try again, or tell us.")))
    return Problem(kind, detail)
