"""Who may enter where: one rule for each blueprint, kept before every request."""

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from cecs.extensions import login
from cecs.services import sign_in
from cecs.web.desk import desk
from cecs.web.forms.accounts import SignInForm
from cecs.web.htmx import page

OPEN = {"public", "lookup", "lists", "embed", "api", "webhooks", "static", ""}
OPEN_OF_ACCOUNTS = {
    "accounts.create", "accounts.created", "accounts.captcha_picture", "accounts.captcha_sound",
    "accounts.sign_in", "accounts.forgot_username", "accounts.forgot_password",
    "accounts.lost_mailbox", "accounts.send_again", "accounts.ask_for_help", "accounts.asked",
}  # fmt: skip
BEFORE_A_PASSWORD = {"accounts.choose_password", "accounts.sign_out"}
STAFF = {"bureau", "tasks", "widgets", "api_keys", "records"}
MONEY = {"mail_room", "cashier"}
REVIEWERS = {
    "tasks.link", "tasks.make_record", "tasks.open_account", "tasks.change_email",
}  # fmt: skip


class Visitor:
    """A person who is signed in, as Flask-Login wants to see one."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, cookie: str, seen: sign_in.SignedIn) -> None:
        self._cookie = cookie
        self.person_id = seen.person_id
        self.username = seen.username
        self.first_name = seen.first_name
        self.is_staff = seen.is_staff
        self.is_administrator = seen.is_administrator
        self.handles_money = seen.handles_money
        self.reviews = seen.reviews
        self.must_choose_password = seen.must_choose_password

    def get_id(self) -> str:
        return self._cookie


def guard(app: Flask) -> None:
    """Makes every endpoint closed to strangers unless it is listed as open."""
    login.user_loader(_visitor)
    app.before_request(_may_enter)


def _sign_in_and_keep() -> ResponseReturnValue:
    """The sign-in page, holding what was typed in a step, so that no answer is lost."""
    kept = {name: value for name, value in request.form.items() if name != "csrf_token"}
    form = SignInForm(formdata=None)
    response = page("accounts/sign_in.html", 401, form=form, next=request.path, kept=kept)
    response.headers["Cache-Control"] = "no-store"
    return response


def _visitor(cookie: str) -> Visitor | None:
    seen = sign_in.recognise(desk(), cookie)
    return Visitor(cookie, seen) if seen else None


def _may_enter() -> ResponseReturnValue | None:
    endpoint = request.endpoint or ""
    blueprint = endpoint.rpartition(".")[0] or endpoint
    if blueprint in OPEN or endpoint in OPEN_OF_ACCOUNTS:
        return None
    if not current_user.is_authenticated:
        if endpoint == "applications.step" and request.method == "POST":
            return _sign_in_and_keep()
        # Only a page that can be asked for again is worth returning to.
        after = request.path if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=after), code=303)
    if current_user.must_choose_password:
        if endpoint in BEFORE_A_PASSWORD:
            return None
        return redirect(url_for("accounts.choose_password"), code=303)
    if not _role_allows(blueprint, endpoint):
        abort(404)
    return None


def _role_allows(blueprint: str, endpoint: str) -> bool:
    """Whether the signed-in person's role opens this page; to others it is not there."""
    if blueprint in MONEY:
        return bool(current_user.handles_money)
    if endpoint in REVIEWERS:
        return bool(current_user.reviews)
    return blueprint not in STAFF or bool(current_user.is_staff)
