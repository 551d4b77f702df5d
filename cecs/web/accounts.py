"""Opening an account, signing in and out, and getting back in."""

import uuid

from flask import Blueprint, Response, abort, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from cecs.services import accounts, captcha, sign_in
from cecs.services.refused import Refused
from cecs.web import budgets
from cecs.web.access import Visitor
from cecs.web.browsers import browser
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms.accounts import (
    ChoosePasswordForm,
    CreateForm,
    EmailForm,
    RequestForm,
    SignInForm,
)
from cecs.web.htmx import page

bp = Blueprint("accounts", __name__, url_prefix="/account")
# To say the digits takes a third of a second of a core, to draw the words a fortieth.
SAID, DRAWN = "20/minute", "120/minute"


def address() -> str:
    return budgets.address() or "unknown"


@bp.route("/create", methods=["GET", "POST"])
@budgets.limit(budgets.PAGES, methods=["GET", "HEAD"])
@budgets.limit("30/hour", methods=["POST"])
def create() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("public.home"), code=303)
    form = CreateForm()
    if "new_words" in request.form:
        return _show_create(form)
    if form.validate_on_submit() and _words_fit(form):
        accounts.create_account(desk(), form.first_name.data, form.last_name.data, form.email.data)
        session["mailed_to"] = form.email.data
        return redirect(url_for(".created"), code=303)
    if form.is_submitted() and not form.words.errors and form.still_stand():
        # The words were not looked at yet: they are kept with the rest.
        return page("accounts/create.html", 422, form=form)
    return _show_create(form)


def _show_create(form: CreateForm) -> Response:
    """The form as it was filled, with two new words."""
    form.show_new()
    return page("accounts/create.html", 422 if form.errors else 200, form=form)


def _words_fit(form: CreateForm) -> bool:
    if form.are_right():
        return True
    form.words.errors = [
        _("These are not the two words. Here are new ones; the rest of the form is kept.")
    ]
    return False


@bp.get("/words/<uuid:id>.png")
@budgets.limit(DRAWN)
def captcha_picture(id: uuid.UUID) -> Response:
    return _unkept(captcha.picture(desk(), id, browser()), "image/png")


@bp.get("/words/<uuid:id>.wav")
@budgets.limit(SAID)
def captcha_sound(id: uuid.UUID) -> Response:
    return _unkept(captcha.sound(desk(), id, browser()), "audio/wav")


def _unkept(content: bytes, kind: str) -> Response:
    return Response(content, mimetype=kind, headers={"Cache-Control": "no-store"})


@bp.get("/created")
def created() -> ResponseReturnValue:
    if "mailed_to" not in session:
        return redirect(url_for(".create"), code=303)
    return page("accounts/created.html", email=session["mailed_to"])


@bp.post("/send-again")
@budgets.limit("6/hour")
def send_again() -> ResponseReturnValue:
    if "mailed_to" not in session:
        abort(404)
    accounts.send_again(desk(), session["mailed_to"])
    return page("accounts/created.html", email=session["mailed_to"], again=True)


@bp.route("/sign-in", endpoint="sign_in", methods=["GET", "POST"])
def sign_in_page() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate_on_submit():
        try:
            cookie = sign_in.sign_in(desk(), form.username.data, form.password.data, address())
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            return _enter(cookie)
    status = 422 if form.errors else 200
    return page("accounts/sign_in.html", status, form=form, next=_next(), kept=_kept())


KEPT = "kept-"


def _kept() -> dict[str, str]:
    """The answers of a step that were sent after the sign-in had lapsed."""
    return {
        name.removeprefix(KEPT): value
        for name, value in request.form.items()
        if name.startswith(KEPT)
    }


def _enter(cookie: str) -> ResponseReturnValue:
    after = _next()
    seen = sign_in.recognise(desk(), cookie)
    assert seen is not None
    if current_user.is_authenticated:
        sign_in.sign_out(desk(), current_user.get_id())
    session.clear()  # nothing that a stranger planted survives the sign-in
    g.pop("csrf_token", None)  # made for the session that has just ended
    session.permanent = True
    login_user(Visitor(cookie, seen))
    if after and (kept := _kept()):
        return page("accounts/resume.html", kept=kept, next=after)
    if seen.must_choose_password:
        return redirect(url_for(".choose_password"), code=303)
    return redirect(after or _home(seen.is_staff), code=303)


def _home(is_staff: bool) -> str:
    return url_for("bureau.index") if is_staff else url_for("educators.index")


def _next() -> str:
    """Where to go after the sign-in; only an own path, else nothing."""
    wanted = request.values.get("next", "")
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if own and wanted.isprintable() else ""


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    sign_in.sign_out(desk(), current_user.get_id())
    logout_user()
    session.clear()
    return redirect(url_for("public.home"), code=303)


@bp.route("/password", methods=["GET", "POST"])
def choose_password() -> ResponseReturnValue:
    form = ChoosePasswordForm()
    if not current_user.must_choose_password:
        form.old.label.text = _("Present password")
    if form.validate_on_submit():
        try:
            old, new = form.old.data, form.new.data
            cookie = current_user.get_id()
            sign_in.choose_password(desk(), signed_in_id(), old, new, cookie, address())
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
        else:
            flash(_("Your new password is saved."))
            return redirect(_home(current_user.is_staff), code=303)
    return page("accounts/choose_password.html", 422 if form.errors else 200, form=form)


@bp.route("/forgot-username", methods=["GET", "POST"])
@budgets.limit("10/hour", methods=["POST"])
def forgot_username() -> ResponseReturnValue:
    form = EmailForm()
    if form.validate_on_submit():
        accounts.forgot_username(desk(), form.email.data)
        return redirect(url_for(".asked"), code=303)
    words = {"title": _("Forgot username"), "hint": _("We will send it to your email address.")}
    return page("accounts/forgot.html", 422 if form.errors else 200, form=form, **words)


@bp.route("/forgot-password", methods=["GET", "POST"])
@budgets.limit("10/hour", methods=["POST"])
def forgot_password() -> ResponseReturnValue:
    form = EmailForm()
    if form.validate_on_submit():
        accounts.forgot_password(desk(), form.email.data)
        return redirect(url_for(".asked"), code=303)
    hint = _("We will send you a temporary password.")
    words = {"title": _("Forgot password"), "hint": hint}
    return page("accounts/forgot.html", 422 if form.errors else 200, form=form, **words)


@bp.get("/asked")
def asked() -> ResponseReturnValue:
    return page("accounts/asked.html", of_a_person="by" in request.args)


@bp.route("/lost-mailbox", methods=["GET", "POST"])
@budgets.limit("10/hour", methods=["POST"])
def lost_mailbox() -> ResponseReturnValue:
    title = _("I no longer have that mailbox")
    return _request(accounts.TaskKind.LOST_MAILBOX, title)


@bp.route("/ask-for-help", methods=["GET", "POST"])
@budgets.limit("10/hour", methods=["POST"])
def ask_for_help() -> ResponseReturnValue:
    return _request(accounts.TaskKind.SIGN_UP, _("Ask us to open an account for you"))


def _request(kind: accounts.TaskKind, title: str) -> ResponseReturnValue:
    form = RequestForm()
    if form.validate_on_submit():
        details = {k: v for k, v in form.data.items() if k != "csrf_token"}
        accounts.ask_the_bureau(desk(), kind, details)
        return redirect(url_for(".asked", by="request"), code=303)
    return page("accounts/request.html", 422 if form.errors else 200, form=form, title=title)
