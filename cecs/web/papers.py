"""What an educator puts into the envelope with a mailed payment: the slip and its barcode."""

import uuid

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from cecs.services import applications, letters
from cecs.web import downloads
from cecs.web.desk import desk, signed_in_id
from cecs.web.filters import say

bp = Blueprint("papers", __name__, url_prefix="/applications")


@bp.get("/<uuid:id>/slip.svg")
def barcode(id: uuid.UUID) -> ResponseReturnValue:
    own = applications.owned_by(signed_in_id(), id)
    return Response(letters.barcode(own), mimetype="image/svg+xml")


@bp.get("/<uuid:id>/slip.pdf")
def slip(id: uuid.UUID) -> ResponseReturnValue:
    own = applications.owned_by(signed_in_id(), id)
    reader = letters.Reader(get_locale().language, say)
    return downloads.pdf(letters.slip(desk(), own, reader), own.reference)
