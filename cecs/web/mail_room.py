"""The mail room: envelopes are booked, owners found, payments sent back, deposits closed."""

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from cecs.domain import fees, references
from cecs.domain.mailed_payments import WhyReturned
from cecs.domain.sentences import Sentence
from cecs.services import (
    batches,
    envelopes,
    letters,
    mail_corrections,
    mailed_payments,
    refunds,
)
from cecs.services.envelopes import Wrong
from cecs.services.mailed_payments import WouldGoBack
from cecs.services.receipts import INSTRUMENTS
from cecs.services.refused import Refused
from cecs.web import downloads
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms import mail_room as forms
from cecs.web.htmx import page

bp = Blueprint("mail_room", __name__, url_prefix="/bureau/mail")
ID = "int(max=2147483647):id"
SHOWN = 10  # of what was booked today
# The field that is the likeliest to be mistyped where something would go back.
DOUBTFUL = {
    WhyReturned.PERSONAL_CHECK: "instrument",
    WhyReturned.CASH: "instrument",
    WhyReturned.NOTHING_DUE: "references",
}


@bp.route("", methods=["GET", "POST"])
def book() -> ResponseReturnValue:
    form = forms.EnvelopeForm()
    if not form.is_submitted():
        form.received_on.data = desk().today()
        return _desk(form)
    booked: list[int] = []
    question = _tried(form, lambda agreement: booked.append(
        mailed_payments.book(desk(), signed_in_id(), form.named, form.received, agreement)
    ))  # fmt: skip
    if booked:
        return redirect(url_for(".book", booked=booked[0]), code=303)
    return _desk(form, question)


def _desk(form: forms.EnvelopeForm, question: WouldGoBack | None = None) -> ResponseReturnValue:
    booked = request.args.get("booked", 0, int) if request.method == "GET" else 0
    today = mailed_payments.booked_today(desk())
    return page(
        "mail_room/book.html", 422 if form.is_submitted() else 200, today=today[:SHOWN],
        booked=next((one for one in today if one.id == booked), None), of_today=len(today),
        waiting=len(mailed_payments.in_suspense()), why=mailed_payments.why_returned,
        **_envelope(form, question),
    )  # fmt: skip


def _envelope(form: forms.EnvelopeForm, question: WouldGoBack | None) -> dict[str, object]:
    """The form, ready to go on: at the question, else at its first fault, else at its start."""
    faulty = [field for field in form if field.errors]
    if question is None:
        (faulty or [form.references])[0].render_kw = {"autofocus": True}
    doubtful = DOUBTFUL.get(question.why, "amount") if question else ""
    return {"form": form, "question": question, "doubtful": doubtful, **_words()}


def _tried(
    form: forms.EnvelopeForm, does: Callable[[str], None], but: int | None = None
) -> WouldGoBack | None:
    """Does it unless something is wrong, which is then said at the fields, all at once.

    Gives what must be agreed to first, if it would go back.
    """
    valid = form.validate()
    faults = envelopes.faults(desk(), signed_in_id(), form.named, form.known, but)
    _say_at(form, faults)
    if faults or not valid:
        return None
    try:
        does(form.agreement.data or "")
    except WouldGoBack as question:
        return question
    except Wrong as wrong:
        _say_at(form, wrong.faults)
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
    return None


def _say_at(form: FlaskForm, faults: Mapping[str, Sentence]) -> None:
    for name, sentence in faults.items():
        form[name].errors = [*form[name].errors, say(sentence)]


@bp.route("/suspense", methods=["GET", "POST"])
def suspense() -> ResponseReturnValue:
    form = forms.NameForm()
    form.validate_on_submit()
    found = mailed_payments.in_suspense(form.name.data or "")
    return page(
        "mail_room/suspense.html", form=form, payments=found, day_now=desk().today(), **_words()
    )


@bp.get(f"/<{ID}>")
def payment(id: int) -> ResponseReturnValue:
    return _payment(id)


@bp.route(f"/<{ID}>/correct", methods=["GET", "POST"])
def correct(id: int) -> ResponseReturnValue:
    found = mailed_payments.payment(id)
    if not mail_corrections.may_be_corrected(found):
        return redirect(url_for(".payment", id=id), code=303)
    typed = forms.as_typed(mailed_payments.received(found), mailed_payments.references_of(found))
    form = forms.EnvelopeForm(data=typed)
    done: list[None] = []
    question = form.is_submitted() and _tried(form, lambda agreement: done.append(
        mail_corrections.correct(desk(), id, signed_in_id(), form.named, form.received, agreement)
    ), but=id)  # fmt: skip
    if done:
        return redirect(url_for(".payment", id=id), code=303)
    envelope = _envelope(form, question or None)
    status = 422 if form.is_submitted() else 200
    return page("mail_room/correct.html", status, payment=mailed_payments.payment(id), **envelope)


@bp.post(f"/<{ID}>/match")
def match(id: int) -> ResponseReturnValue:
    form, question = forms.OwnerForm(), None
    if form.validate():
        named = references.apart(form.references.data)
        try:
            mailed_payments.match(desk(), id, signed_in_id(), named, form.agreement.data or "")
            return redirect(url_for(".payment", id=id), code=303)
        except WouldGoBack as asked:
            question = asked
        except Refused as refused:
            form.references.errors = [say(refused.sentence)]
    return _payment(id, owner=form, question=question)


@bp.post(f"/<{ID}>/send-back")
def send_back(id: int) -> ResponseReturnValue:
    form = forms.SendBackForm()
    agreed = form.validate() and bool(form.agreement.data)
    if agreed:
        try:
            mailed_payments.send_back(desk(), id, signed_in_id(), form.address.data)
            return redirect(url_for(".payment", id=id), code=303)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
    return _payment(id, back=form, sure=not form.errors)


def _payment(
    id: int,
    owner: forms.OwnerForm | None = None,
    back: forms.SendBackForm | None = None,
    question: WouldGoBack | None = None,
    sure: bool = False,
) -> ResponseReturnValue:
    """`sure` asks whether it shall go back to whom nobody knows, `question` to its owner."""
    found = mailed_payments.payment(id)
    asked = back or owner
    return page(
        "mail_room/payment.html", 422 if asked else 200, payment=found, question=question,
        faulty=asked or forms.OwnerForm(None), owner=owner or forms.OwnerForm(None), sure=sure,
        back=back or forms.SendBackForm(None, address=found.payer_address),
        title_of=lambda fee: fees.titles(desk().regime, fee.application.kind)[fee.code],
        why=mailed_payments.why_returned(found), history=mail_corrections.history(found),
        likely=envelopes.likely_owners(found), **_words(),
        refund=refunds.in_the_way(id), correctable=mail_corrections.may_be_corrected(found),
    )  # fmt: skip


@bp.post(f"/<{ID}>/letter.pdf")
def letter(id: int) -> ResponseReturnValue:
    mail_corrections.letter_printed(desk(), id)
    paper = letters.return_letter(desk(), mailed_payments.payment(id), _reader())
    return downloads.pdf(paper, f"letter-{id}")


@bp.get("/batches")
def deposits() -> ResponseReturnValue:
    return page("mail_room/batches.html", batches=batches.latest(), whole=batches.whole)


@bp.get(f"/batches/<{ID}>")
def batch(id: int) -> ResponseReturnValue:
    return page("mail_room/batch.html", **_batch(id))


@bp.route(f"/batches/<{ID}>/close", methods=["GET", "POST"])
def close(id: int) -> ResponseReturnValue:
    form = forms.CloseForm()
    if batches.batch(id).closed_at:
        return redirect(url_for(".batch", id=id), code=303)
    if form.validate_on_submit():
        try:
            batches.close(desk(), id, signed_in_id(), form.counted.data)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            return redirect(url_for(".batch", id=id), code=303)
    form.counted.data = batches.counted(batches.batch(id))
    return page("mail_room/close.html", 422 if form.errors else 200, form=form, **_batch(id))


@bp.get(f"/batches/<{ID}>/deposit-list.pdf")
def deposit_list(id: int) -> ResponseReturnValue:
    found = batches.batch(id)
    name = f"deposit-{id}" if found.closed_at else f"deposit-{id}-preliminary"
    return downloads.pdf(letters.deposit_list(desk(), found, _reader()), name)


@bp.get(f"/batches/<{ID}>/items.csv")
def items(id: int) -> ResponseReturnValue:
    head = [_("Entry"), _("What"), _("Number"), _("Bank or issuer"), _("Name on it")]
    rows = [
        [
            str(item.id), say(INSTRUMENTS[item.instrument]), item.number, item.issuer, item.payer,
            item.received_on.isoformat(), " ".join(batches.references_of(item)),
            f"{item.cents // 100}.{item.cents % 100:02}",
        ]
        for item in batches.closed(id).items
    ]  # fmt: skip
    head += [_("Received"), _("Reference"), _("Amount")]
    return downloads.table([head, *rows], f"deposit-{id}")


def _batch(id: int) -> dict[str, object]:
    found = batches.batch(id)
    sums = {"totals": batches.totals(found), "whole": batches.whole(found)}
    return {"batch": found, **sums, **_words()}


def _words() -> dict[str, object]:
    return {"instruments": INSTRUMENTS, "references_of": mailed_payments.references_of}


def _reader() -> letters.Reader:
    return letters.Reader(get_locale().language, say)
