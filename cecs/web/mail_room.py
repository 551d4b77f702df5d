"""The mail room: envelopes are booked, owners found, payments sent back, deposits closed."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from cecs.domain import fees
from cecs.services import batches, letters, mailed_payments
from cecs.services.mailed_payments import BadReference
from cecs.services.receipts import INSTRUMENTS
from cecs.services.refused import Refused
from cecs.web import downloads
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms import mail_room as forms
from cecs.web.htmx import page

bp = Blueprint("mail_room", __name__, url_prefix="/bureau/mail")
ID = "int(max=2147483647):id"


@bp.route("", methods=["GET", "POST"])
def book() -> ResponseReturnValue:
    form = forms.EnvelopeForm()
    if not form.is_submitted():
        form.received_on.data = desk().today()
    elif form.validate():
        try:
            id = mailed_payments.book(desk(), signed_in_id(), form.named, form.received)
        except BadReference as refused:
            form.references.errors = [say(refused.sentence)]
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            return redirect(url_for(".book", booked=id), code=303)
    return _desk(form)


def _desk(form: forms.EnvelopeForm) -> ResponseReturnValue:
    """The form, ready to go on at its first fault, else at its first field."""
    faulty = [field for field in form if field.errors]
    (faulty or [form.references])[0].render_kw = {"autofocus": True}
    booked = request.args.get("booked", 0, int)
    today = mailed_payments.latest(desk())
    return page(
        "mail_room/book.html", 422 if form.errors else 200, form=form, today=today,
        booked=next((one for one in today if one.id == booked and not form.errors), None),
        waiting=len(mailed_payments.in_suspense()), **_words(),
    )  # fmt: skip


@bp.get("/suspense")
def suspense() -> ResponseReturnValue:
    form = forms.NameForm(request.args)
    form.validate()
    found = mailed_payments.in_suspense(form.name.data or "")
    return page(
        "mail_room/suspense.html", form=form, payments=found, day_now=desk().today(), **_words()
    )


@bp.get(f"/<{ID}>")
def payment(id: int) -> ResponseReturnValue:
    return _payment(id, forms.OwnerForm(None))


@bp.post(f"/<{ID}>/match")
def match(id: int) -> ResponseReturnValue:
    form = forms.OwnerForm()
    if form.validate():
        try:
            named = forms.references_in(form.references.data)
            mailed_payments.match(desk(), id, signed_in_id(), named)
        except Refused as refused:
            form.references.errors = [say(refused.sentence)]
        else:
            return redirect(url_for(".payment", id=id), code=303)
    return _payment(id, form)


@bp.post(f"/<{ID}>/send-back")
def send_back(id: int) -> ResponseReturnValue:
    form = forms.OwnerForm(None)
    try:
        mailed_payments.send_back(desk(), id, signed_in_id())
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
        return _payment(id, form)
    return redirect(url_for(".payment", id=id), code=303)


def _payment(id: int, form: forms.OwnerForm) -> ResponseReturnValue:
    found = mailed_payments.payment(id)
    return page(
        "mail_room/payment.html", 422 if form.errors else 200, payment=found, form=form,
        title_of=lambda fee: fees.titles(desk().regime, fee.application.kind)[fee.code],
        why=mailed_payments.why_returned(found), **_words(),
    )  # fmt: skip


@bp.get(f"/<{ID}>/letter.pdf")
def letter(id: int) -> ResponseReturnValue:
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
    if form.validate_on_submit():
        try:
            batches.close(desk(), id, signed_in_id(), int(form.counted.data))
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            return redirect(url_for(".batch", id=id), code=303)
    form.counted.data = int(batches.whole(batches.batch(id)))
    return page("mail_room/close.html", 422 if form.errors else 200, form=form, **_batch(id))


@bp.get(f"/batches/<{ID}>/deposit-list.pdf")
def deposit_list(id: int) -> ResponseReturnValue:
    paper = letters.deposit_list(desk(), batches.closed(id), _reader())
    return downloads.pdf(paper, f"deposit-{id}")


@bp.get(f"/batches/<{ID}>/items.csv")
def items(id: int) -> ResponseReturnValue:
    head = [_("Entry"), _("What"), _("Number"), _("Bank or issuer"), _("Name on it")]
    rows = [
        [
            str(item.id), say(INSTRUMENTS[item.instrument]), item.number, item.issuer, item.payer,
            item.received_on.isoformat(), f"{item.cents // 100}.{item.cents % 100:02}",
        ]
        for item in batches.closed(id).items
    ]  # fmt: skip
    return downloads.table([[*head, _("Received"), _("Amount")], *rows], f"deposit-{id}")


def _batch(id: int) -> dict[str, object]:
    found = batches.batch(id)
    sums = {"totals": batches.totals(found), "whole": batches.whole(found)}
    return {"batch": found, **sums, **_words()}


def _words() -> dict[str, object]:
    return {"instruments": INSTRUMENTS, "references_of": mailed_payments.references_of}


def _reader() -> letters.Reader:
    return letters.Reader(get_locale().language, say)
