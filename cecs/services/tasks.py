"""What waits for a person at the bureau."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import UNPAYABLE
from cecs.domain.fees import FeeDue
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.educators import Educator, SealedSsn
from cecs.models.office import Registration, Task, TaskKind
from cecs.models.payments import PaymentAttempt
from cecs.services import open_money, retirements
from cecs.services.transactions import Gone, locked


def open_tasks() -> Sequence[Task]:
    """All that is not settled, the oldest first. Money that was dealt with needs nobody."""
    waiting = sa.select(Task).where(Task.closed_at.is_(None))
    found = db.session.scalars(waiting.order_by(Task.opened_at, Task.id)).all()
    return [task for task in found if not is_dealt_with(task)]


def application_of(task: Task) -> Application | None:
    """The application whose payment did not stand; None for tasks about anything else."""
    if task.kind is not TaskKind.PAYMENT:
        return None
    return db.session.get(Application, uuid.UUID(task.details["application"]))


def is_dealt_with(task: Task) -> bool:
    """Whether nothing is left to do about the charge or the refund that a task tells of.

    A fee that is due again is nobody's once its application is over; money that must go back is.
    """
    application = application_of(task)
    if application is None:
        return False
    named = task.details.get("attempt")
    attempt = db.session.get(PaymentAttempt, uuid.UUID(named)) if named else None
    if "todo" in task.details:
        cents = task.details.get("cents", 0)
        return attempt is not None and not open_money.must_go_back(attempt, cents, task.opened_at)
    if attempt is not None:
        return not open_money.is_owed_again(attempt)
    return application.status in UNPAYABLE or not any(
        fee.paid_at is None and fee.due is FeeDue.AT_SUBMISSION for fee in application.fees
    )


def identity_check_of(person_id: int) -> Task | None:
    """The open check of who this person is, if there is one."""
    waiting = sa.select(Task).where(
        Task.kind == TaskKind.IDENTITY, Task.person_id == person_id, Task.closed_at.is_(None)
    )
    return db.session.scalars(waiting.order_by(Task.id).limit(1)).one_or_none()


def task(id: int) -> Task:
    """The task of that id, settled or not. Raises Gone."""
    found = db.session.get(Task, id)
    if found is None:
        raise Gone(f"Task {id}")
    return found


def candidates(task_id: int) -> Sequence[Educator]:
    """The records that an identity task may be about, by number; for staff only. Raises Gone.

    Records that were made since under the number that waits are among them.
    """
    found = task(task_id)
    said = db.session.get(Registration, found.person_id) if found.person_id else None
    index = said.ssn_index if said and not found.closed_at else None
    same_number = sa.select(SealedSsn.educator_id).where(SealedSsn.blind_index == index)
    ids = [retirements.kept(id) for id in found.details.get("candidates", [])]
    chosen = sa.select(Educator).where(sa.or_(Educator.id.in_(ids), Educator.id.in_(same_number)))
    return db.session.scalars(chosen.order_by(Educator.number)).all()


def close(desk: Desk, task_id: int, by_id: int) -> None:
    """Settles a request that needs no more than doing it. Raises Gone.

    Who somebody is gets settled in `identity_checks`, by `link` or `make_record`.
    """
    found = locked(Task, task_id)
    if found.closed_at or found.kind is TaskKind.IDENTITY:
        db.session.rollback()
        raise Gone(f"Task {task_id} cannot be closed like this")
    found.closed_at, found.closed_by_id = desk.now(), by_id
    db.session.commit()
