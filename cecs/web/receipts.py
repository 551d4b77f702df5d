"""Receipts of an educator's own payments, on a page and on paper."""

import uuid

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cecs.services import applications, receipts
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import moment, say
from cecs.web.htmx import page

bp = Blueprint("receipts", __name__, url_prefix="/payments")
KEY = "int(max=2147483647):key"


def _own(id: uuid.UUID, key: int) -> receipts.Receipt:
    return receipts.receipt(desk(), applications.owned_by(signed_in_id(), id), key)


@bp.get(f"/<uuid:id>/receipts/<{KEY}>")
def receipt(id: uuid.UUID, key: int) -> ResponseReturnValue:
    return page("payments/receipt.html", receipt=_own(id, key), application_id=id)


@bp.get(f"/<uuid:id>/receipts/<{KEY}>.pdf")
def paper(id: uuid.UUID, key: int) -> ResponseReturnValue:
    found = _own(id, key)
    details = [
        (_("Receipt"), found.number),
        (_("Application"), found.reference),
        (_("Educator"), found.name),
        (_("Paid on"), moment(found.paid_at)),
        (_("Paid by"), say(found.how)),
    ]
    lines = [(say(title), str(cents)) for title, cents in found.lines]
    words = receipts.Words(
        title=_("Receipt %(number)s", number=found.number),
        columns=(_("Fee"), _("Amount")),
        total=_("Total paid"),
        note=_("The application fee is not refundable."),
    )
    pdf = receipts.on_paper(desk(), found, words, details, lines)
    return Response(pdf, mimetype="application/pdf", headers={"Cache-Control": "no-store"})
