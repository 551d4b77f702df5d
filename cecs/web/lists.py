"""A district's clerk checks a list of educators on a page, as programs do by the API."""

import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import RequestEntityTooLarge

from cecs.domain import names
from cecs.domain.lookup import How, ShownCertificate
from cecs.domain.shares import shares
from cecs.services import bulk_checks
from cecs.services.bulk_checks import Checked
from cecs.services.lookup_rows import AT_MOST
from cecs.web import budgets, downloads, found
from cecs.web.desk import desk
from cecs.web.filters import say
from cecs.web.forms.lists import MOST_SENT, ListForm, ticket
from cecs.web.htmx import page
from cecs.web.languages import ENGLISH, language

bp = Blueprint("lists", __name__)
SHOWN = 200  # lines of each part of the page: a list of thousands is read as a table
# By answer: how it is called, and the kind of its color.
CALLED = {
    "one": (_l("Found once"), "good"),
    "several": (_l("Several fit"), "waiting"),
    "none": (_l("Nobody fits"), "attention"),
    "unanswered": (_l("Not answered"), "over"),
}
FIRST = ("none", "several", "unanswered")  # those that need a look, in this order


@bp.url_value_preprocessor
def takes_a_list(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything reads the form: here it may be longer than elsewhere."""
    request.max_content_length = request.max_form_memory_size = MOST_SENT


@bp.route("/lookup/list", methods=["GET", "POST"])
@budgets.limit(budgets.PAGES)
def check() -> ResponseReturnValue:
    form = ListForm()
    if not form.validate_on_submit():
        return _asked(form, 422 if form.errors else 200)
    assert form.holder is not None  # else it is not valid
    spent = budgets.check_again(form.holder.key_id)
    if spent.is_over:
        minutes = max(1, math.ceil((spent.ends - time.time()) / 60))
        form.key.errors = [
            _("This key has checked as many lists as it may for now. Minutes to wait: %(minutes)s.",
              minutes=minutes)
        ]  # fmt: skip
        return _asked(form, 429)
    answers = bulk_checks.check(desk(), form.listed)
    if "csv" in request.form:
        return _kept_nowhere(downloads.table(_table(answers), _("answers")))
    return _told(answers, form.lines.data, ticket(form.holder.key_id, form.lines.data))


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """What was sent is not read then, so that nothing of it can be kept."""
    form = ListForm(formdata=None)
    form.file.errors = [_("This is too large. Send at most 1 MB at once.")]
    return _asked(form, 413)


def _asked(form: ListForm, status: int) -> Response:
    key, digits = min(desk().regime.districts), desk().regime.office.educator_number_digits
    rows = ["Rivera,Maria,,", f"Chu,Linda,,{key}", f",,{'123456'.zfill(digits)},"]
    example = "\n".join([_("last,first,ein,district"), *rows])
    return _kept_nowhere(
        page("lookup/list.html", status, form=form, example=example, action=_action(),
             most=bulk_checks.MOST)
    )  # fmt: skip


def _told(answers: Sequence[Checked], text: str, carried: str) -> Response:
    by_answer = {name: [one for one in answers if one.answer == name] for name in CALLED}
    look = [_needs_a_look(one) for name in FIRST for one in by_answer[name][:SHOWN]]
    once = sorted(by_answer["one"], key=_as_looked_at)
    unanswered = by_answer["unanswered"]
    late = bulk_checks.as_list((one.line for one in unanswered), _("last,first,ein,district"))
    again = ListForm(formdata=None, data={"lines": late})
    again.lines.label.text = _("Lines to send again")
    return _kept_nowhere(
        page(
            "lookup/list_answers.html", at=desk().now(), counts=_counts(answers), look=look[:SHOWN],
            looks=len(answers) - len(once), once=[_found(one) for one in once[:SHOWN]],
            onces=len(once), without=sum(not _is_in_force(one) for one in once),
            action=_action(), carrying={"lines": text, "carried": carried, "csv": "yes"},
            again=again, unanswered=unanswered,
        )
    )  # fmt: skip


def _counts(answers: Sequence[Checked]) -> list[dict[str, Any]]:
    """How many of each answer, as the bar draws it and the table beside it tells."""
    many = Counter(one.answer for one in answers)
    bars = shares([many[name] for name in CALLED])
    return [
        {"words": words, "kind": kind, "many": many[name], "bar": bar}
        for (name, (words, kind)), bar in zip(CALLED.items(), bars, strict=True)
    ]


def _needs_a_look(one: Checked) -> dict[str, Any]:
    cells = one.line.cells
    last, first = cells.get("last", ""), cells.get("first", "")
    can_be_seen = one.answer != "unanswered" and len(names.key(last)) > 1
    asked = {"last_name": last, "first_name": first, "lang": _lang()} if can_be_seen else {}
    return {
        **_line(one), "called": CALLED[one.answer][0], "kind": CALLED[one.answer][1],
        "why": _why(one), "search": asked and url_for("lookup.search", **asked),
    }  # fmt: skip


def _why(one: Checked) -> str:
    if one.why:
        return say(one.why)
    if one.answer == "none" and "ein" in one.line.cells:
        return _("Nobody has this number, or not with all else that the line says.")
    if one.answer == "none" and "district" in one.line.cells:
        return _("The name may be another one here, or another district or none reported.")
    if one.answer == "none":
        return _("The name may be spelled differently here, or be another one now.")
    many = _("%(num)s or more", num=one.fits) if one.fits >= AT_MOST else one.fits
    return _("Fitting: %(many)s. Add a first name, a number or a district.", many=many)


def _found(one: Checked) -> dict[str, Any]:
    known = one.known or {}
    district = (known["district"] or {}).get("name", "")
    return {
        **_line(one), "name": f"{known['first_name']} {known['last_name']}", "district": district,
        "url": url_for("lookup.educator", id=known["id"], lang=_lang()),
        "how": _how(one.how), "in_force": _is_in_force(one),
    }  # fmt: skip


def _table(answers: Sequence[Checked]) -> Iterator[Sequence[str]]:
    """All answers in the words of the page, in the order of the list.

    Words are headings, answers and what is said of certificates. What was sent, names, codes and
    ids are data and stand as they are, and so do days, which a spreadsheet can sort.
    """
    headings = [
        _("Line"), _("Last name"), _("First name"), _("Educator number"), _("District"),
        _("Answer"), _("What to do"), _("Fitting"), _("How it was found"), _("Last name found"),
        _("First name found"), _("District found"), _("In force"), _("Certificates"),
        _("Id in the lookup"),
    ]  # fmt: skip
    yield headings
    for one in answers:
        sent = [one.line.cells.get(name, "") for name in bulk_checks.COLUMNS]
        why = "" if one.answer == "one" else _why(one)
        fits = "" if one.answer == "unanswered" else str(one.fits)
        row = [str(one.line.number), *sent, str(CALLED[one.answer][0]), why, fits]
        row += _of_found(one)
        yield row + [""] * (len(headings) - len(row))


def _of_found(one: Checked) -> Iterator[str]:
    """The cells of who was found once; none else."""
    if one.known is None or one.shown is None:
        return
    district = (one.known["district"] or {}).get("name", "")
    yield from (_how(one.how), one.shown.last_name, one.shown.first_name, district)
    yield _("yes") if _is_in_force(one) else _("no")
    yield "; ".join(map(_certificate, one.shown.in_order(desk().today())))
    yield one.known["id"]


def _certificate(held: ShownCertificate) -> str:
    called = desk().writer.called(language(), held, desk().today())
    last, subjects = held.facts.expires_on, " ".join(held.facts.endorsements)
    until = _("last day %(day)s", day=last.isoformat()) if last else _("no last day")
    return f"{called.title} ({subjects}): {called.words}, {until}"


def _line(one: Checked) -> dict[str, Any]:
    cells = one.line.cells
    return {"number": one.line.number, "asked": ", ".join(cells.values())}


def _how(how: str | None) -> str:
    if how == How.BEGINNING:
        return _("The name only begins like the one in your list")
    return "" if how in (None, How.AS_TYPED) else found.how(how)


def _as_looked_at(one: Checked) -> tuple[bool, bool, int]:
    """Those without a certificate in force first, then those with another name than was sent."""
    return _is_in_force(one), one.how == How.AS_TYPED, one.line.number


def _is_in_force(one: Checked) -> bool:
    return one.known is not None and bulk_checks.is_in_force(one.known)


def _lang() -> str | None:
    return None if language() == ENGLISH else language()


def _action() -> str:
    return url_for("lists.check", lang=_lang())


def _kept_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
