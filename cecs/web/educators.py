"""An educator registers, acknowledges, and sees the certificates held."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cecs.domain import ssn
from cecs.domain.applications import public
from cecs.services import applications, certificates, registration, shielding
from cecs.services.records import Said
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms.educators import PlainForm, RegisterForm
from cecs.web.htmx import page

bp = Blueprint("educators", __name__, url_prefix="/educator")


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    if registration.registration_of(signed_in_id()):
        return redirect(url_for(".index"), code=303)
    form = RegisterForm(data=registration.known_of(signed_in_id()))
    if "swap" in request.form:
        form.no_ssn.data = "" if form.no_ssn.data else "yes"
        return page("educators/register.html", form=form)
    if form.is_submitted():
        email, today = registration.email_of(signed_in_id()), desk().today()
        number = _number(form)
        # Each check puts its own faults at the fields, so that all are told at once.
        fits = [form.validate(), form.fits(email, today), not form.ssn.errors]
        if all(fits):
            registration.register(desk(), signed_in_id(), _said(form, number))
            return redirect(url_for(".acknowledge"), code=303)
    return page("educators/register.html", 422 if form.errors else 200, form=form)


def _number(form: RegisterForm) -> str | None:
    """The number typed; None where the statement stands in its place, or with its fault."""
    if form.no_ssn.data:
        return None
    try:
        return ssn.parse(form.ssn.data or "", desk().settings.demo)
    except ssn.SsnRefused as refused:
        form.ssn_fault = say(refused.sentence)
        return None


def _said(form: RegisterForm, number: str | None) -> Said:
    return Said(
        form.first_name.data.strip(),
        form.last_name.data.strip(),
        form.other_last_names.data or "",
        form.birth_date.form.value,
        number,
        form.signature.data.strip() if form.no_ssn.data else None,
    )


@bp.route("/acknowledge", methods=["GET", "POST"])
def acknowledge() -> ResponseReturnValue:
    if registration.registration_of(signed_in_id()) is None:
        return redirect(url_for(".register"), code=303)
    form = PlainForm()
    if form.validate_on_submit():
        registration.acknowledge(desk(), signed_in_id())
        return redirect(url_for(".index"), code=303)
    return page("educators/acknowledge.html", form=form)


@bp.get("/")
def index() -> ResponseReturnValue:
    if first := _must_first():
        return redirect(first, code=303)
    me = signed_in_id()
    registered = registration.registration_of(me)
    assert registered is not None
    held, record = certificates.of_person(desk(), me), certificates.record_of(me)
    return page(
        "educators/index.html",
        record=record,
        public_id=shielding.address_id(desk(), record) if record else None,
        checking=registered.outcome != registration.Outcome.LINKED,
        certificates=held,
        beginnings=() if held else certificates.options_without(desk(), me),
        claimable=() if record else certificates.claimable(desk()),
        applications=_own_applications(me),
        paper=desk().regime.paper_kinds(),
        claim_missing="claim" in request.args,
    )


def _must_first() -> str | None:
    """Where someone must go before seeing certificates: to register, or to acknowledge."""
    if registration.registration_of(signed_in_id()) is None:
        return url_for(".register")
    if not registration.has_acknowledged(desk(), signed_in_id()):
        return url_for(".acknowledge")
    return None


def _own_applications(person_id: int) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "reference": row.reference,
            "title": desk().regime.kind(row.kind).title,
            "words": public(row.status).words,
        }
        for row in applications.of_person(person_id)
    ]


@bp.get("/certificates/<int(max=2147483647):id>")
def choose(id: int) -> ResponseReturnValue:
    if first := _must_first():
        return redirect(first, code=303)
    certificate = certificates.held(desk(), signed_in_id(), id)
    options = certificates.options_with(desk(), signed_in_id(), certificate)
    return page("educators/choose.html", certificate=certificate, options=options)
