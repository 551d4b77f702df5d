"""The cashier's pages: the day, the months, card payments and their refunds."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from cecs.domain.sentences import Cents, Sentence
from cecs.services import (
    attempts,
    batches,
    cashbook,
    letters,
    mailed_day,
    mailed_payments,
    payment_search,
    refunds,
    settlements,
)
from cecs.services.refused import Refused
from cecs.web import downloads
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms import cashier as forms
from cecs.web.forms.decisions import DecisionForm
from cecs.web.forms.educators import PlainForm
from cecs.web.forms.faults import told_without_fields
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
        "cashier/day.html", day=found, form=form, finder=forms.FindForm(None),
        waiting=len(refunds.waiting()), total=mailed_day.total, whole=batches.whole,
        references_of=mailed_payments.references_of,
    )  # fmt: skip


@bp.get("/day.csv")
def day_csv() -> ResponseReturnValue:
    found = cashbook.of_day(desk(), _asked_day())
    return downloads.table(_rows(found), found.day.isoformat())


@bp.route("/payments", methods=["GET", "POST"])
def payments() -> ResponseReturnValue:
    form = forms.FindForm()
    words = form.words.data or "" if form.validate_on_submit() else ""
    return page(
        "cashier/payments.html", 422 if form.errors else 200, form=form, words=words,
        found=payment_search.find(desk(), words), states=forms.STATES,
        settlements=forms.SETTLEMENTS, references_of=mailed_payments.references_of,
    )  # fmt: skip


@bp.get("/months")
def months() -> ResponseReturnValue:
    found = cashbook.months(desk())
    most = max([1, *(month.stands + month.mailed for month in found)])
    return page("cashier/months.html", months=found, most=most, refusals=_refusals())


@bp.get("/months.csv")
def months_csv() -> ResponseReturnValue:
    head = [_("Month"), _("By card"), _("Taken back"), _("By mail"), _("Refunded"), _("Stays")]
    rows = [
        [
            f"{one.first:%Y-%m}",
            *(
                _plain(cents)
                for cents in (one.card, one.taken_back, one.mailed, one.refunded, one.stays)
            ),
        ]
        for one in cashbook.months(desk())
    ]
    return downloads.table([head, *rows], _("months"))


@bp.get("/card/<uuid:id>")
def card(id: UUID) -> ResponseReturnValue:
    return _card_page(id)


@bp.post("/card/<uuid:id>/ask")
def ask(id: UUID) -> ResponseReturnValue:
    charge = attempts.attempt(id).charge_id
    if charge is None or desk().cards is None:
        abort(404)
    try:
        settlements.look_at(desk(), charge)
    except settlements.GatewayError:
        return _card_page(id, fault=_("The card gateway could not be asked. Try again later."))
    flash(_("The gateway was asked. This is how the payment stands now."))
    return redirect(url_for(".card", id=id), code=303)


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
    told = " ".join((form.told.data or "").split())
    try:
        refunds.propose(
            desk(), paid_by, signed_in_id(), form.cents, reason, override,
            form.reference.data or "", form.waives_fee.data, told,
        )  # fmt: skip
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
        return False
    flash(_("The refund is proposed. Another person decides."))
    return True


@bp.get("/refunds")
def waiting() -> ResponseReturnValue:
    return _refunds_page(DecisionForm(None))


@bp.post("/refunds/<uuid:id>")
def decide(id: UUID) -> ResponseReturnValue:
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            refunds.decide(desk(), id, signed_in_id(), form.approve.data)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            agreed = form.approve.data
            flash(_("The refund is approved.") if agreed else _("The refund is rejected."))
            return redirect(url_for(".waiting"), code=303)
    return _refunds_page(form, 422)


@bp.post("/refunds/<uuid:id>/withdraw")
def withdraw(id: UUID) -> ResponseReturnValue:
    form = PlainForm()
    try:
        refunds.withdraw(desk(), id, signed_in_id())
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
        return _refunds_page(form, 422)
    flash(_("The proposal is withdrawn."))
    return redirect(url_for(".waiting"), code=303)


@bp.post("/refunds/<uuid:id>/paid-out")
def paid_out(id: UUID) -> ResponseReturnValue:
    form = forms.CheckForm()
    if form.validate_on_submit():
        try:
            refunds.paid_out(desk(), id, signed_in_id(), form.check_number.data.strip())
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            flash(_("The check is noted."))
            return redirect(url_for(".waiting"), code=303)
    return _refunds_page(form, 422, refused=id)


def _refunds_page(
    form: FlaskForm, status: int = 200, refused: UUID | None = None
) -> ResponseReturnValue:
    """`form` is that of the refund `refused`, where a check's number was not taken."""
    to_pay_out = refunds.to_pay_out()
    checks = {one.id: form if one.id == refused else forms.CheckForm(None) for one in to_pay_out}
    for id, check in checks.items():
        check.check_number.id = f"check-{id}"
    if refused and refused not in checks:
        told_without_fields(form, _("This refund does not wait for a check any more."))
    return page(
        "cashier/refunds.html", status, form=form, refunds=refunds.waiting(),
        to_pay_out=to_pay_out, checks=checks, me=signed_in_id(), share=refunds.share,
        stays=refunds.stays, payee=_payee,
    )  # fmt: skip


def _payee(refund: Any) -> Sequence[str]:
    """To whom and where the treasury's check goes, line by line, as far as it is known."""
    if refund.application:
        return letters.applicant(refund.application)
    return letters.sender(refund.mailed_payment)


def _card_page(
    id: UUID, form: forms.RefundForm | None = None, fault: str = ""
) -> ResponseReturnValue:
    attempt = attempts.attempt(id)
    return page(
        "cashier/card.html", 422 if form or fault else 200, attempt=attempt, fault=fault,
        may_ask=attempt.charge_id and desk().cards is not None,
        form=form or forms.RefundForm(None), refunds=refunds.of_attempt(id),
        settlements=forms.SETTLEMENTS, refund_states=forms.REFUND_STATES, **_limits(attempt),
    )  # fmt: skip


def _mailed_page(id: int, form: forms.RefundForm | None = None) -> ResponseReturnValue:
    payment, status = mailed_payments.payment(id), 422 if form else 200
    form, shares = form or forms.RefundForm(None), refunds.shares(payment)
    form.reference.choices = [
        (one.reference, _share(one, most, whole)) for one, most, whole in shares if whole
    ]
    return page(
        "cashier/mailed.html", status, payment=payment, form=form, refunds=refunds.of_mailed(id),
        about=[one for one, *_ in shares], refund_states=forms.REFUND_STATES, **_limits(payment),
    )  # fmt: skip


def _limits(paid: Any) -> dict[str, Cents]:
    """How much may be proposed: without a reason for the application fee, and with one."""
    return {"most": refunds.refundable(paid, False), "whole": refunds.refundable(paid, True)}


def _share(application: Any, most: Cents, whole: Cents) -> str:
    person = application.person
    named = {
        "reference": application.reference, "name": f"{person.first_name} {person.last_name}",
    }  # fmt: skip
    if not most:
        return _(
            "%(reference)s, %(name)s: only the application fee, %(amount)s", **named, amount=whole
        )
    return _("%(reference)s, %(name)s: %(amount)s can go back", **named, amount=most)


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


COLUMNS = {
    "card": Sentence("By card"),
    "mail": Sentence("By mail"),
    "kept": Sentence("Into suspense"),
    "left": Sentence("Out of suspense"),
    "sent_back": Sentence("Sent back"),
    "refunded": Sentence("Refunded"),
    "settled": Sentence("Settled"),
    "taken_back": Sentence("Taken back"),
}


def _rows(found: cashbook.Day) -> list[list[str]]:
    """The day as a table: each row has one amount, each kind of amount a column, so sums work."""
    head = [_("What"), _("References"), *(say(words) for words in COLUMNS.values())]
    return [[*head, _("Date"), _("Time"), _("Number")], *_card_rows(found), *_mail_rows(found)]


def _card_rows(found: cashbook.Day) -> Iterator[list[str]]:
    for one in found.captures:
        yield _row(_("Card payment"), one, "card", one.cents, one.paid_at, one.charge_id)
    for one, cents in found.lost:
        yield _row(_("Taken back since"), one, "taken_back", cents, None, one.charge_id)
    for one in found.settlements:
        yield _row(_("Settlement"), one, "settled", one.cents, one.settled_at, one.charge_id)
    for back in found.refunds:
        number = back.charge_id or back.check_number
        yield _row(_("Refund"), back, "refunded", back.cents, back.moved_at, number)


def _mail_rows(found: cashbook.Day) -> Iterator[list[str]]:
    mail = found.mail
    came: list[tuple[Any, str, str]] = [
        (mail.matched, _("Mailed payment"), "mail"),
        (mail.kept, _("Mailed, in suspense"), "kept"),
        (mail.sent_back, _("Mailed, sent back"), "sent_back"),
    ]
    for items, kind, column in came:
        for item in items:
            yield _row(kind, item, column, item.cents, item.recorded_at, item.number)
    left: list[tuple[Any, str, str]] = [
        (mail.found, _("Its owner was found"), "mail"),
        (mail.given_up, _("Sent back out of suspense"), "sent_back"),
    ]
    for items, kind, column in left:
        for item in items:
            for each in (column, "left"):
                yield _row(kind, item, each, item.cents, found.day, item.number)


def _row(
    kind: str, of: Any, column: str, cents: int, at: date | None, number: str | None
) -> list[str]:
    amounts = [_plain(cents) if each == column else "" for each in COLUMNS]
    return [kind, " ".join(_references(of)), *amounts, *_when(at), number or ""]


def _when(at: date | None) -> list[str]:
    """Day and time of the office's clock as a spreadsheet reads them; the day alone has no time."""
    if not isinstance(at, datetime):
        return [at.isoformat() if at else "", ""]
    local = at.astimezone(ZoneInfo(desk().regime.office.time_zone))
    return [f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}"]


def _references(of: Any) -> Sequence[str]:
    """All that a payment is about; of a refund the one whose it is."""
    if hasattr(of, "batch_id"):
        return mailed_payments.references_of(of)
    return [of.application.reference] if of.application else []


def _plain(cents: int) -> str:
    """An amount that a spreadsheet reads as a number."""
    dollars, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{dollars}.{rest:02d}"
