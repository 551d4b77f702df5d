"""The bureau's pages: the queue, and an application. Staff only."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectChoice

from cecs.desk import Desk
from cecs.domain import fees
from cecs.domain.applications import Status, public
from cecs.services import (
    decision_reviews,
    denied,
    issuing,
    ledger,
    mailed_payments,
    missing_items,
    queue,
    reviews,
    tasks,
)
from cecs.services.applications import answered
from cecs.services.refused import Refused
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import day as worded
from cecs.web.filters import listed, say
from cecs.web.forms import bureau as forms
from cecs.web.forms import decision_reviews as review_forms
from cecs.web.forms.faults import told_without_fields
from cecs.web.forms.steps import sections
from cecs.web.htmx import page

bp = Blueprint("bureau", __name__, url_prefix="/bureau")

Act = Callable[[Desk, UUID, int, FlaskForm], None]
# What a reviewer does: by the name of its button, the form and the service that it calls.
ACTIONS: dict[str, tuple[type[FlaskForm], Act]] = {
    "start": (forms.PressForm, lambda d, id, by, f: reviews.start(d, id, by)),
    "ask": (forms.AskForm, lambda d, id, by, f: missing_items.ask(d, id, by, f.wanted)),
    "receive": (forms.ItemForm, lambda d, id, by, f: missing_items.receive(d, id, by, f.item.data)),
    "not_needed": (
        forms.NotNeededForm,
        lambda d, id, by, f: missing_items.take_back(d, id, by, f.item.data, f.why.data.strip()),
    ),
    "hold": (forms.HoldForm, lambda d, id, by, f: reviews.hold(d, id, by, f.hold_reason.data)),
    "resume": (forms.PressForm, lambda d, id, by, f: reviews.resume(d, id, by)),
    "tick_background": (
        forms.PressForm, lambda d, id, by, f: reviews.tick_background(d, id, by)
    ),
    "untick_background": (
        forms.PressForm, lambda d, id, by, f: reviews.untick_background(d, id, by)
    ),
    "choose_certificate": (
        forms.CertificateForm,
        lambda d, id, by, f: reviews.choose_certificate(d, id, by, f.certificate.data),
    ),
    "record": (
        forms.PaymentForm, lambda d, id, by, f: mailed_payments.record(d, id, by, f.received)
    ),
    "approve": (forms.PressForm, lambda d, id, by, f: reviews.approve(d, id, by)),
    "recommend_denial": (
        forms.RecommendForm,
        lambda d, id, by, f: reviews.recommend_denial(d, id, by, f.recommended.data),
    ),
    "recommend_approval": (
        forms.RecommendApprovalForm,
        lambda d, id, by, f: reviews.recommend_approval(d, id, by, f.approval_reason.data),
    ),
    "confirm_approval": (
        forms.PressForm, lambda d, id, by, f: reviews.confirm_approval(d, id, by)
    ),
    "confirm_denial": (
        forms.DenyForm,
        lambda d, id, by, f: reviews.confirm_denial(d, id, by, f.denial_reason.data, f.law.data),
    ),
    "send_back": (forms.PressForm, lambda d, id, by, f: reviews.send_back(d, id, by)),
    "review_asked": (
        review_forms.ReviewAskedForm,
        lambda d, id, by, f: decision_reviews.record(d, id, by, f.request),
    ),
    "decide_review": (
        review_forms.ReviewDecidedForm,
        lambda d, id, by, f: decision_reviews.decide(d, id, by, f.decision),
    ),
}  # fmt: skip


@bp.get("")
def index() -> ResponseReturnValue:
    form = _queue_form(request.args)
    form.words.data = ""
    return _queue_page(form, request.args.get("page", 1, int))


@bp.post("")
def find() -> ResponseReturnValue:
    form = _queue_form(request.form)
    if not form.words.data:  # what can be kept as an address
        chosen = {"status": form.status.data or None, "kind": form.kind.data or None}
        return redirect(url_for(".index", **chosen), code=303)
    return _queue_page(form, request.form.get("page", 1, int))


def _queue_form(sent: MultiDict[str, str]) -> forms.QueueForm:
    form = forms.QueueForm(sent)
    form.status.choices = [SelectChoice("", _("All open")), *_statuses()]
    kinds = desk().regime.kinds.values()
    form.kind.choices = [SelectChoice("", _("Everything"))]
    form.kind.choices += [SelectChoice(kind.code, kind.title) for kind in kinds]
    form.words.data = (form.words.data or "").strip()
    form.validate()
    return form


def _queue_page(form: forms.QueueForm, number: int) -> ResponseReturnValue:
    kinds = desk().regime.kinds
    wanted = Status(form.status.data) if form.status.data and not form.status.errors else None
    kind = form.kind.data if form.kind.data in kinds else ""
    found = queue.queue(desk(), wanted, kind, form.words.data, number)
    return page(
        "bureau/index.html", form=form, queue=found, kinds=kinds, public=public,
        today=desk().today(),
    )  # fmt: skip


def _expected(found: Any) -> dict[str, object]:
    """What a mailed payment of today would be."""
    due = ledger.payable_cents(found)
    return {"amount": f"{due // 100}.{due % 100:02d}", "received_on": desk().today()}


def _would_issue(found: Any) -> str:
    """What an approval would issue, in words; nothing while something is lacking."""
    if issuing.lacking(desk(), found):
        return ""
    made = issuing.preview(desk(), found)
    return _(
        "%(title)s, %(first)s to %(last)s, with %(codes)s, for %(name)s",
        title=desk().regime.certificate_types[made.type_code].title,
        first=worded(made.valid_from), last=worded(made.expires_on),
        codes=listed(line.code for line in made.endorsements),
        name=f"{found.educator.first_name} {found.educator.last_name}",
    )  # fmt: skip


@bp.get("/applications/<uuid:id>")
def application(id: UUID) -> ResponseReturnValue:
    return _application_page(id)


@bp.post("/applications/<uuid:id>/<action>")
def act(id: UUID, action: str) -> ResponseReturnValue:
    if action not in ACTIONS or not reviews.may(action, signed_in_id()):
        abort(404)
    form, does = _form_of(action, reviews.application(id))(), ACTIONS[action][1]
    if form.validate_on_submit():
        before = reviews.application(id).status
        try:
            does(desk(), id, signed_in_id(), form)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            after = reviews.application(id).status
            words = say(public(after).words)
            moved = _("Done. The application is now: %(words)s.", words=words)
            flash(_("Done.") if after is before else moved)
            return redirect(url_for(".application", id=id), code=303)
    return _application_page(id, action, form)


def _form_of(action: str, found: Any) -> type[FlaskForm]:
    """The form of a button; what some ask depends on the application."""
    denial = denied.of(found)
    if action == "ask":
        waits = {item.document_code for item in found.missing if item.received_at is None}
        known = desk().regime.documents_of(found.kind)
        return forms.asking(tuple(one for one in known if one.code not in waits))
    if action == "review_asked" and denial:
        return review_forms.asked(decision_reviews.terms(desk(), denial))
    if action == "decide_review" and denial:
        after = desk().regime.office.denial
        return review_forms.decided(after, decision_reviews.denied_by(denial))
    return ACTIONS[action][0]


def _application_page(
    id: UUID, tried: str = "", sent: FlaskForm | None = None
) -> ResponseReturnValue:
    found = reviews.application(id)
    by_name = {name: _form_of(name, found)(None) for name in ACTIONS}
    by_name["record"] = forms.PaymentForm(None, data=_expected(found))
    law = desk().regime.kind(found.kind).law
    by_name["confirm_denial"] = forms.DenyForm(None, data={"law": law})
    able = reviews.actions(found, signed_in_id())
    taking_back = _taking_back(found, sent)
    if sent is not None:
        by_name[tried] = sent
        if tried not in able or (tried == "not_needed" and sent.item.data not in taking_back):
            told_without_fields(
                sent, _("The application has moved on meanwhile. This is how it is now.")
            )
    return page(
        "bureau/application.html", 422 if sent else 200, application=found, forms=by_name,
        sent=sent, able=able, public=public, taking_back=taking_back,
        by_id=signed_in_id(), mine=found.person_id == signed_in_id(),
        names=reviews.staff_names(found), denial=denied.of(found),
        denied_before=reviews.denied_before(found, signed_in_id()),
        kind=desk().regime.kind(found.kind), lacking=issuing.lacking(desk(), found),
        titles=fees.titles(desk().regime, found.kind), due=ledger.payable_cents(found),
        advice=reviews.recommendation(found),
        choosable=reviews.choosable(desk(), found), two=reviews.needs_two(found),
        other_name=reviews.is_in_another_name(found), issues=_would_issue(found),
        types=desk().regime.certificate_types, endorsements=desk().regime.endorsements,
        sections=sections(desk().regime, desk().regime.kind(found.kind), answered(found)),
        check=tasks.identity_check_of(found.person_id),
        statuses={f"became_{status}": public(status).words for status in Status},
    )  # fmt: skip


def _taking_back(found: Any, sent: FlaskForm | None) -> dict[int, forms.NotNeededForm]:
    """A form for each item that is waited for, with what was sent for one of them."""
    fitting = {}
    for item in found.missing:
        if item.received_at is None:
            was_sent = isinstance(sent, forms.NotNeededForm) and sent.item.data == item.id
            fitting[item.id] = sent if was_sent else forms.NotNeededForm(None)
            fitting[item.id].why.id = f"why-{item.id}"
    return fitting


def _statuses() -> list[SelectChoice]:
    return [SelectChoice(s.value, say(public(s).words)) for s in Status if s is not Status.DRAFT]
