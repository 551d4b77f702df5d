"""What staff do for people who cannot help themselves: open an account, move it to a new email."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain import educator_numbers
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person, Role
from cecs.models.educators import Educator
from cecs.models.office import Task, TaskKind
from cecs.services import accounts, outbox, retirements, sign_in
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked

TAKEN = Sentence("There is an account with this email address already.")


def open_account(desk: Desk, task_id: int, first: str, last: str, email: str, by_id: int) -> None:
    """Opens the account that was asked for; its two mails go out. Raises Gone, Refused."""
    if accounts.add_account(desk, first, last, email) is None:
        raise Refused(TAKEN)
    _close(desk, _waiting(task_id, TaskKind.SIGN_UP), by_id)
    db.session.commit()


def find_account(desk: Desk, words: str) -> Person | None:
    """The account of that username, email or educator number, for staff; None: there is none."""
    key = words.strip().casefold()
    number = educator_numbers.normalise(words, desk.regime.office.educator_number_digits)
    fits = sa.or_(Person.username == key, Person.email_key == key)
    if number:
        kept = retirements.kept_number(number)
        fits = sa.or_(fits, Person.educator.has(Educator.number == kept))
    return db.session.scalars(sa.select(Person).where(fits).limit(1)).one_or_none()


def named(words: str, at_most: int = 20) -> Sequence[Person]:
    """Accounts whose last name, or first and last name, begins so; for staff, by name."""
    begun = words.strip().lower()
    if not begun:
        return ()
    whole = sa.func.lower(Person.first_name + " " + Person.last_name)
    fits = [
        name.startswith(begun, autoescape=True) for name in (sa.func.lower(Person.last_name), whole)
    ]
    chosen = sa.select(Person).where(sa.or_(*fits))
    by_name = chosen.order_by(Person.last_name, Person.first_name, Person.id)
    return db.session.scalars(by_name.limit(at_most)).all()


def change_email(
    desk: Desk, task_id: int, person_id: int, email: str, how: str, by_id: int
) -> None:
    """Moves an account to another email, where username and a temporary password are sent.

    All sign-ins end, and the old address is told. `how` the person was known is kept with the
    request. Raises Gone, Refused.
    """
    person = locked(Person, person_id)
    task = _waiting(task_id, TaskKind.LOST_MAILBOX)
    if (refusal := _may_not(person, by_id)) is not None:
        db.session.rollback()
        raise Refused(refusal)
    values = {"name": person.first_name}
    outbox.put(desk, "email_changed", person.email, values, None, person.id)
    try:
        with db.session.begin_nested():
            person.email, person.email_key = email.strip(), email.strip().casefold()
    except IntegrityError:
        db.session.rollback()
        raise Refused(TAKEN) from None
    sign_in.end_all(desk, person.id)
    accounts.mail_both(desk, person)
    task.person_id, task.details = person.id, task.details | {"how": how}
    _close(desk, task, by_id)
    db.session.commit()


def _may_not(person: Person, by_id: int) -> Sentence | None:
    """Why this member of staff may not move this account."""
    by = db.session.get_one(Person, by_id)
    if person.id == by_id:
        return Sentence("Someone else must do this for your own account.")
    if person.is_staff and by.role is not Role.ADMINISTRATOR:
        return Sentence("This account belongs to staff. An administrator must do this.")
    return None


def _waiting(task_id: int, kind: TaskKind) -> Task:
    """The open request, held in the caller's transaction. Raises Gone."""
    task = db.session.get(Task, task_id, with_for_update=True, populate_existing=True)
    if task is None or task.kind is not kind or task.closed_at:
        db.session.rollback()
        raise Gone(f"Task {task_id} is not an open request of that kind")
    return task


def _close(desk: Desk, task: Task, by_id: int) -> None:
    task.closed_at, task.closed_by_id = desk.now(), by_id
