"""Where a route finds what the services need."""

from flask import current_app
from flask_login import current_user

from cecs.desk import Desk


def desk() -> Desk:
    """The desk that `create_app` laid for this application."""
    found: Desk = current_app.extensions["cecs_desk"]
    return found


def signed_in_id() -> int:
    """The id of the person who is signed in; routes that ask are behind a sign-in."""
    return int(current_user.person_id)
