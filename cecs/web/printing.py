"""Pages that are the same for everybody but for a few words: printed once, then filled in."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template
from flask_login import current_user

from cecs.blanks import Blank
from cecs.web.htmx import PAGE as PAGE
from cecs.web.htmx import layout, varies
from cecs.web.languages import language

AT_MOST = 300  # blanks that are kept; beyond, all are printed anew
Blanks = dict[Hashable, Blank]


def blanks_of(app: Flask) -> Blanks:
    """What an application has printed already."""
    found: Blanks = app.extensions.setdefault("cecs_blanks", {})
    return found


def place(template: str, layout: str, language: str, key: Hashable) -> Hashable:
    """Where a blank is kept; `key` is all on which the page depends beside its gaps."""
    return template, layout, language, key


def printed(
    template: str,
    gaps: Mapping[str, Any],
    key: Hashable,
    context: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Response:
    """The page with its gaps filled. `context` gives the template what it needs, from the gaps.

    Who is signed in gets a page of one's own.
    """
    used = layout()
    if current_user.is_authenticated:
        return varies(make_response(render_template(template, layout=used, **context(gaps))))
    blanks = blanks_of(current_app)
    if len(blanks) > AT_MOST:
        blanks.clear()
    kept = place(template, used, language(), key)
    blank = blanks.get(kept)
    if blank is None:
        blank = blanks[kept] = Blank(
            lambda **marks: render_template(template, layout=used, **context(marks)), gaps
        )
    return varies(make_response(blank.sent_with(gaps)))
