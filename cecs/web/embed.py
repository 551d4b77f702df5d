"""The lookup as a frame for a district's own site: no cookie, no session, and no need of scripts.

Anyone may read these answers from another site (CORS), since there is nothing of the reader's
in them: in a sandboxed frame our own script asks from an origin of nowhere.
"""

import base64
import gzip
import hashlib
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import TooManyRequests

from cecs.domain.widgets import Theme
from cecs.services import lookup, widgets
from cecs.services.transactions import Gone
from cecs.web import budgets, found
from cecs.web.desk import desk
from cecs.web.forms.lookup import LookupForm, is_asked
from cecs.web.headers import POLICY
from cecs.web.languages import language, prefer

bp = Blueprint("embed", __name__)
TOGETHER = "1200/minute"  # of one widget, for all who ask
WIDTH, HEIGHT = 600, 700  # pixels, where who embeds it sets no smaller ones
# WebKit takes 'self' for the frame's own origin, and in a sandbox a frame has none: so our
# address stands beside it.
BY_NAME = ("script-src", "img-src", "connect-src", "form-action")


def _by_widget() -> str:
    # No more of it than a key has: who makes keys up must not fill the memory of counters.
    return f"{budgets.CROWD}of {(request.view_args or {})['key'][:40]}"


@bp.get("/embed/<key>")
@budgets.limit("60/minute;3000/day", (TOGETHER, _by_widget))
def widget(key: str) -> Response:
    regime = desk().regime
    framed = _framed(key)
    is_asking = is_asked(request.args)
    asked = request.args if is_asking else MultiDict({"district": framed.district})
    own = [regime.districts[framed.district]] if framed.district in regime.districts else []
    form = LookupForm(asked, regime.office, own, regime.endorsements.values() if own else ())
    told = None
    if is_asking and form.validate():
        told = found.told(lookup.find(desk(), form.question, language()), in_frame=True)
    return _page("widget.html", 422 if form.errors else 200, form=form, widget=framed, told=told)


# Pages from before the rules stood in them ask for them here, on the day of an update.
bp.add_url_rule("/embed/<key>/style.css", "style", redirect_to="static/embed.css")


@bp.get("/oembed")
@budgets.limit("60/minute")
def oembed() -> Response:
    """What a content system asks that was given a widget's address (oEmbed 1.0, JSON only)."""
    if request.args.get("format", "json") != "json":
        return Response("", 501, mimetype="text/plain")
    found = _framed(_key_in(request.args.get("url", "")))
    office = desk().regime.office
    width, height = _at_most("maxwidth", WIDTH), _at_most("maxheight", HEIGHT)
    response = jsonify(
        version="1.0", type="rich", title=_("Look up an educator"), width=width, height=height,
        provider_name=office.system_name, provider_url=url_for("public.home", _external=True),
        html=_render("oembed.html", widget=found, width=width, height=height),
    )  # fmt: skip
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@bp.after_request
def pressed(response: Response) -> Response:
    """Small on its way, whoever stands in front. There is no secret in it that its length tells."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


@bp.errorhandler(Gone)
def unknown_key(error: Gone) -> Response:
    # Whoever frames us under a wrong key must be able to read why.
    g.frame_ancestors = "*"
    return _page("unknown.html", 404, widget=None)


@bp.errorhandler(TooManyRequests)
def too_many(error: TooManyRequests) -> Response:
    key = (request.view_args or {}).get("key")
    try:
        framed = _framed(key) if key else None
    except Gone:
        g.frame_ancestors, framed = "*", None
    return _page("too_many.html", 429, widget=framed)


def _framed(key: str) -> widgets.Widget:
    """The widget; from now on this answer is in its language, and its sites may frame it."""
    found = widgets.widget(key)
    prefer(found.language)
    g.frame_ancestors = " ".join(("'self'", *found.origins))
    return found


def _page(
    template: str, status: int = 200, *, widget: widgets.Widget | None, **context: Any
) -> Response:
    """With its rules inside, which spares a request; the policy allows these and no others."""
    rules = _rules(widget.theme if widget else Theme())
    page = _render(template, widget=widget, rules=Markup(rules), **context)
    response = make_response(page, status)
    home = desk().settings.public_url
    digest = base64.b64encode(hashlib.sha256(rules.encode()).digest()).decode()
    g.policy = {directive: f"{POLICY[directive]} {home}" for directive in BY_NAME}
    g.policy["style-src"] = f"'sha256-{digest}'"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _render(template: str, **context: Any) -> str:
    """Rendered without Flask's own context, which would look who is signed in."""
    return current_app.jinja_env.get_template(f"embed/{template}").render(**context)


def _rules(theme: Theme) -> str:
    rules = Path(str(current_app.static_folder), "embed.css").read_text(encoding="utf-8")
    return (
        f"{rules}:root {{ --accent: {theme.accent}; --text: {theme.text};"
        f" --background: {theme.background}; }}"
    )


def _key_in(address: str) -> str:
    """The key in a widget's address. Raises Gone for any other address."""
    ours = url_for(".widget", key="-", _external=True).partition("://")[2][:-1]
    after = address.partition("://")[2]
    if not after.startswith(ours):
        raise Gone("not the address of a widget")
    return after.removeprefix(ours).partition("?")[0].partition("#")[0]


def _at_most(name: str, usual: int) -> int:
    limit = request.args.get(name, usual, int)
    return min(limit, usual) if limit > 0 else usual
