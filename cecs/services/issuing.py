"""Issuing a certificate: what must be settled before, and what is written then."""

from collections.abc import Iterator

from cecs.desk import Desk
from cecs.domain.applications import Actor, Status
from cecs.domain.certificates import CertificateState, new_dates
from cecs.domain.fees import FeeDue
from cecs.domain.regime import ApplicationKind
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.educators import Certificate, CertificateEndorsement, RecordState
from cecs.services import status
from cecs.services.certificates import facts
from cecs.services.refused import Refused


def lacking(desk: Desk, found: Application) -> tuple[Sentence, ...]:
    """What still stands between this application and its approval; empty when nothing does."""
    return tuple(_lacking(desk.regime.kind(found.kind), found))


def issue(desk: Desk, found: Application, actor: Actor, by_id: int | None) -> None:
    """Issues what was asked for and replaces the old one, in the caller's transaction.

    Raises Refused with the first thing that still stands in the way.
    """
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
    first = found.issued_certificate.valid_from
    later = Sentence("It counts from {day}.", day=first) if first > desk.today() else None
    told = later.to_json() if later else None
    status.become(desk, found, Status.ISSUED, actor, by_id, counts=told)


def preview(desk: Desk, found: Application) -> Certificate:
    """The certificate that an approval of today would issue; not kept."""
    return _issued(desk, found, desk.regime.kind(found.kind))


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
    yield from _unpaid(found)
    if kind.endorsements != "keep" and not _requested(found):
        yield Sentence("The application names no endorsement.")


def _unpaid(found: Application) -> Iterator[Sentence]:
    if any(fee.paid_at is None for fee in found.fees if fee.due is FeeDue.AT_SUBMISSION):
        yield Sentence("The fees are not paid.")


def _requested(found: Application) -> list[str]:
    """The endorsements that the applicant asked for."""
    for answer in found.answers:
        if answer.slug == "request":
            return list(answer.content.get("endorsements", []))
    return []
