"""The public lookup: anyone, at once, without an account; and papers that prove what it said."""

import secrets
import uuid
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cecs.extensions import limiter
from cecs.services import captcha, lookup
from cecs.services.lookup_rows import How
from cecs.services.transactions import Gone
from cecs.web import budgets
from cecs.web.browsers import browser
from cecs.web.desk import desk
from cecs.web.forms.lookup import ASKING, LookupForm, WordsForm
from cecs.web.htmx import page

bp = Blueprint("lookup", __name__)


@bp.get("/lookup")
@limiter.limit(budgets.PAGES)
def search() -> Response:
    return _answered("lookup/search.html")


@bp.get("/lookup/proof")
@limiter.limit(budgets.PAGES)
def proof() -> Response:
    """The same answer to print; it leads back to the search where nothing was asked."""
    return _answered("lookup/proof.html")


@bp.post("/lookup/words")
@limiter.limit("300/hour")
def words() -> ResponseReturnValue:
    form = WordsForm()
    if form.validate_on_submit():
        if captcha.used_well(desk(), _challenge(form), browser(), form.words.data):
            session["words_typed"] = secrets.token_urlsafe(8)
            question = urlencode(parse_qsl(form.question.data))
            return redirect(f"{url_for('.search')}?{question}", code=303)
        form.words.errors = [_("These are not the two words. Here are new ones.")]
    return _ask_for_words(form)


@bp.get("/verify/<code>")
@limiter.limit(budgets.PAGES)
def verify(code: str) -> Response:
    try:
        educator = lookup.listed(desk(), lookup.by_code(desk(), code))
    except Gone:
        return page("lookup/verify.html", 404, code=code, educator=None, at=desk().now())
    plain = "".join(mark for mark in code.upper() if mark.isalnum())
    held = next(each for each in educator.certificates if each.verify == plain)
    address = desk().settings.public_url + url_for(".verify", code=plain)
    return page(
        "lookup/verify.html", code=plain, educator=educator, certificate=held,
        at=desk().now(), address=address,
    )  # fmt: skip


def _answered(template: str) -> Response:
    """The form, and below it who was found if the question is one."""
    regime = desk().regime
    form = LookupForm(request.args, regime.office, regime.districts.values())
    is_asking = any(name in request.args for name in ASKING)
    if not is_asking or not form.validate():
        return page("lookup/search.html", 422 if form.errors else 200, form=form, answer=None)
    if not budgets.search_again(session.get("words_typed")):
        return _ask_for_words(WordsForm(data={"question": urlencode(form.again)}))
    answer = lookup.search(desk(), form.question)
    again = url_for(".proof", **form.again)
    return page(
        template, form=form, answer=answer, after=_after(answer),
        proof=again, address=desk().settings.public_url + again,
    )  # fmt: skip


def _after(answer: lookup.Answer) -> str:
    """Where the list goes on, if it does: forgiven names are no place in the order of names."""
    last = answer.found[-1] if answer.more else None
    return last.public_id if last and last.how is How.AS_TYPED else ""


def _ask_for_words(form: WordsForm) -> Response:
    form.challenge.data = str(captcha.show(desk(), browser()))
    form.words.data = ""
    return page("lookup/words.html", 422 if form.errors else 200, form=form)


def _challenge(form: WordsForm) -> uuid.UUID:
    try:
        return uuid.UUID(form.challenge.data or "")
    except ValueError:
        return uuid.uuid4()  # nobody's
