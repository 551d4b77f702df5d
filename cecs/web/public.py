"""The pages that anyone may read."""

from flask import Blueprint, Response

from cecs.services import letters
from cecs.web.htmx import page

bp = Blueprint("public", __name__)


@bp.get("/")
def home() -> Response:
    return page("public/home.html")


@bp.get("/help")
def help() -> Response:
    return page("public/help.html", accepted=letters.ACCEPTED, not_taken=letters.NOT_TAKEN)


@bp.get("/contact")
def contact() -> Response:
    return page("public/contact.html")
