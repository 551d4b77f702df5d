"""The bureau at work on an application: each thing a reviewer does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import denials, names, steps
from cecs.domain.applications import OPEN, Actor, IllegalMove, Status
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application, Event
from cecs.models.educators import (
    Certificate,
)
from cecs.services import denied, issuing, status
from cecs.services.applications import answered
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked

WAITS_FOR_START = (Status.WAITING_FIRST_REVIEW, Status.WAITING_REVIEW)

# What a reviewer may do in each state, by the names of its services: those below, and asking for
# what is missing, and reviews of denials.
ABLE = {
    Status.AWAITING_PAYMENT: ("record",),
    Status.AWAITING_MAILED_PAYMENT: ("record",),
    Status.APPROVED_BALANCE_DUE: ("record",),
    Status.WAITING_FIRST_REVIEW: ("start",),
    Status.WAITING_REVIEW: ("start",),
    Status.IN_REVIEW: ("ask", "hold", "approve", "recommend_denial"),
    Status.MISSING_CREDENTIALS: ("ask", "receive", "not_needed"),
    Status.ON_HOLD: ("resume",),
    Status.SECOND_REVIEW: ("confirm_approval", "confirm_denial", "send_back"),
    Status.DENIED: ("review_asked",),
    Status.DECISION_REVIEW: ("decide_review",),
}


def application(id: UUID) -> Application:
    """An application that was submitted, whoever's it is: for staff. Raises Gone."""
    found = db.session.get(Application, id)
    if found is None or found.status is Status.DRAFT:
        raise Gone(f"Application {id}")
    return found


def may(action: str, by_id: int) -> bool:
    """Whether this member of staff's role allows the action: booking money, or deciding."""
    by = db.session.get_one(Person, by_id)
    return by.handles_money if action == "record" else by.reviews


def actions(found: Application, by_id: int) -> frozenset[str]:
    """What this member of staff may do with it now, by the names in `ABLE`."""
    if found.person_id == by_id:
        return frozenset()
    able = set(ABLE.get(found.status, ()))
    if found.status is Status.SECOND_REVIEW and _recommended_by(found) == by_id:
        able.clear()
    denial = denied.of(found)
    if denial is None or not denial.may_be_asked:
        able.discard("review_asked")
    if denial is None or by_id in denial.by:
        able.discard("decide_review")
    if denied_before(found, by_id):
        able -= {"recommend_denial", "confirm_denial"}
    if needs_two(found) and "approve" in able:
        able.symmetric_difference_update({"approve", "recommend_approval"})
    if found.status in OPEN:
        unchecked = found.background_checked_at is None
        able.add("tick_background" if unchecked else "untick_background")
    return frozenset(action for action in able if may(action, by_id))


def needs_two(found: Application) -> bool:
    """Whether two people decide: the record shows discipline, or a disclosure was made."""
    disciplined = found.educator is not None and found.educator.disciplined
    return disciplined or steps.discloses(answered(found))


def is_in_another_name(found: Application) -> bool:
    """Whether account and record differ in first or last name; former last names are fine."""
    record, person = found.educator, found.person
    if record is None:
        return False
    lasts = {record.last_key, *(name.last_key for name in record.former_names)}
    return (
        names.key(person.last_name) not in lasts or names.key(person.first_name) != record.first_key
    )


def staff_names(found: Application) -> dict[int, str]:
    """Who did what: the names behind `by_id` of its events."""
    ids = {event.by_id for event in found.events} - {None}
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))
    return {person.id: f"{person.first_name} {person.last_name}" for person in people}


def recommendation(found: Application) -> Event | None:
    """What the second of two people decides about now; its details say why, and `advises`."""
    asked = [event for event in found.events if event.name == denied.SENT_ON]
    return asked[-1] if asked and found.status is Status.SECOND_REVIEW else None


def _recommended_by(found: Application) -> int | None:
    last = recommendation(found)
    return last.by_id if last else None


def denied_before(found: Application, by_id: int) -> bool:
    """Whether they denied what is reviewed again now, so that only others may deny it anew."""
    again = found.status in (Status.IN_REVIEW, Status.SECOND_REVIEW)
    return again and by_id in denied.by_whom(found)


def start(desk: Desk, id: UUID, by_id: int) -> None:
    """Takes it up, first or again. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        expect(found, *WAITS_FOR_START)
        status.become(desk, found, Status.IN_REVIEW, Actor.REVIEWER, by_id)
        db.session.commit()


def hold(desk: Desk, id: UUID, by_id: int, reason: str) -> None:
    """Pauses the review; the applicant reads the reason. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        status.become(desk, found, Status.ON_HOLD, Actor.REVIEWER, by_id, words=reason)
        db.session.commit()


def resume(desk: Desk, id: UUID, by_id: int) -> None:
    """Goes on after a pause. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        expect(found, Status.ON_HOLD)
        status.become(desk, found, Status.IN_REVIEW, Actor.REVIEWER, by_id)
        db.session.commit()


def tick_background(desk: Desk, id: UUID, by_id: int) -> None:
    """Notes that the background check came back clear. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        expect(found, *OPEN)
        if found.background_checked_at is None:
            found.background_checked_at = desk.now()
            status.note(desk, found, "background_checked", by_id)
        db.session.commit()


def untick_background(desk: Desk, id: UUID, by_id: int) -> None:
    """Takes a background check back that was noted by mistake. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        expect(found, *OPEN)
        if found.background_checked_at is not None:
            found.background_checked_at = None
            status.note(desk, found, "background_unchecked", by_id)
        db.session.commit()


def choose_certificate(desk: Desk, id: UUID, by_id: int, certificate_id: int) -> None:
    """Says which certificate of the linked record is meant, where words named it.

    Raises Gone, Refused.
    """
    with reviewing(id, by_id) as found:
        expect(found, *OPEN)
        meant = next((c for c in choosable(desk, found) if c.id == certificate_id), None)
        if meant is None:
            raise Refused(Sentence("This application cannot be about that certificate."))
        found.certificate_id = meant.id
        status.note(desk, found, "certificate_chosen", by_id, certificate=meant.id)
        db.session.commit()


def choosable(desk: Desk, found: Application) -> tuple[Certificate, ...]:
    """The certificates that an application without one could be about."""
    from_types = desk.regime.kind(found.kind).from_types
    if found.certificate_id is not None or found.educator is None:
        return ()
    return tuple(c for c in found.educator.certificates if c.type_code in from_types)


def approve(desk: Desk, id: UUID, by_id: int) -> None:
    """Issues the certificate and replaces the old one, all or nothing. Raises Gone, Refused.

    While a balance is due on approval, it is issued once that is paid.
    """
    with reviewing(id, by_id) as found:
        expect(found, Status.IN_REVIEW)
        if needs_two(found):
            raise Refused(Sentence("Two people decide about this application."))
        _approve(desk, found, Actor.REVIEWER, by_id)
        db.session.commit()


def recommend_approval(desk: Desk, id: UUID, by_id: int, reason: str) -> None:
    """Asks another person to approve what one alone may not. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        expect(found, Status.IN_REVIEW)
        for sentence in issuing.lacking(desk, found):
            raise Refused(sentence)
        said: dict[str, Any] = {"recommended": reason, "advises": "approval"}
        status.become(desk, found, Status.SECOND_REVIEW, Actor.REVIEWER, by_id, **said)
        db.session.commit()


def confirm_approval(desk: Desk, id: UUID, by_id: int) -> None:
    """Issues, as the second of two people. Raises Gone, Refused."""
    with _second_review(id, by_id) as found:
        _approve(desk, found, Actor.SECOND_REVIEWER, by_id)
        db.session.commit()


def recommend_denial(desk: Desk, id: UUID, by_id: int, reason: str) -> None:
    """Asks another person to confirm a denial; nothing is denied yet. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        _must_not_have_denied(found, by_id)
        said: dict[str, Any] = {"recommended": reason, "advises": "denial"}
        status.become(desk, found, Status.SECOND_REVIEW, Actor.REVIEWER, by_id, **said)
        db.session.commit()


def confirm_denial(desk: Desk, id: UUID, by_id: int, reason: str, law: str) -> None:
    """Denies; the applicant reads the reason, the law it rests on, and what can be done.

    Raises Gone, Refused.
    """
    with _second_review(id, by_id) as found:
        _must_not_have_denied(found, by_id)
        can_do = denials.recourse(desk.regime.office.denial, found.kind, desk.today())
        told = can_do.to_json() if can_do else None
        said: dict[str, Any] = {"words": reason, "law": law, "recourse": told}
        status.become(desk, found, Status.DENIED, Actor.SECOND_REVIEWER, by_id, **said)
        db.session.commit()


def send_back(desk: Desk, id: UUID, by_id: int) -> None:
    """Does not deny: the first review goes on. Raises Gone, Refused."""
    with _second_review(id, by_id) as found:
        status.become(desk, found, Status.IN_REVIEW, Actor.SECOND_REVIEWER, by_id)
        db.session.commit()


@contextmanager
def reviewing(id: UUID, by_id: int) -> Iterator[Application]:
    """Holds an application for somebody who may decide about it; what is refused leaves nothing."""
    found = locked(Application, id)
    try:
        if found.status is Status.DRAFT:
            raise Gone(f"Application {id}")
        if found.person_id == by_id:
            raise Refused(Sentence("Nobody reviews their own application."))
        yield found
    except IllegalMove as fault:
        db.session.rollback()
        raise _moved_on() from fault
    except BaseException:
        db.session.rollback()
        raise


def expect(found: Application, *statuses: Status) -> None:
    """Goes on only in one of these states. Raises Refused."""
    if found.status not in statuses:
        raise _moved_on()


@contextmanager
def _second_review(id: UUID, by_id: int) -> Iterator[Application]:
    with reviewing(id, by_id) as found:
        expect(found, Status.SECOND_REVIEW)
        if _recommended_by(found) == by_id:
            raise Refused(Sentence("Another person must confirm what you recommended."))
        yield found


def _must_not_have_denied(found: Application, by_id: int) -> None:
    if denied_before(found, by_id):
        raise Refused(
            Sentence(
                "You are one of the two whose denial was overturned. Other people must recommend "
                "and confirm another one."
            )
        )


def _moved_on() -> Refused:
    return Refused(Sentence("The application has moved on meanwhile. This is how it is now."))


def _approve(desk: Desk, found: Application, actor: Actor, by_id: int) -> None:
    """Issues at once, or once the balance is paid; in the caller's transaction."""
    found.approved_at = desk.now()
    if all(fee.paid_at for fee in found.fees):
        issuing.issue(desk, found, actor, by_id)
        return
    for sentence in issuing.lacking(desk, found):
        raise Refused(sentence)
    status.become(desk, found, Status.APPROVED_BALANCE_DUE, actor, by_id)
