"""Opening an account, and getting back into one."""

import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain import names, passwords
from cecs.extensions import db
from cecs.models.accounts import Person, Role
from cecs.models.office import OutgoingMail, Task, TaskKind
from cecs.services import outbox
from cecs.services.sign_in import HASHER
from cecs.services.transactions import writing

TEMPORARY_LASTS = timedelta(hours=72)
MAILS_AN_HOUR = 5


def create_account(desk: Desk, first: str, last: str, email: str) -> None:
    """Opens an account and puts its two mails in the outbox; warns the owner of a taken email.

    The caller learns nothing of which it was, and must not tell.
    """
    if add_account(desk, first, last, email) is None:
        _warn_owner(desk, email)
        return
    db.session.commit()


def add_account(desk: Desk, first: str, last: str, email: str) -> Person | None:
    """An educator's account and its two mails, for the caller to commit; None: email taken."""
    temporary = passwords.temporary(secrets.choice)
    person = _insert(desk, first, last, email, Role.EDUCATOR, HASHER.hash(temporary))
    if person is not None:
        _mail_username(desk, person)
        _mail_temporary(desk, person, temporary)
    return person


def mail_both(desk: Desk, person: Person) -> None:
    """Mails username and a new temporary password, in the caller's transaction."""
    temporary = passwords.temporary(secrets.choice)
    _set_temporary(desk, person, HASHER.hash(temporary))
    outbox.cancel(desk, "username", person.id)
    _mail_username(desk, person)
    _mail_temporary(desk, person, temporary)


def create_administrator(desk: Desk, first: str, last: str, email: str, temporary: str) -> str:
    """Makes a member of staff who may do everything; gives the username. Raises ValueError."""
    person = _insert(desk, first, last, email, Role.ADMINISTRATOR, HASHER.hash(temporary))
    if person is None:
        raise ValueError("An account with this email exists already.")
    username = person.username
    db.session.commit()
    return username


def send_again(desk: Desk, email: str) -> None:
    """Sends both mails anew, with a new temporary password, while none has been chosen."""
    _renew(desk, email, only_without_password=True, username_too=True)


def forgot_password(desk: Desk, email: str) -> None:
    """Mails a temporary password; the personal one works until this is used to sign in."""
    _renew(desk, email, only_without_password=False, username_too=False)


def forgot_username(desk: Desk, email: str) -> None:
    """Mails the username, if there is an account."""
    writing()
    person = _of_email(email)
    if person is not None and not _mailed_enough(desk, person, "username"):
        outbox.cancel(desk, "username", person.id)
        _mail_username(desk, person)
    db.session.commit()


def ask_the_bureau(desk: Desk, kind: TaskKind, details: dict[str, str]) -> None:
    """Opens a request that staff complete: no captcha was possible, or the mailbox is lost."""
    writing()
    db.session.add(Task(kind=kind, details=details, opened_at=desk.now()))
    db.session.commit()


def _renew(desk: Desk, email: str, only_without_password: bool, username_too: bool) -> None:
    temporary = passwords.temporary(secrets.choice)
    hashed = HASHER.hash(temporary)
    writing()
    person = _of_email(email)
    wanted = person is not None and not (only_without_password and person.password_hash)
    if person is not None and wanted and not _mailed_enough(desk, person, "temporary_password"):
        _set_temporary(desk, person, hashed)
        if username_too:
            outbox.cancel(desk, "username", person.id)
            _mail_username(desk, person)
        _mail_temporary(desk, person, temporary)
    db.session.commit()


def _set_temporary(desk: Desk, person: Person, hashed: str) -> None:
    person.temporary_hash = hashed
    person.temporary_until = desk.now() + TEMPORARY_LASTS
    outbox.cancel(desk, "temporary_password", person.id)


def _mailed_enough(desk: Desk, person: Person, notice: str) -> bool:
    """Whether nobody would need another one yet: strangers must not flood a mailbox."""
    lately = (
        sa.select(sa.func.count())
        .select_from(OutgoingMail)
        .where(OutgoingMail.person_id == person.id)
        .where(OutgoingMail.notice == notice)
        .where(OutgoingMail.created_at > desk.now() - timedelta(hours=1))
    )
    return (db.session.scalar(lately) or 0) >= MAILS_AN_HOUR


def _insert(
    desk: Desk, first: str, last: str, email: str, role: Role, hashed: str
) -> Person | None:
    """The new row, flushed; None when the email is taken. A taken username is drawn again."""
    key = email.strip().casefold()
    for _ in range(20):
        stem = names.username_stem(first, last)
        person = Person(
            username=f"{stem}{secrets.randbelow(10_000):04}", email=email.strip(), email_key=key,
            first_name=first.strip(), last_name=last.strip(), role=role, created_at=desk.now(),
            temporary_hash=hashed, temporary_until=desk.now() + TEMPORARY_LASTS,
        )  # fmt: skip
        writing()
        db.session.add(person)
        try:
            db.session.flush()
            return person
        except IntegrityError:
            db.session.rollback()
            if _of_email(email) is not None:
                return None
    raise RuntimeError("no free username was found")


def _of_email(email: str) -> Person | None:
    return db.session.scalar(sa.select(Person).where(Person.email_key == email.strip().casefold()))


def _warn_owner(desk: Desk, email: str) -> None:
    writing()
    owner = _of_email(email)
    if owner is not None and not _mailed_enough(desk, owner, "email_taken"):
        outbox.put(desk, "email_taken", owner.email, {"name": owner.first_name}, None, owner.id)
    db.session.commit()


def _mail_username(desk: Desk, person: Person) -> None:
    values = {"name": person.first_name, "username": person.username}
    outbox.put(desk, "username", person.email, values, None, person.id)


def _mail_temporary(desk: Desk, person: Person, temporary: str) -> None:
    values = {"name": person.first_name, "url": desk.settings.public_url}
    outbox.put(desk, "temporary_password", person.email, values, temporary, person.id)
