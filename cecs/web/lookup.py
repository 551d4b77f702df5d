"""The public lookup: anyone, at once, without an account; and papers that prove what it said."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cecs.domain import codes
from cecs.services import lookup
from cecs.services.transactions import Gone
from cecs.web import budgets, found, search_page
from cecs.web.desk import desk
from cecs.web.forms.lookup import ASKING, CodeForm, LookupForm, WordsForm, is_asked
from cecs.web.htmx import page
from cecs.web.languages import ENGLISH, language
from cecs.web.printing import printed

bp = Blueprint("lookup", __name__)
SEARCH, PROOF = search_page.TEMPLATE, "lookup/proof.html"


@bp.get("/lookup")
@budgets.limit(budgets.PAGES)
def search() -> Response:
    return _answered(SEARCH)


@bp.get("/lookup/proof")
@budgets.limit(budgets.PAGES)
def proof() -> Response:
    """The same answer to print; it leads back to the search where nothing was asked."""
    return _answered(PROOF)


@bp.post("/lookup/words")
@budgets.limit("300/hour")
def words() -> ResponseReturnValue:
    form = WordsForm()
    if form.validate_on_submit():
        if form.are_right():
            session["words_typed"] = secrets.token_urlsafe(8)
            question = urlencode(parse_qsl(form.question.data))
            return redirect(f"{url_for('.search')}?{question}", code=303)
        form.words.errors = [_("These are not the two words. Here are new ones.")]
    return _ask_for_words(form)


@bp.get("/lookup/educators/<id>")
@budgets.limit(budgets.PAGES)
def educator(id: str) -> ResponseReturnValue:
    """All certificates of one, drawn over the years; after a merge, those of the one that stays."""
    code = None if language() == ENGLISH else language()
    try:
        known = lookup.known(desk(), lookup.educator(desk(), id))
    except Gone:
        return _led(id, code)
    again = url_for(".educator", id=id, lang=code)
    return page(
        "lookup/record.html", name=f"{known.first_name} {known.last_name}",
        reported=desk().writer.reported(language(), known), **found.over_the_years(known),
        at=desk().now(), again=again, address=desk().settings.public_url + again,
    )  # fmt: skip


def _led(id: str, code: str | None) -> ResponseReturnValue:
    try:
        row = lookup.led(desk(), id)
    except Gone:
        return page("lookup/gone.html", 404, removed=False, at=desk().now())
    if row is None:
        return page("lookup/gone.html", 410, removed=True, at=desk().now())
    return redirect(url_for(".educator", id=row.public_id, lang=code), code=308)


@bp.get("/verify")
@budgets.limit(budgets.PAGES)
def code() -> ResponseReturnValue:
    """Where the code of a paper is typed."""
    form = CodeForm(request.args)
    if "code" in request.args and form.validate():
        lang = None if language() == ENGLISH else language()
        return redirect(url_for(".verify", code=form.plain, lang=lang), code=303)
    return page("lookup/code.html", 422 if form.errors else 200, form=form)


@bp.get("/verify/<code>")
@budgets.limit(budgets.PAGES)
def verify(code: str) -> Response:
    plain = codes.plain(code) or code
    again = url_for(".verify", code=plain, lang=None if language() == ENGLISH else language())
    proof = {"at": desk().now(), "again": again, "address": desk().settings.public_url + again}
    try:
        row = lookup.by_code(desk(), code)
        educator = lookup.known(desk(), row)
    except Gone:
        return page("lookup/verify.html", 404, code=code, educator=None, **proof)
    held = next(each for each in educator.certificates if each.verify == plain)
    words = desk().writer.certificate(language(), held, desk().today(), 2)
    return page(
        "lookup/verify.html", code=plain, id=row.public_id, educator=educator, certificate=words,
        **proof,
    )  # fmt: skip


def _answered(template: str) -> Response:
    """The form, and below it who was found if the question is one."""
    regime = desk().regime
    form = LookupForm(
        request.args, regime.office, regime.districts.values(), regime.endorsements.values()
    )
    if not is_asked(request.args) or not form.validate():
        return _form(form)
    if not budgets.search_again(session.get("words_typed")):
        return _ask_for_words(WordsForm(data={"question": urlencode(form.again)}))
    answer = lookup.find(desk(), form.question, language())
    told = found.told(answer)
    if template == PROOF:
        proof = url_for(".proof", **form.again)
        address = desk().settings.public_url + proof
        return page(template, form=form, told=told, proof=proof, address=address)
    return _form(form, told, lookup.after(answer))


def _form(form: LookupForm, told: found.Told | None = None, after: str = "") -> Response:
    """The form, and what was found: printed once for all who ask alike, then filled in."""
    typed = {name: form[name].data or "" for name in ASKING}
    gaps = search_page.gaps(typed, form.again, told, after)
    if form.errors or form.number.data:
        return page(SEARCH, 422 if form.errors else 200, form=form, told=told, **gaps)

    def context(filled: Mapping[str, Any]) -> Mapping[str, Any]:
        for name in ASKING:
            form[name].data = filled[name] if typed[name] else ""
        of_answer = {name: filled[name] for name in search_page.OF_ANSWER} if told else {}
        return {**filled, "form": form, "told": told and told._replace(**of_answer)}

    chosen = search_page.Choices(**form.chosen, active=form.active.data)
    return printed(SEARCH, gaps, search_page.key(typed, chosen, told), context)


def _ask_for_words(form: WordsForm) -> Response:
    form.show_new()
    return page("lookup/words.html", 422 if form.errors else 200, form=form)
