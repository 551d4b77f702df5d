"""The bureau's page of one record: how a person is hidden, and how a record goes."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from cecs.desk import Desk
from cecs.domain.applications import public
from cecs.services import records, retirements, shielding
from cecs.services.refused import Refused
from cecs.services.retirements import Side
from cecs.services.transactions import Gone
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms.decisions import DecisionForm
from cecs.web.forms.educators import PlainForm
from cecs.web.forms.faults import told_without_fields
from cecs.web.forms.records import FindForm, NameForm, ReasonForm, ShieldForm
from cecs.web.htmx import page

bp = Blueprint("records", __name__, url_prefix="/bureau/educators")
ID = "int(max=2147483647):id"


@bp.get("")
def index() -> ResponseReturnValue:
    form = FindForm(request.args, desk().regime.office)
    if form.validate() and form.plain and _found(form):
        return redirect(url_for(".record", number=form.plain), code=303)
    return _index_page(form, NameForm(None))


@bp.post("")
def find() -> ResponseReturnValue:
    """By name, for who calls seldom knows a number."""
    return _index_page(FindForm(None, desk().regime.office), NameForm())


@bp.get("/<number>")
def record(number: str) -> ResponseReturnValue:
    return _record_page(retirements.side(number), ReasonForm(None))


@bp.post("/<number>/remove")
def remove(number: str) -> ResponseReturnValue:
    side, form = retirements.side(number), ReasonForm()
    if _proposed(side, None, form):
        flash(_("The removal is proposed. A second person decides."))
        return redirect(url_for(".index"), code=303)
    return _record_page(side, form)


@bp.post("/<number>/shield")
def shield(number: str) -> ResponseReturnValue:
    return _shielded(number, shielding.shield, _("This person is hidden now."))


@bp.post("/<number>/lift")
def lift(number: str) -> ResponseReturnValue:
    return _shielded(number, shielding.lift, _("This person is shown again."))


@bp.get("/<number>/merge")
def compare(number: str) -> ResponseReturnValue:
    form = FindForm(request.args, desk().regime.office)
    other = _found(form) if form.validate() and form.plain else None
    if other is None:
        return _record_page(retirements.side(number), ReasonForm(None), form)
    return redirect(url_for(".merge", number=number, into=other.educator.number), code=303)


@bp.route("/<number>/merge/<into>", methods=["GET", "POST"])
def merge(number: str, into: str) -> ResponseReturnValue:
    goes, other, form = retirements.side(number), retirements.side(into), ReasonForm()
    if _proposed(goes, other, form):
        flash(_("The merge is proposed. A second person decides."))
        return redirect(url_for(".index"), code=303)
    return _compare_page(goes, other, form)


@bp.get(f"/proposals/<{ID}>")
def proposal(id: int) -> ResponseReturnValue:
    return _proposal_page(id, DecisionForm(None))


@bp.post(f"/proposals/<{ID}>")
def decide(id: int) -> ResponseReturnValue:
    form, merges = DecisionForm(), retirements.proposal(id).into is not None
    if form.validate_on_submit():
        try:
            retirements.decide(desk(), id, signed_in_id(), form.approve.data)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            flash(_decided(form.approve.data, merges))
            return redirect(url_for(".index"), code=303)
    return _proposal_page(id, form)


@bp.post(f"/proposals/<{ID}>/withdraw")
def withdraw(id: int) -> ResponseReturnValue:
    form = PlainForm()
    try:
        retirements.withdraw(desk(), id, signed_in_id())
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
        return _proposal_page(id, form)
    flash(_("The proposal is withdrawn. The records stay as they are."))
    return redirect(url_for(".index"), code=303)


def _decided(approved: bool, merges: bool) -> str:
    if not approved:
        return _("The proposal is rejected. The records stay as they are.")
    if merges:
        return _("The records are merged. Both numbers lead to the one that stays.")
    return _("The record is removed.")


def _index_page(form: FindForm, by_name: NameForm) -> Response:
    found, more = None, False
    if by_name.validate_on_submit():
        found, more = records.named(by_name.last_name.data, by_name.first_name.data or "")
    faulty = by_name if by_name.errors else form
    return page(
        "records/index.html", 422 if faulty.errors else 200, form=form, by_name=by_name,
        faulty=faulty, found=found, more=more, districts=desk().regime.districts,
        waiting=retirements.waiting(),
    )  # fmt: skip


def _found(form: FindForm) -> Side | None:
    """The record that was asked for; where there is none, the form says so."""
    try:
        return retirements.side(form.plain)
    except Gone:
        form.number.errors = [_("There is no record of this number.")]
        return None


def _proposed(goes: Side, into: Side | None, form: ReasonForm) -> bool:
    """Whether what the form says is proposed now; faults are the form's."""
    if not form.validate_on_submit():
        return False
    into_id = into.educator.id if into else None
    try:
        retirements.propose(
            desk(), goes.educator.id, into_id, signed_in_id(), form.reason.data.strip()
        )
    except Refused as refused:
        form.form_errors = [say(refused.sentence)]
        return False
    return True


def _shielded(
    number: str, decide: Callable[[Desk, int, int, str], None], done: str
) -> ResponseReturnValue:
    side, form = retirements.side(number), ShieldForm()
    if form.validate_on_submit():
        reason = form.safety_reason.data.strip()
        try:
            decide(desk(), side.educator.id, signed_in_id(), reason)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            flash(done)
            return redirect(url_for(".record", number=number), code=303)
    return _record_page(retirements.side(number), ReasonForm(None), safety=form)


def _record_page(
    side: Side,
    form: ReasonForm,
    finder: FindForm | None = None,
    safety: ShieldForm | None = None,
) -> ResponseReturnValue:
    finder = finder or FindForm(None, desk().regime.office)
    safety, me = safety or ShieldForm(None), signed_in_id()
    may_propose = retirements.may_propose(me)
    removable = not retirements.in_the_way(desk(), side.educator, None)
    if side.went or not (may_propose and removable):
        told_without_fields(form, _("You cannot propose to remove this record."))
    faulty = next((one for one in (form, finder, safety) if one.errors), None)
    may = shielding.may_lift if side.educator.shielded else shielding.may_set
    response: ResponseReturnValue = page(
        "records/record.html", 422 if faulty else 200, side=side, form=form, faulty=faulty or form,
        finder=finder, regime=desk().regime, public=public, safety=safety, may_decide=may(me),
        decided=shielding.history(side.educator.id), may_propose=may_propose,
        address_id=shielding.address_id(desk(), side.educator),
        removable=removable,
    )  # fmt: skip
    return response


def _compare_page(goes: Side, into: Side, form: ReasonForm) -> object:
    in_the_way = retirements.in_the_way(desk(), goes.educator, into.educator)
    may_propose = retirements.may_propose(signed_in_id())
    if in_the_way or not may_propose:
        told_without_fields(form, _("You cannot propose to merge these records."))
    return page(
        "records/compare.html", 422 if form.errors else 200, goes=goes, into=into, form=form,
        in_the_way=in_the_way, may_propose=may_propose, regime=desk().regime, public=public,
    )  # fmt: skip


def _proposal_page(id: int, form: FlaskForm) -> ResponseReturnValue:
    found = retirements.proposal(id)
    into = retirements.side(found.into.number) if found.into else None
    response: ResponseReturnValue = page(
        "records/proposal.html", 422 if form.errors else 200, proposal=found, form=form,
        goes=retirements.side(found.educator.number), into=into, regime=desk().regime,
        public=public, mine=found.proposed_by_id == signed_in_id(),
    )  # fmt: skip
    return response
