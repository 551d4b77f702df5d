"""Receipts of an educator's own payments, on a page and on paper."""

import uuid

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from cecs.services import applications, letters, receipts
from cecs.web import downloads
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say
from cecs.web.htmx import page

bp = Blueprint("receipts", __name__, url_prefix="/payments")


def _own(id: uuid.UUID, key: str) -> receipts.Receipt:
    return receipts.receipt(desk(), applications.owned_by(signed_in_id(), id), key)


@bp.get("/<uuid:id>/receipts/<key>")
def receipt(id: uuid.UUID, key: str) -> ResponseReturnValue:
    return page("payments/receipt.html", receipt=_own(id, key), application_id=id)


@bp.get("/<uuid:id>/receipts/<key>.pdf")
def paper(id: uuid.UUID, key: str) -> ResponseReturnValue:
    found = _own(id, key)
    reader = letters.Reader(get_locale().language, say)
    return downloads.pdf(letters.receipt(desk(), found, reader), found.number)
