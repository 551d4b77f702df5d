"""Who is this? What a person says of themselves is matched with the registry, once."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from secrets import SystemRandom

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain import educator_numbers, matching, names
from cecs.domain.applications import OPEN
from cecs.domain.certificates import CertificateState
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.models.educators import Educator, FormerName, RecordState, SealedSsn
from cecs.models.office import Acknowledgement, Outcome, Registration, Task, TaskKind
from cecs.services import outbox
from cecs.services.transactions import Gone, locked

ACTED_AGAINST = {
    CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.SURRENDERED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of themselves: a number (nine digits), or a signed statement of none."""

    first_name: str
    last_name: str
    other_last_names: str  # parted by commas
    birth_date: date
    ssn: str | None
    signature: str | None = None

    @property
    def others(self) -> tuple[str, ...]:
        """The other last names, one by one."""
        return parted(self.other_last_names)


class NotLinked(Exception):
    """Why staff cannot settle a task this way; `sentence` is for them."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.text)
        self.sentence = sentence


def parted(text: str) -> tuple[str, ...]:
    """The names in a text that lists them."""
    return tuple(name.strip() for name in re.split(r"[,;\n]", text) if name.strip())


def registration_of(person_id: int) -> Registration | None:
    """What this person registered, or None."""
    return db.session.get(Registration, person_id)


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
    if outcome is Outcome.LINKED and not _linked(person, match.educator_id):
        outcome, reason = (
            Outcome.CHECK,
            Sentence("The record is linked to another account already."),
        )
    if outcome is Outcome.NEW:
        person.educator_id = _pending_record(desk, said).id
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


def link(desk: Desk, task_id: int, educator_id: int, by_id: int) -> None:
    """Settles a check: the person is this educator. Raises Gone, NotLinked.

    A record made at registration that turns out not to be needed is taken back.
    """
    task, person = _to_settle(task_id, by_id)
    educator = db.session.get(Educator, educator_id)
    if educator is None:
        db.session.rollback()
        raise Gone(f"Educator {educator_id}")
    pending = person.educator if person.educator_id != educator_id else None
    if not _linked(person, educator_id):
        db.session.rollback()
        raise NotLinked(Sentence("This record is linked to another account already."))
    educator.state = RecordState.ACTIVE
    _settle(desk, task, person, by_id)
    if pending is not None:
        _take_back(pending)
    db.session.commit()


def make_record(desk: Desk, task_id: int, by_id: int) -> None:
    """Settles a check: the person has no record yet, and gets one. Raises Gone, NotLinked."""
    task, person = _to_settle(task_id, by_id)
    if person.educator is None:
        person.educator_id = _pending_record(desk, _said(desk, person.id)).id
        db.session.flush()
        db.session.refresh(person)
    assert person.educator is not None
    person.educator.state = RecordState.ACTIVE
    _settle(desk, task, person, by_id)
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
        .where(Educator.id.in_(ids))
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


def _linked(person: Person, educator_id: object) -> bool:
    """Links them, unless the unique constraint knows of another account that came first."""
    try:
        with db.session.begin_nested():
            person.educator_id = educator_id  # type: ignore[assignment]
    except IntegrityError:
        return False
    db.session.refresh(person)
    return True


def _pending_record(desk: Desk, said: Said) -> Educator:
    """A new record under a number that nobody has, flushed; its number is sealed."""
    educator = _numbered(desk, said)
    db.session.add_all(
        FormerName(educator_id=educator.id, last_name=name, last_key=names.key(name))
        for name in said.others
    )
    if said.ssn:
        _seal(desk, educator.id, said.ssn)
    return educator


def _numbered(desk: Desk, said: Said) -> Educator:
    for _ in range(20):
        educator = Educator(
            number=educator_numbers.make(
                desk.regime.office.educator_number_digits, SystemRandom()
            ),
            first_name=said.first_name, last_name=said.last_name, birth_date=said.birth_date,
            first_key=names.key(said.first_name), last_key=names.key(said.last_name),
            state=RecordState.PENDING,
        )  # fmt: skip
        try:
            with db.session.begin_nested():
                db.session.add(educator)
            return educator
        except IntegrityError:
            continue
    raise RuntimeError("no free educator number was found")


def _seal(desk: Desk, educator_id: int, ssn: str) -> None:
    db.session.add(
        SealedSsn(
            educator_id=educator_id,
            sealed=desk.vault.seal(ssn, f"sealed_ssn/{educator_id}"),
            blind_index=desk.vault.blind_index("ssn", ssn),
            key_id=desk.vault.key_id,
        )
    )


def _keep(desk: Desk, person_id: int, said: Said, outcome: Outcome, reason: Sentence) -> None:
    """Writes down what was said. The number waits here only until the bureau has checked."""
    waits = said.ssn if outcome is Outcome.CHECK else None
    version = desk.regime.office.no_ssn_statement.version
    db.session.add(
        Registration(
            person_id=person_id,
            first_name=said.first_name,
            last_name=said.last_name,
            other_last_names=said.other_last_names,
            birth_date=said.birth_date,
            sealed_ssn=desk.vault.seal(waits, f"registration/{person_id}") if waits else None,
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


def _to_settle(task_id: int, by_id: int) -> tuple[Task, Person]:
    task = locked(Task, task_id)
    if task.kind is not TaskKind.IDENTITY or task.closed_at or task.person_id is None:
        db.session.rollback()
        raise Gone(f"Task {task_id} is not an open check")
    if task.person_id == by_id:
        db.session.rollback()
        raise NotLinked(Sentence("Someone else must check who you are."))
    return task, db.session.get_one(Person, task.person_id)


def _settle(desk: Desk, task: Task, person: Person, by_id: int) -> None:
    """Closes the task, gives the applications their educator, and tells the person."""
    said = db.session.get_one(Registration, person.id)
    assert person.educator_id is not None
    if said.sealed_ssn and db.session.get(SealedSsn, person.educator_id) is None:
        _seal(desk, person.educator_id, desk.vault.unseal(said.sealed_ssn, _place(person.id)))
    said.sealed_ssn = None
    said.outcome = Outcome.LINKED
    task.closed_at, task.closed_by_id = desk.now(), by_id
    db.session.execute(
        sa.update(Application)
        .where(Application.person_id == person.id, Application.status.in_(OPEN))
        .values(educator_id=person.educator_id)
    )
    values = {"name": person.first_name, "url": desk.settings.public_url}
    outbox.put(desk, "identity_checked", person.email, values, None, person.id)


def _take_back(pending: Educator) -> None:
    """Deletes a record that never was active; what ended meanwhile no longer points to it."""
    ended = sa.update(Application).where(Application.educator_id == pending.id)
    db.session.execute(ended.values(educator_id=None))
    for model in (SealedSsn, FormerName):
        db.session.execute(sa.delete(model).where(model.educator_id == pending.id))
    db.session.execute(sa.delete(Educator).where(Educator.id == pending.id))


def _said(desk: Desk, person_id: int) -> Said:
    kept = db.session.get_one(Registration, person_id)
    ssn = desk.vault.unseal(kept.sealed_ssn, _place(person_id)) if kept.sealed_ssn else None
    return Said(
        kept.first_name, kept.last_name, kept.other_last_names, kept.birth_date, ssn,
        kept.no_ssn_signature,
    )  # fmt: skip


def _place(person_id: int) -> str:
    return f"registration/{person_id}"
