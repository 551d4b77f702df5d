"""Pages that are the same for everybody but for a few words: printed once, then filled in."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Response, current_app, make_response, render_template
from flask_login import current_user

from cecs.blanks import Blank
from cecs.web.htmx import layout, varies
from cecs.web.languages import language

AT_MOST = 500  # blanks that are kept; beyond, all are printed anew


def printed(
    template: str,
    gaps: Mapping[str, Any],
    key: Hashable,
    context: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Response:
    """The page with its gaps filled. `context` gives the template what it needs, from the gaps.

    `key` is all else that the page depends on. Who is signed in gets a page of one's own.
    """
    used = layout()
    if current_user.is_authenticated:
        return varies(make_response(render_template(template, layout=used, **context(gaps))))
    blanks: dict[Hashable, Blank] = current_app.extensions.setdefault("cecs_blanks", {})
    if len(blanks) > AT_MOST:
        blanks.clear()
    place = (template, used, language(), key)
    if place not in blanks:
        blanks[place] = Blank(
            lambda **marks: render_template(template, layout=used, **context(marks)), gaps
        )
    return varies(make_response(blanks[place].filled_with(gaps)))
