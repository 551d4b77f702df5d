"""The bureau checks who somebody is: links the person with a record, or makes one."""

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import OPEN
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.models.educators import Educator, FormerName, RecordState, SealedSsn
from cecs.models.office import Outcome, Registration, Task, TaskKind
from cecs.services import outbox, tasks
from cecs.services.records import Said, link_account, pending_record, seal_number
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked


def link(desk: Desk, task_id: int, educator_id: int, by_id: int) -> None:
    """Settles a check: the person is this educator. Raises Gone, Refused.

    A record made at registration that turns out not to be needed is taken back.
    """
    task, person = _to_settle(task_id, by_id)
    may_be_meant = {each.id for each in tasks.candidates(task_id)}  # not just any record
    educator = db.session.get(Educator, educator_id, with_for_update=True, populate_existing=True)
    if educator is None or educator.state is RecordState.RETIRED or educator.id not in may_be_meant:
        db.session.rollback()
        raise Gone(f"Educator {educator_id}")
    pending = person.educator if person.educator_id != educator_id else None
    if not link_account(person, educator_id):
        db.session.rollback()
        raise Refused(Sentence("This record is linked to another account already."))
    educator.state = RecordState.ACTIVE
    _settle(desk, task, person, by_id)
    if pending is not None:
        _take_back(pending)
    db.session.commit()


def make_record(desk: Desk, task_id: int, by_id: int) -> None:
    """Settles a check: the person has no record yet, and gets one. Raises Gone, Refused."""
    task, person = _to_settle(task_id, by_id)
    if person.educator is None:
        said = _said(desk, person.id)
        if said.ssn and _has_record(desk, said.ssn):
            db.session.rollback()
            raise Refused(
                Sentence(
                    "A record with the Social Security number of this check is there already. "
                    "Link to it."
                )
            )
        person.educator_id = pending_record(desk, said).id
        db.session.flush()
        db.session.refresh(person)
    assert person.educator is not None
    person.educator.state = RecordState.ACTIVE
    _settle(desk, task, person, by_id)
    db.session.commit()


def _to_settle(task_id: int, by_id: int) -> tuple[Task, Person]:
    task = locked(Task, task_id)
    if task.kind is not TaskKind.IDENTITY or task.closed_at or task.person_id is None:
        db.session.rollback()
        raise Gone(f"Task {task_id} is not an open check")
    if task.person_id == by_id:
        db.session.rollback()
        raise Refused(Sentence("Someone else must check who you are."))
    return task, db.session.get_one(Person, task.person_id)


def _settle(desk: Desk, task: Task, person: Person, by_id: int) -> None:
    """Closes the task, gives the applications their educator, and tells the person."""
    said = db.session.get_one(Registration, person.id)
    assert person.educator_id is not None
    if said.sealed_ssn and db.session.get(SealedSsn, person.educator_id) is None:
        seal_number(desk, person.educator_id, desk.vault.unseal(said.sealed_ssn, _place(person.id)))
    said.sealed_ssn = said.ssn_index = None
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


def _has_record(desk: Desk, ssn: str) -> bool:
    index = desk.vault.blind_index("ssn", ssn)
    held = sa.select(sa.func.count()).where(SealedSsn.blind_index == index)
    return bool(db.session.scalar(held))


def _place(person_id: int) -> str:
    return f"registration/{person_id}"
