"""The bureau's page of keys to the API."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from cecs.services import api_keys
from cecs.services.refused import Refused
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms.api_keys import MakeForm
from cecs.web.htmx import page

bp = Blueprint("api_keys", __name__, url_prefix="/bureau/api-keys")


@bp.route("", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    form = MakeForm(desk().regime.districts.values())
    made = ""
    if form.validate_on_submit():
        try:
            made = api_keys.make(desk(), signed_in_id(), form.district.data, form.label.data)
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
    # No redirect after a key was made: it is kept nowhere from which another page could show it.
    return page(
        "api/keys.html", 422 if form.errors else 200, form=form, made=made,
        keys=api_keys.made(), districts=desk().regime.districts,
    )  # fmt: skip


@bp.post("/<int:id>/revoke")
def revoke(id: int) -> ResponseReturnValue:
    api_keys.revoke(desk(), id, signed_in_id())
    return redirect(url_for(".index"), code=303)
