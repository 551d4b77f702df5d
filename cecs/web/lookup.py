"""The public lookup: anyone, at once, without an account."""

from flask import Blueprint, Response, request

from cecs.extensions import limiter
from cecs.services import lookup
from cecs.web.desk import desk
from cecs.web.forms.lookup import ASKING, LookupForm
from cecs.web.htmx import page

bp = Blueprint("lookup", __name__, url_prefix="/lookup")


@bp.get("")
@limiter.limit("60/minute")
def search() -> Response:
    regime = desk().regime
    is_asking = any(name in request.args for name in ASKING)
    form = LookupForm(request.args, regime.office, regime.districts.values())
    if not is_asking or not form.validate():
        return page("lookup/search.html", 422 if form.errors else 200, form=form, answer=None)
    answer = lookup.search(desk(), form.question)
    return page("lookup/search.html", form=form, answer=answer)
