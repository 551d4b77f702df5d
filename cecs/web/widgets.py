"""The bureau's page of widgets: which districts show the lookup, and how they are helped to."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup

from cecs.domain.sentences import Sentence
from cecs.domain.widgets import Theme, origin
from cecs.services import widgets
from cecs.services.refused import Refused
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms import widgets as forms
from cecs.web.htmx import page

bp = Blueprint("widgets", __name__, url_prefix="/bureau/widgets")

LINK = Markup('<a href="{lookup}">{words}</a>')
FRAME = Markup(
    '<iframe src="{frame}" title="{words}" width="100%" height="700" style="border:0"></iframe>'
)
LOADED = Markup(
    '<div data-cecs="{key}"><a href="{lookup}">{words}</a></div>\n'
    '<script async src="{script}"></script>'
)


@bp.get("")
def index() -> ResponseReturnValue:
    found = widgets.registered(desk())
    return page("widgets/index.html", widgets=found, districts=desk().regime.districts)


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    usual = Theme()
    form = forms.RegisterForm(
        desk().regime.districts.values(),
        data={"language": "en", "accent": usual.accent, "text": usual.text,
              "background": usual.background},
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            key = widgets.register(desk(), signed_in_id(), form.district.data, form.wanted)
        except Refused as refused:
            form.sites.errors = [say(refused.sentence)]
        else:
            flash(_("The district is registered. Send it the code to copy below."))
            return redirect(url_for(".widget", key=key), code=303)
    return page("widgets/new.html", 422 if form.errors else 200, form=form)


@bp.get("/<key>")
def widget(key: str) -> ResponseReturnValue:
    return _widget_page(key)


@bp.post("/<key>")
def change(key: str) -> ResponseReturnValue:
    form = forms.WidgetForm()
    if form.validate_on_submit():
        try:
            widgets.change(desk(), key, form.wanted)
        except Refused as refused:
            form.sites.errors = [say(refused.sentence)]
        else:
            flash(_("The changes are saved."))
            return redirect(url_for(".widget", key=key), code=303)
    return _widget_page(key, form)


@bp.post("/<key>/allow")
def allow(key: str) -> ResponseReturnValue:
    form = forms.AllowForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        widgets.allow(desk(), key, form.site.data)
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
        return _widget_page(key, form)
    return redirect(url_for(".widget", key=key, address=form.site.data), code=303)


@bp.post("/<key>/revoke")
def revoke(key: str) -> ResponseReturnValue:
    widgets.revoke(desk(), key, signed_in_id())
    flash(_("The key is revoked."))
    return redirect(url_for(".index"), code=303)


def _widget_page(key: str, sent: FlaskForm | None = None) -> ResponseReturnValue:
    found = widgets.registration(key)
    g.policy = {"frame-src": "'self'"}  # the preview
    form = sent
    if not isinstance(sent, forms.WidgetForm):
        form = forms.WidgetForm(None, obj=found, data={"sites": "\n".join(found.origins)})
    return page(
        "widgets/widget.html", 422 if sent else 200, widget=found, form=form, sent=sent,
        district=desk().regime.districts.get(found.district_code), codes=_codes(found),
        ask=forms.AddressForm(request.args), tested=_tested(request.args.get("address")),
    )  # fmt: skip


def _tested(address: str | None) -> dict[str, Any]:
    """The site of the page that was asked about, or why it can have none; nothing unasked."""
    if address is None:
        return {"site": ""}
    site = origin(address) if address.strip() else Sentence("Enter the address of the page.")
    return {"fault": site, "site": ""} if isinstance(site, Sentence) else {"site": site}


def _codes(found: Any) -> dict[str, str]:
    """What a district copies, by the way in which it shows the lookup; in its language."""
    with force_locale(found.language):
        words = _("Look up an educator")
    code = found.district_code
    lookup = url_for("lookup.search", district=code, lang=found.language, _external=True)
    frame = url_for("embed.widget", key=found.key, _external=True)
    script = url_for("static", filename="embed.js", _external=True)
    link = LINK.format(lookup=lookup, words=words)
    return {
        "link": str(link),
        "frame": f"{FRAME.format(frame=frame, words=words)}\n<p>{link}</p>",
        "loader": str(LOADED.format(key=found.key, lookup=lookup, words=words, script=script)),
        "shortcode": f'[cecs_lookup key="{found.key}"]',
        "address": frame,
    }
