"""The lookup as a frame for a district's own site: no cookie, no script, no session."""

from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import TooManyRequests

from cecs.extensions import limiter
from cecs.services import lookup
from cecs.services.transactions import Gone
from cecs.web.desk import desk
from cecs.web.forms.lookup import ASKING, LookupForm

bp = Blueprint("embed", __name__, url_prefix="/embed")


@bp.get("/<key>")
@limiter.limit("60/minute")
def widget(key: str) -> Response:
    regime = desk().regime
    found = _framed(key)
    is_asking = any(name in request.args for name in ASKING)
    asked = request.args if is_asking else MultiDict({"district": found.district})
    own = [regime.districts[found.district]] if found.district in regime.districts else []
    form = LookupForm(asked, regime.office, own)
    answer = None
    if is_asking and form.validate():
        answer = lookup.search(desk(), form.question)
    return _page("widget.html", 422 if form.errors else 200, form=form, answer=answer, key=key)


@bp.errorhandler(Gone)
def unknown_key(error: Gone) -> Response:
    # Whoever frames us under a wrong key must be able to read why.
    g.frame_ancestors = "*"
    return _page("unknown.html", 404)


@bp.errorhandler(TooManyRequests)
def too_many(error: TooManyRequests) -> Response:
    _framed((request.view_args or {})["key"])
    return _page("too_many.html", 429)


def _framed(key: str) -> lookup.Widget:
    found = lookup.widget(key)
    g.frame_ancestors = " ".join(found.origins) or "'none'"
    return found


def _page(template: str, status: int = 200, **context: Any) -> Response:
    """Rendered without Flask's own context, which would look who is signed in."""
    text = current_app.jinja_env.get_template(f"embed/{template}").render(**context)
    return make_response(text, status)
