"""The one module that knows htmx is there."""

from typing import Any

from flask import Response, make_response, render_template, request

HTMX_HEADERS = ("HX-Request", "HX-Request-Type", "HX-Boosted", "HX-History-Restore-Request")
VARY = ", ".join(HTMX_HEADERS)

PAGE, FRAGMENT = "layouts/page.html", "layouts/fragment.html"


def wants_fragment() -> bool:
    """Whether htmx asks for the main part alone, to swap into a page that it has."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and not headers.get("HX-History-Restore-Request")


def layout() -> str:
    """The layout of the answer: the whole page, or for htmx its title and main part."""
    return FRAGMENT if wants_fragment() else PAGE


def page(template: str, status: int = 200, **context: Any) -> Response:
    """The whole page, or for htmx its title and main part, from the same template."""
    return varies(make_response(render_template(template, layout=layout(), **context), status))


def page_for_caches(template: str, **context: Any) -> Response:
    """The whole page, htmx or not: what a cache keeps is for all who ask."""
    return make_response(render_template(template, layout=PAGE, **context))


def varies(response: Response) -> Response:
    """Says that the answer, which varies by nothing yet, differs for htmx."""
    response.headers["Vary"] = VARY
    return response
