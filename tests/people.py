"""The cast. Each has a name, and stands in the database as the office would have put them."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import Flask

from cecs.domain import names
from cecs.extensions import db
from cecs.models.accounts import Person, Role
from cecs.models.educators import Certificate, CertificateEndorsement, Educator, SealedSsn
from cecs.models.office import Acknowledgement, Outcome, Registration
from tests import once

PASSWORD = "a quiet river runs"
PASSWORD_HASH = once.QUICK_HASHER.hash(PASSWORD)


@dataclass(frozen=True)
class Character:
    """Someone who can sign in; ids to find their rows by."""

    id: int
    username: str
    email: str
    educator_id: int | None = None
    certificate_ids: tuple[int, ...] = ()
    password: str = PASSWORD


class People:
    """Puts people into the database of one application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._numbers = count(1)

    def account(self, first: str = "Maria", last: str = "Rivera", role: str = "educator") -> Any:
        """Someone with an account and a personal password, not registered yet."""
        with self._app.app_context():
            person = self._person(first, last, Role(role))
            db.session.commit()
            return Character(person.id, person.username, person.email)

    def staff(self, first: str = "Dana", last: str = "Okafor", role: str = "reviewer") -> Any:
        return self.account(first, last, role)

    def record(self, first: str, last: str, born: date, ssn: str, **columns: Any) -> int:
        """An educator in the registry with no account; gives the educator's id."""
        with self._app.app_context():
            educator = self._educator(first, last, born, ssn, **columns)
            db.session.commit()
            return educator.id

    def reported(self, name: str, district: str | None, *codes: str, **held: Any) -> int:
        """An educator whom a district reported, with one certificate; gives the educator's id."""
        first, last = name.split()
        born = date(1980, 1, 1)
        id = self.record(first, last, born, "987654320", district_code=district)
        self.certificate(id, *codes, **held)
        return id

    def certificate(
        self,
        educator_id: int,
        *codes: str,
        begins: date = date(2024, 1, 1),
        ends: date = date(2028, 1, 1),
        state: str = "active",
    ) -> int:
        """One more for that educator, with these endorsements; gives its id."""
        with self._app.app_context():
            held = Certificate(
                educator_id=educator_id, type_code="INIT", issued_on=begins, valid_from=begins,
                expires_on=ends, state=state,
                endorsements=[CertificateEndorsement(code=code) for code in codes],
            )  # fmt: skip
            db.session.add(held)
            db.session.commit()
            return held.id

    def holds(self, who: Any, type_code: str, begins: date, ends: date | None, state: str) -> int:
        """One certificate more; gives its id."""
        with self._app.app_context():
            held = Certificate(
                educator_id=who.educator_id, type_code=type_code, issued_on=begins,
                valid_from=begins, expires_on=ends, state=state,
            )  # fmt: skip
            db.session.add(held)
            db.session.commit()
            return held.id

    def teacher(
        self,
        first: str = "Maria",
        last: str = "Rivera",
        type_code: str = "INIT",
        expires_in: timedelta = timedelta(days=90),
        endorsements: tuple[str, ...] = ("305",),
        ssn: str = "987654320",
    ) -> Any:
        """Registered, linked, acknowledged, with one certificate that expires soon."""
        with self._app.app_context():
            desk = self._app.extensions["cecs_desk"]
            person = self._person(first, last, Role.EDUCATOR)
            educator = self._educator(first, last, date(1990, 5, 17), ssn)
            person.educator_id = educator.id
            ends = desk.today() + expires_in
            begins = ends.replace(year=ends.year - 3, day=min(ends.day, 28)) + timedelta(days=1)
            certificate = Certificate(
                educator_id=educator.id, type_code=type_code, issued_on=begins, valid_from=begins,
                expires_on=ends, state="active",
                endorsements=[CertificateEndorsement(code=code) for code in endorsements],
            )  # fmt: skip
            db.session.add(certificate)
            db.session.add(
                Registration(
                    person_id=person.id,
                    first_name=first,
                    last_name=last,
                    birth_date=date(1990, 5, 17),
                    outcome=Outcome.LINKED,
                    reason="",
                    at=desk.now(),
                )  # fmt: skip
            )
            version = desk.regime.office.acknowledgement.version
            db.session.add(Acknowledgement(person_id=person.id, version=version, at=desk.now()))
            db.session.commit()
            return Character(
                person.id, person.username, person.email, educator.id, (certificate.id,)
            )

    def _person(self, first: str, last: str, role: Role) -> Person:
        number = next(self._numbers)
        email = f"{first}.{last}.{number}@example.org".lower()
        person = Person(
            username=f"{last.lower()}{1000 + number}", email=email, email_key=email,
            first_name=first, last_name=last, role=role, password_hash=PASSWORD_HASH,
            created_at=self._app.extensions["cecs_desk"].now(),
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        return person

    def _educator(self, first: str, last: str, born: date, ssn: str, **columns: Any) -> Educator:
        vault = self._app.extensions["cecs_desk"].vault
        educator = Educator(
            number=f"{4_000_000_000 + next(self._numbers)}", first_name=first, last_name=last,
            first_key=names.key(first), last_key=names.key(last), birth_date=born, **columns,
        )  # fmt: skip
        db.session.add(educator)
        db.session.flush()
        db.session.add(
            SealedSsn(
                educator_id=educator.id,
                sealed=vault.seal(ssn, f"sealed_ssn/{educator.id}"),
                blind_index=vault.blind_index("ssn", ssn),
                key_id=vault.key_id,
            )
        )
        return educator
