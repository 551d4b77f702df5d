"""The one place where an application's status changes."""

from typing import Any

from cecs.desk import Desk
from cecs.domain import applications as rules
from cecs.domain.applications import Actor, Status
from cecs.domain.sentences import Cents
from cecs.extensions import db
from cecs.models.applications import Application, Event
from cecs.services import outbox

# What has a mail of its own, which tells all details; the others' mail tells their words alone.
NOTICES = {
    Status.DENIED: "denied",
    Status.MISSING_CREDENTIALS: "missing_items",
    Status.ISSUED: "issued",
}


def become(
    desk: Desk,
    application: Application,
    wanted: Status,
    actor: Actor,
    by_id: int | None,
    mail: bool = True,
    **details: Any,
) -> None:
    """Moves an application, leaves an event and puts the mail about it in the outbox.

    No mail where `mail` is off, for the caller tells it by one of its own. In the caller's
    transaction, on a locked row. Raises domain.applications.IllegalMove.
    """
    application.status = rules.move(application.status, wanted, actor)
    note(desk, application, f"became_{wanted}", by_id, **details)
    if mail:
        _tell_status(desk, application, wanted, details)


def _tell_status(
    desk: Desk, application: Application, wanted: Status, details: dict[str, Any]
) -> None:
    words = rules.public(wanted)
    unpaid = Cents(sum(fee.cents for fee in application.fees if fee.paid_at is None))
    values = {
        "words": str(words.words),
        "explained": str(words.explained),
        "missing": details.get("words", ""),
        "due": str(unpaid) if wanted is Status.APPROVED_BALANCE_DUE else "",
    }
    if wanted in NOTICES:
        kind = desk.regime.kind(application.kind).title
        tell(desk, application, NOTICES[wanted], kind=kind, **details)
    else:
        tell(desk, application, "status_changed", **values)


def tell(desk: Desk, application: Application, notice: str, **values: Any) -> None:
    """Puts a mail to the applicant in the outbox, in the caller's transaction.

    Each has beside `values` the name, the reference, and the addresses of the status page and of
    the certificates.
    """
    person, site = application.person, desk.settings.public_url
    known = {
        "name": person.first_name,
        "reference": application.reference,
        "url": f"{site}/applications/{application.id}",
        "certificates_url": f"{site}/educator/",
    }
    outbox.put(desk, notice, person.email, known | values, None, person.id)


def note(
    desk: Desk, application: Application, name: str, by_id: int | None, **details: Any
) -> None:
    """Leaves an event that moves nothing, such as a saved answer."""
    db.session.add(
        Event(application_id=application.id, name=name, at=desk.now(), by_id=by_id, details=details)
    )
