"""The bureau at work on an application: each thing a reviewer does."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import steps
from cecs.domain.applications import OPEN, Actor, IllegalMove, Status
from cecs.domain.certificates import CertificateState, new_dates
from cecs.domain.regime import ApplicationKind
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application, MissingItem
from cecs.models.educators import (
    Certificate,
    CertificateEndorsement,
    RecordState,
)
from cecs.services import status
from cecs.services.applications import answered
from cecs.services.certificates import facts
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked

SENT_ON = f"became_{Status.SECOND_REVIEW}"
WAITS_FOR_START = (Status.WAITING_FIRST_REVIEW, Status.WAITING_REVIEW)

# What a reviewer may do in each state, by the names of the functions below.
ABLE = {
    Status.AWAITING_PAYMENT: ("record",),
    Status.AWAITING_MAILED_PAYMENT: ("record",),
    Status.WAITING_FIRST_REVIEW: ("start",),
    Status.WAITING_REVIEW: ("start",),
    Status.IN_REVIEW: ("ask", "hold", "approve", "recommend_denial"),
    Status.MISSING_CREDENTIALS: ("receive",),
    Status.ON_HOLD: ("resume",),
    Status.SECOND_REVIEW: ("confirm_approval", "confirm_denial", "send_back"),
}


def application(id: UUID) -> Application:
    """An application that was submitted, whoever's it is: for staff. Raises Gone."""
    found = db.session.get(Application, id)
    if found is None or found.status is Status.DRAFT:
        raise Gone(f"Application {id}")
    return found


def actions(found: Application, by_id: int) -> frozenset[str]:
    """What this reviewer may do with it now, by the names in `ABLE`."""
    if found.person_id == by_id:
        return frozenset()
    able = set(ABLE.get(found.status, ()))
    if found.status is Status.SECOND_REVIEW and recommended_by(found) == by_id:
        able.clear()
    if needs_two(found) and "approve" in able:
        able.symmetric_difference_update({"approve", "recommend_approval"})
    if found.status in OPEN and found.background_checked_at is None:
        able.add("tick_background")
    return frozenset(able)


def lacking(desk: Desk, found: Application) -> tuple[Sentence, ...]:
    """What still stands between this application and its approval; empty when nothing does."""
    return tuple(_lacking(desk.regime.kind(found.kind), found))


def needs_two(found: Application) -> bool:
    """Whether two people decide: the record shows discipline, or a disclosure was made."""
    disciplined = found.educator is not None and found.educator.disciplined
    return disciplined or steps.discloses(answered(found))


def staff_names(found: Application) -> dict[int, str]:
    """Who did what: the names behind `by_id` of its events."""
    ids = {event.by_id for event in found.events} - {None}
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))
    return {person.id: f"{person.first_name} {person.last_name}" for person in people}


def recommended_by(found: Application) -> int | None:
    """Who last asked for a second review of it."""
    asked = [event for event in found.events if event.name == SENT_ON]
    return asked[-1].by_id if asked else None


def start(desk: Desk, id: UUID, by_id: int) -> None:
    """Takes it up, first or again. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        _expect(found, *WAITS_FOR_START)
        status.become(desk, found, Status.IN_REVIEW, Actor.REVIEWER, by_id)
        db.session.commit()


def ask(desk: Desk, id: UUID, by_id: int, words: str) -> None:
    """Asks for what is missing, an item a line; the mail says what. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        items = [line.strip() for line in words.splitlines() if line.strip()]
        for item in items:
            found.missing.append(MissingItem(words=item, asked_at=desk.now()))
        wanted = Status.MISSING_CREDENTIALS
        status.become(desk, found, wanted, Actor.REVIEWER, by_id, words="\n".join(items))
        db.session.commit()


def receive(desk: Desk, id: UUID, by_id: int, item_id: int) -> None:
    """Notes that an item came; with the last one the review goes on. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        _expect(found, Status.MISSING_CREDENTIALS)
        waiting = [item for item in found.missing if item.received_at is None]
        item = next((item for item in waiting if item.id == item_id), None)
        if item is None:
            raise Refused(Sentence("This item is not waited for any more."))
        item.received_at = desk.now()
        status.note(desk, found, "item_received", by_id, words=item.words)
        if waiting == [item]:
            status.become(desk, found, Status.WAITING_REVIEW, Actor.REVIEWER, by_id)
        db.session.commit()


def hold(desk: Desk, id: UUID, by_id: int, reason: str) -> None:
    """Pauses the review; the applicant reads the reason. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        status.become(desk, found, Status.ON_HOLD, Actor.REVIEWER, by_id, words=reason)
        db.session.commit()


def resume(desk: Desk, id: UUID, by_id: int) -> None:
    """Goes on after a pause. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        _expect(found, Status.ON_HOLD)
        status.become(desk, found, Status.IN_REVIEW, Actor.REVIEWER, by_id)
        db.session.commit()


def tick_background(desk: Desk, id: UUID, by_id: int) -> None:
    """Notes that the background check came back clear. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        _expect(found, *OPEN)
        if found.background_checked_at is None:
            found.background_checked_at = desk.now()
            status.note(desk, found, "background_checked", by_id)
        db.session.commit()


def choose_certificate(desk: Desk, id: UUID, by_id: int, certificate_id: int) -> None:
    """Says which certificate of the linked record is meant, where words named it.

    Raises Gone, Refused.
    """
    with reviewing(id, by_id) as found:
        _expect(found, *OPEN)
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
    """Issues the certificate and replaces the old one, all or nothing. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        _expect(found, Status.IN_REVIEW)
        if needs_two(found):
            raise Refused(Sentence("Two people decide about this application."))
        _issue(desk, found, Actor.REVIEWER, by_id)
        db.session.commit()


def recommend_approval(desk: Desk, id: UUID, by_id: int, reason: str) -> None:
    """Asks another person to approve what one alone may not. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        _expect(found, Status.IN_REVIEW)
        for sentence in lacking(desk, found):
            raise Refused(sentence)
        wanted = Status.SECOND_REVIEW
        status.become(desk, found, wanted, Actor.REVIEWER, by_id, recommended=reason)
        db.session.commit()


def confirm_approval(desk: Desk, id: UUID, by_id: int) -> None:
    """Issues, as the second of two people. Raises Gone, Refused."""
    with _second_review(id, by_id) as found:
        _issue(desk, found, Actor.SECOND_REVIEWER, by_id)
        db.session.commit()


def recommend_denial(desk: Desk, id: UUID, by_id: int, reason: str) -> None:
    """Asks another person to confirm a denial; nothing is denied yet. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        wanted = Status.SECOND_REVIEW
        status.become(desk, found, wanted, Actor.REVIEWER, by_id, recommended=reason)
        db.session.commit()


def confirm_denial(desk: Desk, id: UUID, by_id: int, reason: str) -> None:
    """Denies; `reason` goes to the applicant. Raises Gone, Refused."""
    with _second_review(id, by_id) as found:
        status.become(desk, found, Status.DENIED, Actor.SECOND_REVIEWER, by_id, words=reason)
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


@contextmanager
def _second_review(id: UUID, by_id: int) -> Iterator[Application]:
    with reviewing(id, by_id) as found:
        _expect(found, Status.SECOND_REVIEW)
        if recommended_by(found) == by_id:
            raise Refused(Sentence("Another person must confirm what you recommended."))
        yield found


def _moved_on() -> Refused:
    return Refused(Sentence("The application has moved on meanwhile. This is how it is now."))


def _expect(found: Application, *statuses: Status) -> None:
    if found.status not in statuses:
        raise _moved_on()


def _lacking(kind: ApplicationKind, found: Application) -> Iterator[Sentence]:
    if found.educator is None or found.educator.state is not RecordState.ACTIVE:
        yield Sentence("The bureau has not linked this person with a record yet.")
    if not kind.from_types and found.educator and found.educator.certificates:
        yield Sentence("This is for someone without a certificate, and the record has one.")
    if kind.from_types and found.certificate is None:
        yield Sentence("Nobody has chosen the certificate that this application is about.")
    if found.certificate and found.certificate.state != CertificateState.ACTIVE:
        yield Sentence("The certificate that this application is about is not active any more.")
    if found.background_checked_at is None:
        yield Sentence("The background check is not done.")
    if any(fee.paid_at is None for fee in found.fees if fee.cents):
        yield Sentence("The fees are not paid.")
    if kind.endorsements != "keep" and not _requested(found):
        yield Sentence("The application names no endorsement.")


def _requested(found: Application) -> list[str]:
    """The endorsements that the applicant asked for."""
    for answer in found.answers:
        if answer.slug == "request":
            return list(answer.content.get("endorsements", []))
    return []


def _issue(desk: Desk, found: Application, actor: Actor, by_id: int) -> None:
    """Issues what was asked for; in the caller's transaction. Raises Refused."""
    kind = desk.regime.kind(found.kind)
    if found.certificate_id is not None:
        # Two applications about one certificate must not both replace it.
        db.session.get(
            Certificate, found.certificate_id, with_for_update=True, populate_existing=True
        )
    for sentence in _lacking(kind, found):
        raise Refused(sentence)
    found.issued_certificate = _issued(desk, found, kind)
    if found.certificate:
        renews = kind.begins == "day_after_expiry"
        found.certificate.state = (
            CertificateState.RENEWED if renews else CertificateState.SUPERSEDED
        )
    status.become(desk, found, Status.ISSUED, actor, by_id)


def _issued(desk: Desk, found: Application, kind: ApplicationKind) -> Certificate:
    old, today = found.certificate, desk.today()
    known = facts(old) if old else None
    first, last = new_dates(desk.regime, kind.code, known, found.filed_on or today, today)
    kept = list(known.endorsements) if known and kind.endorsements != "choose" else []
    asked = _requested(found) if kind.endorsements != "keep" else []
    return Certificate(
        educator_id=found.educator_id,
        type_code=kind.to_type or (known.type_code if known else ""),
        issued_on=today,
        valid_from=first,
        expires_on=last,
        state=CertificateState.ACTIVE,
        endorsements=[CertificateEndorsement(code=code) for code in sorted({*kept, *asked})],
    )
