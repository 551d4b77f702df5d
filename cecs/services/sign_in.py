"""Signing in, staying signed in, and choosing a password."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from cecs.desk import Desk
from cecs.domain import passwords
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person, Role, SignIn
from cecs.services import throttle
from cecs.services.transactions import locked, writing

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Verified for names that nobody has, so that these take as long as any other.
NOBODY = HASHER.hash(secrets.token_hex(16))
WRONG = Sentence("The username and password do not go together. Check both and try again.")


class Refused(Exception):
    """The sign-in or the new password was refused; `sentence` says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a cookie belongs to, as much as every page needs."""

    person_id: int
    username: str
    first_name: str
    is_staff: bool
    is_administrator: bool
    must_choose_password: bool


def sign_in(desk: Desk, username: str, password: str, address: str) -> str:
    """Opens a sign-in and gives its secret for the cookie. Raises Refused."""
    if pause := throttle.wait(desk, username, address):
        raise Refused(pause)
    person = db.session.scalar(
        sa.select(Person).where(Person.username == username.strip().casefold())
    )
    person_id = person.id if person else None
    ways = _ways(desk, person, password)
    db.session.rollback()  # nothing stays open while a password is verified
    if not any(_fits(kept, typed) for kept, typed in ways) or person_id is None:
        throttle.failed(desk, username, address)
        raise Refused(WRONG)
    cookie = secrets.token_urlsafe(32)
    writing()
    db.session.add(
        SignIn(
            digest=_digest(cookie), person_id=person_id, created_at=desk.now(), seen_at=desk.now()
        )
    )
    db.session.commit()
    return cookie


def recognise(desk: Desk, cookie: str) -> SignedIn | None:
    """Whose cookie this is, unless the sign-in has ended, idled too long or grown too old."""
    found = db.session.execute(
        sa.select(SignIn, Person)
        .join(Person, SignIn.person_id == Person.id)
        .where(SignIn.digest == _digest(cookie), SignIn.ended_at.is_(None))
    ).one_or_none()
    now = desk.now()
    if found is None or now - found[0].seen_at > IDLE or now - found[0].created_at > AT_MOST:
        return None
    seen, person = found
    signed_in = SignedIn(
        person.id, person.username, person.first_name, person.is_staff,
        person.role is Role.ADMINISTRATOR, person.must_choose_password,
    )  # fmt: skip
    if now - seen.seen_at >= timedelta(minutes=1):
        writing()
        db.session.execute(
            sa.update(SignIn).where(SignIn.digest == _digest(cookie)).values(seen_at=now)
        )
        db.session.commit()
    return signed_in


def sign_out(desk: Desk, cookie: str) -> None:
    """Ends this sign-in; its cookie is worth nothing afterwards."""
    writing()
    db.session.execute(
        sa.update(SignIn).where(SignIn.digest == _digest(cookie)).values(ended_at=desk.now())
    )
    db.session.commit()


def choose_password(desk: Desk, person_id: int, old: str, new: str, cookie: str) -> None:
    """Sets a personal password and ends all other sign-ins. Raises Refused."""
    if fault := passwords.fault(new, desk.common_passwords):
        raise Refused(fault)
    ways = _ways(desk, db.session.get_one(Person, person_id), old)
    db.session.rollback()
    if not any(_fits(kept, typed) for kept, typed in ways):
        raise Refused(Sentence("That is not your present password. Copy it from the mail."))
    hashed = HASHER.hash(new)
    person = locked(Person, person_id)
    person.password_hash = hashed
    person.temporary_hash = person.temporary_until = None
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.digest != _digest(cookie))
        .where(SignIn.ended_at.is_(None))
        .values(ended_at=desk.now())
    )
    db.session.commit()


def _ways(desk: Desk, person: Person | None, typed: str) -> list[tuple[str, str]]:
    """The kept hashes that may open this account, each with the password as it is compared."""
    ways: list[tuple[str, str]] = []
    if person and person.password_hash:
        ways.append((person.password_hash, typed))
    if person and person.temporary_hash and (person.temporary_until or desk.now()) > desk.now():
        ways.append((person.temporary_hash, passwords.normalise_temporary(typed)))
    return ways or [(NOBODY, typed)]


def _fits(kept: str, typed: str) -> bool:
    try:
        return HASHER.verify(kept, typed)
    except VerificationError:
        return False


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
