"""The stepped flow and the status page: an educator's own applications."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cecs.domain import fees, steps
from cecs.domain.applications import Status, is_open, public
from cecs.domain.sentences import Sentence
from cecs.services import (
    applications,
    attempts,
    denied,
    ledger,
    letters,
    mailed_payments,
    missing_items,
    payments,
    receipts,
)
from cecs.services.refused import Refused
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import day, moment, money, say
from cecs.web.forms.educators import AnswerForm, PlainForm
from cecs.web.forms.faults import told_without_fields
from cecs.web.forms.steps import StepForm, form_for, sections
from cecs.web.htmx import page

# Events that move nothing, as the applicant reads them. Others are the bureau's own.
HAPPENED = {
    "begun": Sentence("Begun"),
    "paid": Sentence("Payment received"),
    "documents_came": Sentence("Papers came by mail"),
    "more_asked": Sentence("We asked for something more"),
    "item_received": Sentence("We received what we had asked for"),
    "item_answered": Sentence("You answered what we had asked for"),
    "item_not_needed": Sentence("We no longer need what we had asked for"),
    "payment_returned": Sentence("What you mailed comes back to you; we wrote to you why"),
    "payment_corrected": Sentence("We corrected a mistake with a mailed payment; we wrote to you"),
    "payment_declined": Sentence("The bank did not settle the card payment; the fee is due again"),
    "payment_disputed": Sentence("The card payment is disputed; the fee is due again"),
    "payment_lost": Sentence("The disputed card payment is lost; the fee is due"),
    "refunded": Sentence("Money returned to you"),
    "refund_declined": Sentence("Your bank did not accept the money we returned; we wrote to you"),
    "balance_reminded": Sentence("Reminded of the balance"),
}

bp = Blueprint("applications", __name__, url_prefix="/applications")


def own(id: uuid.UUID) -> Any:
    """One's own application, or 404."""
    return applications.owned_by(signed_in_id(), id)


@bp.post("/start")
def start() -> ResponseReturnValue:
    certificate_id = request.form.get("certificate_id", type=int)
    if certificate_id is not None and not 0 < certificate_id < 2**31:
        abort(404)
    claimed = request.form.get("claimed", "")[:200]
    if "claimed" in request.form and not claimed.strip():
        return redirect(url_for("educators.index", claim="missing"), code=303)
    try:
        id = applications.start(
            desk(), signed_in_id(), request.form.get("kind", ""), certificate_id, claimed
        )
    except Refused as refused:
        return page("applications/not_now.html", 422, words=refused.sentence)
    return redirect(url_for(".acknowledge", id=id), code=303)


@bp.route("/<uuid:id>/acknowledge", methods=["GET", "POST"])
def acknowledge(id: uuid.UUID) -> ResponseReturnValue:
    application = own(id)
    form = PlainForm()
    if application.status is not Status.DRAFT:
        return redirect(url_for(".status", id=id), code=303)
    if form.validate_on_submit():
        applications.acknowledge(desk(), id)
        return _onward(own(id))
    title = desk().regime.kind(application.kind).title
    return page("applications/acknowledge.html", form=form, application=application, title=title)


@bp.route("/<uuid:id>/steps/<slug>", methods=["GET", "POST"])
def step(id: uuid.UUID, slug: str) -> ResponseReturnValue:
    application = own(id)
    answers = applications.answered(application)
    elsewhere = _must_go_elsewhere(application, answers, slug)
    if elsewhere:
        return redirect(elsewhere, code=303)
    form = _form(application, slug, answers)
    # Sent once more after signing in again: shown as it was typed, not saved yet.
    refill = "refill" in request.form
    if not refill and form.validate_on_submit():
        try:
            return _save(application.id, slug, form)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
            application = own(id)
            if application.status is not Status.DRAFT:
                return redirect(url_for(".status", id=id), code=303)
            if slug == applications.CHECK:
                form.affidavit.raw_data = None
                form.affidavit.data = desk().regime.office.affidavit.version
    return _show_step(application, slug, form, answers)


def _must_go_elsewhere(application: Any, answers: Any, slug: str) -> str | None:
    """Where a page asked for out of order leads; 404 for a step that the kind has not."""
    regime = desk().regime
    if slug not in {step.slug for step in steps.path(regime, application.kind)}:
        abort(404)
    if application.status is not Status.DRAFT:
        return url_for(".status", id=application.id)
    if application.acknowledged_at is None:
        return url_for(".acknowledge", id=application.id)
    if not steps.may_open(regime, application.kind, answers, slug):
        return _next_url(application)
    return None


def _form(application: Any, slug: str, answers: Any) -> StepForm:
    regime = desk().regime
    data = answers.get(slug)
    if data is None and slug == "details":
        person = application.person
        data = {"first_name": person.first_name, "last_name": person.last_name}
    if slug == applications.CHECK:
        data = {"affidavit": regime.office.affidavit.version}
    held = applications.held_codes(application)
    return form_for(regime, regime.kind(application.kind), slug, data, held)


def _save(id: uuid.UUID, slug: str, form: StepForm) -> ResponseReturnValue:
    if slug == applications.CHECK:
        applications.submit(desk(), id, form.signature.data, form.affidavit.data)
        return redirect(url_for(".done", id=id), code=303)
    applications.answer(desk(), id, slug, form.content)
    return _onward(own(id))


def _onward(application: Any) -> ResponseReturnValue:
    return redirect(_next_url(application), code=303)


def _next_url(application: Any) -> str:
    """The first step not answered yet; there is always one until the check is signed."""
    answers = applications.answered(application)
    step = steps.first_unanswered(desk().regime, application.kind, answers)
    return url_for(".step", id=application.id, slug=step.slug if step else applications.CHECK)


def _show_step(application: Any, slug: str, form: StepForm, answers: Any) -> ResponseReturnValue:
    path = steps.path(desk().regime, application.kind)
    before = steps.before(desk().regime, application.kind, slug)
    return page(
        "applications/step.html",
        422 if form.errors else 200,
        application=application,
        kind=desk().regime.kind(application.kind),
        form=form,
        slug=slug,
        titles=[step.title for step in path],
        current=[step.slug for step in path].index(slug) + 1,
        before=before.slug if before else None,
        whole=sum(fee.cents for fee in application.fees),
        types=desk().regime.certificate_types,
        districts=desk().regime.districts if slug == "experience" else {},
        sections=_answers_to_check(application, answers) if slug == applications.CHECK else [],
    )


def _answers_to_check(application: Any, answers: Any) -> list[dict[str, Any]]:
    regime = desk().regime
    return sections(regime, regime.kind(application.kind), answers)


@bp.get("/<uuid:id>/done")
def done(id: uuid.UUID) -> ResponseReturnValue:
    application = own(id)
    if application.status is Status.DRAFT:
        return redirect(url_for(".status", id=id), code=303)
    return page(
        "applications/done.html",
        application=application,
        due=ledger.payable_cents(application),
        later=ledger.later_cents(application),
        fee=ledger.application_fee_cents(application),
        may_choose=ledger.may_choose(desk(), application),
        cards=desk().cards is not None,
    )


@bp.get("/<uuid:id>")
def status(id: uuid.UUID) -> ResponseReturnValue:
    if own(id) and desk().cards is not None:
        payments.look_again(desk(), id)
    return _status_page(id)


@bp.post("/<uuid:id>/items/<int(max=2147483647):item_id>")
def answer(id: uuid.UUID, item_id: int) -> ResponseReturnValue:
    """One thing that was asked for, answered in words."""
    found, form = own(id), AnswerForm()
    if form.validate_on_submit():
        try:
            missing_items.answer(
                desk(), found.id, signed_in_id(), item_id, form.answer.data.strip()
            )
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            flash(_("We have your answer. Thank you."))
            return redirect(url_for(".status", id=id), code=303)
    return _status_page(id, item_id, form)


def _answer_forms(application: Any, item_id: int | None, sent: AnswerForm) -> dict[int, AnswerForm]:
    """A form for each item that waits for words, with what was sent for one of them."""
    found = {}
    if application.status is Status.MISSING_CREDENTIALS:
        for item in application.missing:
            if item.answerable and item.received_at is None:
                found[item.id] = sent if item.id == item_id else AnswerForm(None)
                found[item.id].answer.id = f"answer-{item.id}"
    return found


def _status_page(
    id: uuid.UUID, item_id: int | None = None, sent: AnswerForm | None = None
) -> ResponseReturnValue:
    application, sent = own(id), sent or AnswerForm(None)
    answers = _answer_forms(application, item_id, sent)
    if item_id not in answers:
        told_without_fields(sent, _("This item is not waited for any more."))
    draft = application.status is Status.DRAFT
    return page(
        "applications/status.html",
        422 if sent.errors else 200,
        application=application,
        sent=sent,
        answers=answers,
        kind=desk().regime.kind(application.kind),
        standing=public(application.status),
        open=is_open(application.status),
        draft=draft,
        events=_timeline(application),
        due=ledger.payable_cents(application),
        later=ledger.later_cents(application),
        fee=ledger.application_fee_cents(application),
        may_choose=not draft and ledger.may_choose(desk(), application),
        receipts=receipts.of_application(desk(), application),
        cards=desk().cards is not None,
        paying=attempts.is_charging(id),
        titles=fees.titles(desk().regime, application.kind),
        way=mailed_payments.way_of(desk(), application),
        denial=denied.of(application),
    )


def _timeline(application: Any) -> list[dict[str, Any]]:
    events = []
    for event in application.events:
        moved = event.name.removeprefix("became_")
        if "happened" in event.details:
            what = say(event.details["happened"])
        elif moved != event.name:
            what = say(public(Status(moved)).words)
        else:
            what = say(HAPPENED.get(event.name))
        if what:
            iso = event.at.isoformat()
            # Both were written for the applicant; other details are the bureau's own.
            told = (event.details.get(name, "") for name in ("words", "why"))
            note = "\n".join(filter(None, told))
            events.append({"what": what, "when": moment(event.at), "iso": iso, "note": note})
    return events


@bp.post("/<uuid:id>/balance")
def balance(id: uuid.UUID) -> ResponseReturnValue:
    later = request.form.get("later") == "yes"
    try:
        ledger.choose(desk(), own(id).id, later)
    except Refused as refused:
        return page("applications/not_now.html", 422, words=refused.sentence)
    back = ".done" if request.args.get("then") == "done" else ".status"
    return redirect(url_for(back, id=id), code=303)


@bp.post("/<uuid:id>/by-mail")
def by_mail(id: uuid.UUID) -> ResponseReturnValue:
    applications.pay_by_mail(desk(), own(id).id)
    return redirect(url_for(".slip", id=id), code=303)


@bp.get("/<uuid:id>/slip")
def slip(id: uuid.UUID) -> ResponseReturnValue:
    application = own(id)
    if not ledger.payable_cents(application):
        return redirect(url_for(".status", id=id), code=303)
    return page(
        "applications/slip.html",
        application=application,
        amount=money(ledger.payable_cents(application)),
        printed=day(desk().today()),
        accepted=letters.ACCEPTED,
        not_taken=letters.NOT_TAKEN,
        enclose=letters.ENCLOSE,
    )


@bp.route("/<uuid:id>/withdraw", methods=["GET", "POST"])
def withdraw(id: uuid.UUID) -> ResponseReturnValue:
    application = own(id)
    form = PlainForm()
    if form.validate_on_submit():
        try:
            applications.withdraw(desk(), id)
        except Refused as refused:
            return page("applications/not_now.html", 422, words=refused.sentence)
        return redirect(url_for(".status", id=id), code=303)
    return page("applications/withdraw.html", application=application, form=form)
