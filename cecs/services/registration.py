"""Who is this? What a person says of themselves is matched with the registry, once."""

from collections.abc import Collection

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import matching, names
from cecs.domain.certificates import CertificateState
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.educators import Educator, FormerName, RecordState, SealedSsn
from cecs.models.office import Acknowledgement, Outcome, Registration, Task, TaskKind
from cecs.services.records import Said, link_account, pending_record
from cecs.services.transactions import Gone, locked

ACTED_AGAINST = {
    CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.SURRENDERED,
}  # fmt: skip


def registration_of(person_id: int) -> Registration | None:
    """What this person registered, or None."""
    return db.session.get(Registration, person_id)


def known_of(person_id: int) -> dict[str, str]:
    """What the account says already, to begin the form with. Raises Gone."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise Gone(f"Person {person_id}")
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
    }


def email_of(person_id: int) -> str:
    """The email of the account. Raises Gone."""
    email = db.session.scalar(sa.select(Person.email).where(Person.id == person_id))
    if email is None:
        raise Gone(f"Person {person_id}")
    return email


def register(desk: Desk, person_id: int, said: Said) -> Outcome:
    """Matches a person with the registry. Registering again changes nothing.

    The outcome may be shown; why it came so, and for which record, is for the bureau alone.
    """
    person = locked(Person, person_id)
    earlier = registration_of(person_id)
    if earlier is not None:
        outcome = earlier.outcome
        db.session.rollback()
        return outcome
    index = desk.vault.blind_index("ssn", said.ssn) if said.ssn else None
    found = _records(said, index)
    claim = matching.Claim(index, said.last_name, said.birth_date, said.others)
    match = matching.decide(claim, found)
    outcome, reason = Outcome(match.outcome), match.reason
    if outcome is Outcome.LINKED and not _stands(match.educator_id):
        return register(desk, person_id, said)  # it went in this moment: look again
    if outcome is Outcome.LINKED and not link_account(person, match.educator_id):
        outcome, reason = (
            Outcome.CHECK,
            Sentence("The record is linked to another account already."),
        )
    if outcome is Outcome.NEW and _given_by_another(index):
        outcome, reason = (
            Outcome.CHECK,
            Sentence("Another person who is being checked gave the same number."),
        )
    if outcome is Outcome.NEW:
        person.educator_id = pending_record(desk, said).id
    _keep(desk, person_id, said, outcome, reason)
    if outcome is not Outcome.LINKED:
        _open_task(desk, person_id, reason, found)
    db.session.commit()
    return outcome


def has_acknowledged(desk: Desk, person_id: int) -> bool:
    """Whether this person accepted the acknowledgement as it reads today."""
    return bool(
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Acknowledgement)
            .where(Acknowledgement.person_id == person_id)
            .where(Acknowledgement.version == desk.regime.office.acknowledgement.version)
        )
    )


def acknowledge(desk: Desk, person_id: int) -> None:
    """Keeps which version of the text this person accepted, and when."""
    locked(Person, person_id)
    if not has_acknowledged(desk, person_id):
        version = desk.regime.office.acknowledgement.version
        db.session.add(Acknowledgement(person_id=person_id, version=version, at=desk.now()))
    db.session.commit()


def _records(said: Said, index: str | None) -> list[matching.Record]:
    """The records that share the number, or a last name and the birth date."""
    keys = {names.key(name) for name in (said.last_name, *said.others)} - {""}
    former = sa.select(FormerName.educator_id).where(FormerName.last_key.in_(keys))
    alike = sa.select(Educator.id).where(Educator.birth_date == said.birth_date)
    ids = sa.union(
        sa.select(SealedSsn.educator_id).where(SealedSsn.blind_index == index),
        alike.where(Educator.last_key.in_(keys)),
        alike.where(Educator.id.in_(former)),
    )
    found = db.session.execute(
        sa.select(Educator, SealedSsn.blind_index, Person.id)
        .outerjoin(SealedSsn, SealedSsn.educator_id == Educator.id)
        .outerjoin(Person, Person.educator_id == Educator.id)
        .where(Educator.id.in_(ids), Educator.state != RecordState.RETIRED)
        .order_by(Educator.id)
    )
    return [_record(educator, held, owner) for educator, held, owner in found]


def _record(educator: Educator, index: str | None, owner_id: int | None) -> matching.Record:
    former = (name.last_name for name in educator.former_names)
    return matching.Record(
        educator_id=educator.id,
        ssn=index,
        last_names=(educator.last_name, *former),
        birth_date=educator.birth_date,
        active=educator.state is RecordState.ACTIVE,
        linked=owner_id is not None,
        disciplined=educator.disciplined
        or any(certificate.state in ACTED_AGAINST for certificate in educator.certificates),
    )


def _stands(educator_id: object) -> bool:
    """Whether a record was not merged or removed meanwhile; held until commit."""
    found = db.session.get(Educator, educator_id, with_for_update=True, populate_existing=True)
    return found is not None and found.state is not RecordState.RETIRED


def _given_by_another(index: str | None) -> bool:
    """Whether the number waits in somebody else's registration already."""
    if index is None:
        return False
    waits = sa.select(sa.func.count()).where(Registration.ssn_index == index)
    return bool(db.session.scalar(waits))


def _keep(desk: Desk, person_id: int, said: Said, outcome: Outcome, reason: Sentence) -> None:
    """Writes down what was said. The number waits here only until the bureau has checked."""
    waits = said.ssn if outcome is Outcome.CHECK else None
    index = desk.vault.blind_index("ssn", waits) if waits else None
    version = desk.regime.office.no_ssn_statement.version
    db.session.add(
        Registration(
            person_id=person_id,
            first_name=said.first_name,
            last_name=said.last_name,
            other_last_names=said.other_last_names,
            birth_date=said.birth_date,
            sealed_ssn=desk.vault.seal(waits, f"registration/{person_id}") if waits else None,
            ssn_index=index,
            no_ssn_signature=said.signature,
            no_ssn_version=version if said.signature else None,
            outcome=outcome,
            reason=reason.text,
            at=desk.now(),
        )  # fmt: skip
    )


def _open_task(
    desk: Desk, person_id: int, reason: Sentence, found: Collection[matching.Record]
) -> None:
    details = {
        "reason": reason.to_json(),
        "candidates": [record.educator_id for record in found],
    }
    db.session.add(
        Task(kind=TaskKind.IDENTITY, person_id=person_id, details=details, opened_at=desk.now())
    )
