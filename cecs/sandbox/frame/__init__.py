"""The card form on the gateway's own origin: framed with JavaScript, by redirect without it."""

import json

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from cecs.domain.cards import PREFIXES
from cecs.sandbox.frame.form import CardForm
from cecs.sandbox.gateway.state import State
from cecs.sandbox.settings import SandboxSettings


def pages(state: State, settings: SandboxSettings) -> Blueprint:
    """`/frame?parent=<origin>` and `/hosted-form?return=<address>`; 403 for others' addresses."""
    bp = Blueprint("frame", __name__)

    @bp.route("/frame", methods=["GET", "POST"])
    def framed() -> str | tuple[str, int]:
        parent = request.args.get("parent", "")
        if parent not in settings.app_origins:
            abort(403)
        g.frame_ancestors = parent
        form = CardForm.of(request.form) if request.method == "POST" else CardForm()
        if form.number and not form.faults:
            nonce = _nonce(state, form)
            return render_template("done.html", nonce=nonce, parent=parent)
        return _page(form, settings, framed=True)

    @bp.route("/hosted-form", methods=["GET", "POST"])
    def hosted() -> Response | tuple[str, int]:
        back = request.args.get("return", "")
        if not settings.may_return_to(back):
            abort(403)
        # Browsers hold the redirect after a form to the form's own targets.
        g.form_targets = " " + " ".join(settings.app_origins)
        form = CardForm.of(request.form) if request.method == "POST" else CardForm()
        if form.number and not form.faults:
            nonce = _nonce(state, form)
            return redirect(f"{back}{'&' if '?' in back else '?'}nonce={nonce}", 303)
        return _page(form, settings, framed=False)

    return bp


def _page(form: CardForm, settings: SandboxSettings, framed: bool) -> tuple[str, int]:
    shown = render_template(
        "card.html",
        form=form,
        framed=framed,
        brands=json.dumps([[brand.value, first, last] for brand, first, last in PREFIXES]),
        accepted=[brand.value for brand in settings.accepted],
    )
    return shown, 422 if form.faults else 200


def _nonce(state: State, form: CardForm) -> str:
    with state.open() as book:
        return book.new_nonce(form.card())
