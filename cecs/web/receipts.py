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
KEY = "int(max=2147483647):key"


def _own(id: uuid.UUID, key: int) -> receipts.Receipt:
    return receipts.receipt(desk(), applications.owned_by(signed_in_id(), id), key)


@bp.get(f"/<uuid:id>/receipts/<{KEY}>")
def receipt(id: uuid.UUID, key: int) -> ResponseReturnValue:
    return page("payments/receipt.html", receipt=_own(id, key), application_id=id)


@bp.get(f"/<uuid:id>/receipts/<{KEY}>.pdf")
def paper(id: uuid.UUID, key: int) -> ResponseReturnValue:
    found = _own(id, key)
    reader = letters.Reader(get_locale().language, say)
    return downloads.pdf(letters.receipt(desk(), found, reader), found.number)
