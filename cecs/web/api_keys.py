"""The bureau's pages of keys to the API, and of what is sent to their holders."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from cecs.services import api_keys, roster_hooks
from cecs.services.refused import Refused
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.forms.api_keys import AddressForm, MakeForm
from cecs.web.htmx import page

bp = Blueprint("api_keys", __name__, url_prefix="/bureau/api-keys")
ID = "int(max=2147483647):id"
# Why no status came, by the gateway's word for it.
WHY = {
    "not_found": _l("The address leads nowhere"),
    "not_public": _l("The address leads into a private network"),
    "no_answer": _l("No answer"),
    "not_trusted": _l("The server's certificate is not trusted"),
}


@bp.route("", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    districts = desk().regime.districts
    form, made = MakeForm(districts.values()), ""
    if form.validate_on_submit():
        try:
            made = api_keys.make(desk(), signed_in_id(), form.district.data, form.label.data)
            form = MakeForm(districts.values(), formdata=None)  # another press makes no second
        except Refused as refused:
            form.form_errors = [say(refused.sentence)]
    # No redirect after a key was made: it is kept nowhere from which another page could show it.
    return page(
        "api/keys.html", 422 if form.errors else 200, form=form, made=made,
        keys=api_keys.made(), districts=districts, lost=roster_hooks.given_up(),
    )  # fmt: skip


@bp.get(f"/<{ID}>")
def key(id: int) -> ResponseReturnValue:
    return _key_page(id, AddressForm(None))


@bp.post(f"/<{ID}>/address")
def set_address(id: int) -> ResponseReturnValue:
    form, secret = AddressForm(), ""
    if form.validate_on_submit():
        try:
            secret = roster_hooks.set_address(desk(), id, signed_in_id(), form.address.data)
        except Refused as refused:
            form.address.errors = [say(refused.sentence)]
    # Here, too, no redirect: the secret is shown once.
    return _key_page(id, form, secret)


@bp.post(f"/<{ID}>/stop")
def stop(id: int) -> ResponseReturnValue:
    roster_hooks.stop(desk(), id)
    flash(_("Nothing is sent any more."))
    return redirect(url_for(".key", id=id), code=303)


@bp.post(f"/<{ID}>/deliveries/<int(max=2147483647):delivery>")
def send_again(id: int, delivery: int) -> ResponseReturnValue:
    roster_hooks.send_again(desk(), id, delivery)
    flash(_("It is on its way again."))
    return redirect(url_for(".key", id=id), code=303)


@bp.post(f"/<{ID}>/revoke")
def revoke(id: int) -> ResponseReturnValue:
    api_keys.revoke(desk(), id, signed_in_id())
    flash(_("The key is revoked."))
    return redirect(url_for(".index"), code=303)


def _key_page(id: int, form: AddressForm, secret: str = "") -> ResponseReturnValue:
    found = roster_hooks.key(id)
    response: ResponseReturnValue = page(
        "api/key.html", 422 if form.errors else 200, key=found, form=form, secret=secret,
        hook=roster_hooks.hook(id), deliveries=roster_hooks.deliveries(id), why=WHY,
        district=desk().regime.districts.get(found.district_code),
    )  # fmt: skip
    return response
