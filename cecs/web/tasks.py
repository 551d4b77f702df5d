"""What waits for a person at the bureau: who somebody is, and requests of those locked out."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from cecs.domain.sentences import Sentence
from cecs.services import account_requests, identity_checks, registration, tasks
from cecs.services.refused import Refused
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms import tasks as forms
from cecs.web.htmx import page

bp = Blueprint("tasks", __name__, url_prefix="/bureau/tasks")
ID = "int(max=2147483647):id"


@bp.get("")
def index() -> ResponseReturnValue:
    found = tasks.open_tasks()
    return page("bureau/tasks.html", tasks=found, application_of=tasks.application_of)


@bp.route(f"/<{ID}>", methods=["GET", "POST"])
def task(id: int) -> ResponseReturnValue:
    return _show(id)


@bp.post(f"/<{ID}>/link")
def link(id: int) -> ResponseReturnValue:
    form = forms.LinkForm()
    if form.validate_on_submit():
        educator = int(form.educator.data)
        return _settle(id, lambda: identity_checks.link(desk(), id, educator, signed_in_id()))
    return _show(id, _("Choose one of the records."))


@bp.post(f"/<{ID}>/make-record")
def make_record(id: int) -> ResponseReturnValue:
    return _settle(id, lambda: identity_checks.make_record(desk(), id, signed_in_id()))


@bp.post(f"/<{ID}>/open-account")
def open_account(id: int) -> ResponseReturnValue:
    form = forms.OpenAccountForm()
    if not form.validate_on_submit():
        return _show(id, form=form)
    name = form.first_name.data, form.last_name.data
    email = form.email.data
    return _settle(
        id,
        lambda: account_requests.open_account(desk(), id, *name, email, signed_in_id()),
        form,
    )


@bp.post(f"/<{ID}>/change-email")
def change_email(id: int) -> ResponseReturnValue:
    form = forms.ChangeEmailForm()
    if not form.validate_on_submit():
        return _show(id, form=form)
    person, email, how = int(form.person.data), form.email.data, form.how.data.strip()
    return _settle(
        id,
        lambda: account_requests.change_email(desk(), id, person, email, how, signed_in_id()),
        form,
    )


@bp.post(f"/<{ID}>/close")
def close(id: int) -> ResponseReturnValue:
    return _settle(id, lambda: tasks.close(desk(), id, signed_in_id()))


def _settle(
    id: int, settle: Callable[[], None], form: FlaskForm | None = None
) -> ResponseReturnValue:
    try:
        settle()
    except Refused as refused:
        return _show(id, say(refused.sentence), form)
    return redirect(url_for(".task", id=id), code=303)


def _show(id: int, fault: str = "", form: FlaskForm | None = None) -> ResponseReturnValue:
    found = tasks.task(id)
    said = registration.registration_of(found.person_id) if found.person_id else None
    reason = Sentence.from_json(found.details["reason"]) if "reason" in found.details else None
    if form is not None and fault:
        form.form_errors = [fault]
    asked = _request(found, form)
    faulty = next((one for one in (form, asked.get("finder")) if one and one.errors), ())
    return page(
        "bureau/task.html", 422 if fault or faulty else 200, task=found, said=said, faulty=faulty,
        fault="" if form else fault,
        candidates=tasks.candidates(id), types=desk().regime.certificate_types, reason=reason,
        closed_by=_name(found.closed_by), application=tasks.application_of(found),
        dealt_with=tasks.is_dealt_with(found), **asked,
    )  # fmt: skip


def _name(person: Any) -> str:
    return f"{person.first_name} {person.last_name}" if person else ""


def _request(found: Any, form: FlaskForm | None) -> dict[str, Any]:
    """What the page of a request shows beyond its words: the account meant, and the form."""
    if found.kind is tasks.TaskKind.SIGN_UP:
        return {"form": form or forms.OpenAccountForm(None, data=found.details)}
    if found.kind is not tasks.TaskKind.LOST_MAILBOX:
        return {"form": None}
    words = request.form.get("account", "")
    meant = account_requests.find_account(desk(), words[:254]) if words else None
    others = account_requests.named(words[:254]) if meant is None else ()
    if form is None:
        data = {"email": found.details.get("email"), "person": meant.id if meant else ""}
        form = forms.ChangeEmailForm(None, data=data)
    finder = forms.FindAccountForm(None, data={"account": words})
    if words and meant is None and not others:
        finder.account.errors = [_("There is no account of that name, username, email or number.")]
    return {"form": form, "finder": finder, "meant": meant, "others": others}
