"""Records in the registry: what a person says of themselves becomes one, or is linked to one."""

import re
from dataclasses import dataclass
from datetime import date
from secrets import SystemRandom

from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain import educator_numbers, names
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.educators import Educator, FormerName, RecordState, SealedSsn


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


def parted(text: str) -> tuple[str, ...]:
    """The names in a text that lists them."""
    return tuple(name.strip() for name in re.split(r"[,;\n]", text) if name.strip())


def link_account(person: Person, educator_id: object) -> bool:
    """Links them, unless the unique constraint knows of another account that came first."""
    try:
        with db.session.begin_nested():
            person.educator_id = educator_id  # type: ignore[assignment]
    except IntegrityError:
        return False
    db.session.refresh(person)
    return True


def pending_record(desk: Desk, said: Said) -> Educator:
    """A new record under a number that nobody has, flushed; its number is sealed."""
    educator = _numbered(desk, said)
    db.session.add_all(
        FormerName(educator_id=educator.id, last_name=name, last_key=names.key(name))
        for name in said.others
    )
    if said.ssn:
        seal_number(desk, educator.id, said.ssn)
    return educator


def seal_number(desk: Desk, educator_id: int, ssn: str) -> None:
    """Seals a number for its record, in the caller's transaction."""
    db.session.add(
        SealedSsn(
            educator_id=educator_id,
            sealed=desk.vault.seal(ssn, f"sealed_ssn/{educator_id}"),
            blind_index=desk.vault.blind_index("ssn", ssn),
            key_id=desk.vault.key_id,
        )
    )


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
