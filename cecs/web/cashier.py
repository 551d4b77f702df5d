"""The cashier's pages: the day, the months, card payments and their refunds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from cecs.services import attempts, cashbook, mailed_payments, refunds
from cecs.services.refused import Refused
from cecs.web import downloads
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import moment, say
from cecs.web.forms import cashier as forms
from cecs.web.forms.educators import PlainForm
from cecs.web.htmx import page

bp = Blueprint("cashier", __name__, url_prefix="/bureau/money")
A_LIFETIME = 365 * 50  # days; no books are older
ID = "int(max=2147483647):id"


def _asked_day() -> date:
    """The day that the address names, else today."""
    today = desk().today()
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return asked if abs((asked - today).days) < A_LIFETIME else today


@bp.get("")
def day() -> ResponseReturnValue:
    found = cashbook.of_day(desk(), _asked_day())
    form = forms.DayForm(None, data={"day": found.day})
    return page(
        "cashier/day.html", day=found, form=form, states=forms.STATES,
        waiting=len(refunds.waiting()),
    )  # fmt: skip


@bp.get("/day.csv")
def day_csv() -> ResponseReturnValue:
    found = cashbook.of_day(desk(), _asked_day())
    return downloads.table(_rows(found), found.day.isoformat())


@bp.get("/months")
def months() -> ResponseReturnValue:
    found = cashbook.months(desk())
    most = max([1, *(month.card + month.mailed for month in found)])
    return page("cashier/months.html", months=found, most=most, refusals=_refusals())


@bp.get("/card/<uuid:id>")
def card(id: UUID) -> ResponseReturnValue:
    return _card_page(id)


@bp.post("/card/<uuid:id>/refund")
def propose(id: UUID) -> ResponseReturnValue:
    form = forms.RefundForm()
    if _proposed(id, form):
        return redirect(url_for(".card", id=id), code=303)
    return _card_page(id, form)


@bp.get(f"/mailed/<{ID}>")
def mailed(id: int) -> ResponseReturnValue:
    return _mailed_page(id)


@bp.post(f"/mailed/<{ID}>/refund")
def propose_mailed(id: int) -> ResponseReturnValue:
    form = forms.RefundForm()
    if _proposed(id, form):
        return redirect(url_for(".mailed", id=id), code=303)
    return _mailed_page(id, form)


def _proposed(paid_by: UUID | int, form: forms.RefundForm) -> bool:
    """Whether the refund in the form is proposed now; faults are the form's."""
    if not form.validate_on_submit():
        return False
    reason, override = form.reason.data.strip(), (form.override.data or "").strip()
    try:
        refunds.propose(desk(), paid_by, signed_in_id(), form.cents, reason, override)
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
        return False
    return True


@bp.get("/refunds")
def waiting() -> ResponseReturnValue:
    return _refunds_page(PlainForm())


@bp.post("/refunds/<uuid:id>")
def decide(id: UUID) -> ResponseReturnValue:
    form = PlainForm()
    if form.validate_on_submit():
        try:
            refunds.decide(desk(), id, signed_in_id(), "approve" in request.form)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            return redirect(url_for(".waiting"), code=303)
    return _refunds_page(form, 422)


@bp.post("/refunds/<uuid:id>/paid-out")
def paid_out(id: UUID) -> ResponseReturnValue:
    form = forms.CheckForm()
    if form.validate_on_submit():
        try:
            refunds.paid_out(desk(), id, signed_in_id(), form.check_number.data.strip())
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            return redirect(url_for(".waiting"), code=303)
    return _refunds_page(form, 422)


def _refunds_page(form: FlaskForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "cashier/refunds.html", status, form=form, refunds=refunds.waiting(),
        to_pay_out=refunds.to_pay_out(), check=forms.CheckForm(None),
    )  # fmt: skip


def _card_page(id: UUID, form: forms.RefundForm | None = None) -> ResponseReturnValue:
    attempt = attempts.attempt(id)
    return page(
        "cashier/card.html", 422 if form else 200, attempt=attempt,
        form=form or forms.RefundForm(None), refunds=refunds.of_attempt(id),
        most=refunds.refundable(attempt, override=False),
        settlements=forms.SETTLEMENTS, refund_states=forms.REFUND_STATES,
    )  # fmt: skip


def _mailed_page(id: int, form: forms.RefundForm | None = None) -> ResponseReturnValue:
    payment = mailed_payments.payment(id)
    return page(
        "cashier/mailed.html", 422 if form else 200, payment=payment,
        form=form or forms.RefundForm(None), refunds=refunds.of_mailed(id),
        most=refunds.refundable(payment, override=False), refund_states=forms.REFUND_STATES,
    )  # fmt: skip


def _refusals() -> list[dict[str, object]]:
    counted = cashbook.refusals(desk())
    tried = sum(counted.values())
    return [
        {
            "words": say(forms.REFUSALS[reason]),
            "count": count,
            "share": f"{100 * count / tried:.1f} %" if tried else "–",
        }
        for reason, count in counted.items()
    ]


def _rows(found: cashbook.Day) -> list[list[str]]:
    """The day as a table: what came in and what went out in columns of their own."""
    head = [_("What"), _("Reference"), _("In"), _("Out"), _("When"), _("Charge or number")]
    rows = [head]
    for one in found.captures:
        rows.append(_row(_("Card payment"), one, one.cents, 0, one.paid_at, one.charge_id))
    for one in found.settlements:
        rows.append(_row(_("Settlement"), one, one.cents, 0, one.settled_at, one.charge_id))
    for back in found.refunds:
        number = back.charge_id or back.check_number
        rows.append(_row(_("Refund"), back, 0, back.cents, back.moved_at, number))
    for item in found.mailed:
        kind = say(forms.STATES[item.state])
        rows.append(_row(kind, item, item.cents, 0, item.recorded_at, item.number))
    return rows


def _row(
    kind: str, of: Any, into: int, out: int, at: datetime | None, number: str | None
) -> list[str]:
    reference = of.application.reference if of.application else ""
    return [kind, reference, _plain(into), _plain(out), moment(at) if at else "", number or ""]


def _plain(cents: int) -> str:
    """An amount that a spreadsheet reads as a number; nothing for none."""
    return f"{cents // 100}.{cents % 100:02d}" if cents else ""
