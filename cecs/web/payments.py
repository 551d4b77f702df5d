"""Paying by card: the card is typed in the gateway's own frame and never reaches us."""

import uuid
from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cecs.domain.payments import LIVE, AttemptState
from cecs.services import applications, attempts, card_entry, ledger, payments
from cecs.services.refused import Refused
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms.educators import PlainForm
from cecs.web.headers import hosted_fields_policy
from cecs.web.htmx import page

bp = Blueprint("payments", __name__, url_prefix="/payments")


def own(id: uuid.UUID) -> Any:
    """One's own application; 404 for others', and where this office takes no cards."""
    if desk().cards is None:
        abort(404)
    return applications.owned_by(signed_in_id(), id)


@bp.get("/<uuid:id>")
def card(id: uuid.UUID) -> ResponseReturnValue:
    return _show(own(id))


def _show(application: Any, problem: str = "") -> ResponseReturnValue:
    """The page where a card is typed in the gateway's frames, and beside it how to pay by mail."""
    due = ledger.payable_cents(application)
    live = attempts.live_attempt(application.id)
    if not due or (live and live.state is not AttemptState.PREPARED):
        return redirect(url_for("applications.status", id=application.id), code=303)
    settings = desk().settings
    context: dict[str, Any] = {
        "application": application,
        "due": due,
        "problem": problem,
        "brands": desk().regime.office.accepted_card_brands,
    }
    if settings.card_gateway == "stand-in":
        g.policy = {"frame-src": settings.sandbox_url}
        back = settings.public_url + url_for(".returned", id=application.id)
        context |= {"gateway": settings.sandbox_url, "parent": settings.public_url, "back": back}
        return page("payments/card.html", 422 if problem else 200, **context)
    g.policy = hosted_fields_policy(settings.card_gateway)
    context["token"] = card_entry.client_token(desk())
    return page("payments/hosted_fields.html", 422 if problem else 200, **context)


@bp.post("/<uuid:id>/card")
def offer(id: uuid.UUID) -> ResponseReturnValue:
    return _offer(own(id), request.form.get("nonce", ""))


@bp.get("/<uuid:id>/return")
def returned(id: uuid.UUID) -> ResponseReturnValue:
    if "nonce" not in request.args:  # who turned back on the gateway's page
        return redirect(url_for(".card", id=own(id).id), code=303)
    # Pays nothing: the card is only kept ready, and the address with the nonce is left at once.
    return _offer(own(id), request.args.get("nonce", ""))


def _offer(application: Any, nonce: str) -> ResponseReturnValue:
    id = application.id
    try:
        attempt = payments.offer_card(desk(), id, nonce[:255])
    except Refused as refused:
        return _show(own(id), say(refused.sentence))
    return redirect(url_for(".confirm", id=id, attempt=attempt), code=303)


@bp.route("/<uuid:id>/confirm/<uuid:attempt>", methods=["GET", "POST"])
def confirm(id: uuid.UUID, attempt: uuid.UUID) -> ResponseReturnValue:
    application = own(id)
    form = PlainForm()
    if form.validate_on_submit():
        return _answer(own(id), payments.pay(desk(), id, attempt))
    live = attempts.live_attempt(id)
    if live is None or live.id != attempt or live.state is not AttemptState.PREPARED:
        return redirect(url_for("applications.status", id=id), code=303)
    return page("payments/confirm.html", application=application, attempt=live, form=form)


def _answer(application: Any, state: AttemptState) -> ResponseReturnValue:
    if state is AttemptState.PAID or state in LIVE:
        return redirect(url_for("applications.status", id=application.id), code=303)
    if state is AttemptState.DECLINED:
        problem = _("Your bank did not approve this card. You were not charged.")
    else:
        problem = _("The payment did not go through. You were not charged.")
    return _show(application, problem + " " + _("Try another card, or pay by mail."))
