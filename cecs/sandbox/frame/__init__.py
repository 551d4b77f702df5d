"""The card form on the gateway's own origin: framed with JavaScript, by redirect without it."""

import json

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from cecs.domain.cards import PREFIXES, Brand, Card, Funding, explained, refusal
from cecs.sandbox.frame.form import MISTYPED, CardForm
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
        return _page(form, settings, parent)

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
        return _page(form, settings, back=back)

    return bp


def _page(
    form: CardForm, settings: SandboxSettings, parent: str = "", back: str = ""
) -> tuple[str, int]:
    shown = render_template(
        "card.html",
        form=form,
        parent=parent,
        back=back,
        brands=json.dumps([[brand.value, first, last] for brand, first, last in PREFIXES]),
        refusals=json.dumps(_refusals(settings)),
        mistyped=MISTYPED,
        accepted=[brand.value for brand in settings.accepted],
    )
    return shown, 422 if form.faults else 200


def _refusals(settings: SandboxSettings) -> dict[str, str]:
    """For each brand that is not taken, what its owner reads; under "" for numbers of no brand."""
    said = {}
    for brand in Brand:
        why = refusal(Card(brand, Funding.CREDIT, ""), settings.accepted)
        if why is not None:
            said[brand.value] = str(explained(why, settings.accepted))
    return said | {"": said[Brand.OTHER.value]}


def _nonce(state: State, form: CardForm) -> str:
    with state.open() as book:
        return book.new_nonce(form.card())
