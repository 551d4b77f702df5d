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
from cecs.services.refused import Refused
from cecs.services.transactions import locked, writing

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Verified for names that nobody has, so that these take as long as any other.
# All its bits are nought: no password is known to have such a hash.
NOBODY = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
WRONG = Sentence("The username and password do not go together. Check both and try again.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a cookie belongs to, as much as every page needs."""

    person_id: int
    username: str
    first_name: str
    is_staff: bool
    is_administrator: bool
    handles_money: bool
    reviews: bool
    must_choose_password: bool


def sign_in(desk: Desk, username: str, password: str, address: str) -> str:
    """Opens a sign-in and gives its secret for the cookie. Raises Refused."""
    if pause := throttle.wait(desk, username, address):
        raise Refused(pause)
    person = db.session.scalar(
        sa.select(Person).where(Person.username == username.strip().casefold())
    )
    person_id = person.id if person else None
    kept = _kept_hashes(desk, person)
    db.session.rollback()  # nothing stays open while a password is verified
    personal, temporary = _which_fits(kept, password)
    if person_id is None or not (personal or temporary):
        throttle.failed(desk, username, address)
        raise Refused(WRONG)
    cookie = secrets.token_urlsafe(32)
    throttle.forget(desk, username)
    if not personal:
        # Who needed the temporary password must choose a new one before anything else.
        db.session.execute(
            sa.update(Person)
            .where(Person.id == person_id, Person.temporary_hash == kept[1])
            .values(password_hash=None)
        )
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
        person.role is Role.ADMINISTRATOR, person.handles_money, person.reviews,
        person.must_choose_password,
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


def choose_password(
    desk: Desk, person_id: int, old: str, new: str, cookie: str, address: str
) -> None:
    """Sets a personal password and ends all other sign-ins. Raises Refused."""
    username = db.session.get_one(Person, person_id).username
    if fault := passwords.fault(new, desk.common_passwords, username):
        db.session.rollback()
        raise Refused(fault)
    if passwords.normalise_temporary(new) == passwords.normalise_temporary(old):
        raise Refused(Sentence("The new password is the old one. Choose another."))
    person = db.session.get_one(Person, person_id)
    username, kept = person.username, _kept_hashes(desk, person)
    if pause := throttle.wait(desk, username, address):
        raise Refused(pause)
    db.session.rollback()
    if not any(_which_fits(kept, old)):
        throttle.failed(desk, username, address)
        raise Refused(Sentence("That is not your present password. Check it and try again."))
    hashed = HASHER.hash(new)
    person = locked(Person, person_id)
    person.password_hash = hashed
    person.temporary_hash = person.temporary_until = None
    end_all(desk, person_id, but_for=cookie)
    db.session.commit()


def end_all(desk: Desk, person_id: int, but_for: str = "") -> None:
    """Ends a person's sign-ins, in the caller's transaction; spares the cookie `but_for`."""
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.digest != _digest(but_for))
        .where(SignIn.ended_at.is_(None))
        .values(ended_at=desk.now())
    )


def _kept_hashes(desk: Desk, person: Person | None) -> tuple[str, str]:
    """The personal and the temporary hash; nobody's in place of one that is not there."""
    personal = person.password_hash if person else None
    until = person.temporary_until if person else None
    temporary = person.temporary_hash if person and until and until > desk.now() else None
    return personal or NOBODY, temporary or NOBODY


def _which_fits(kept: tuple[str, str], typed: str) -> tuple[bool, bool]:
    """Whether it is the personal and whether the temporary password.

    Always verifies both, so that the time taken tells nothing of the account.
    """
    return _fits(kept[0], typed), _fits(kept[1], passwords.normalise_temporary(typed))


def _fits(kept: str, typed: str) -> bool:
    try:
        return HASHER.verify(kept, typed)
    except VerificationError:
        return False


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
