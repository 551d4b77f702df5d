"""Records in the registry: what a person says of themselves becomes one, or is linked to one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from secrets import SystemRandom

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain import educator_numbers, names
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.educators import Educator, FormerName, RecordState, SealedSsn

AT_MOST = 25  # records that staff see of a name


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


def named(last_name: str, first_name: str = "") -> tuple[Sequence[Educator], bool]:
    """Records by the beginnings of names, also of former last names, and whether there are more.

    For staff: hidden people and records that went are among them. At least a letter of the last
    name must be given.
    """
    last, first = names.key(last_name), names.key(first_name)
    order = (Educator.last_key, Educator.first_key, Educator.id)
    chosen = sa.select(Educator).where(_begins(Educator.first_key, first)).order_by(*order)
    by_former = sa.select(FormerName.educator_id).where(_begins(FormerName.last_key, last))
    # Two questions, for each has an index that gives the order or the few.
    ways = (_begins(Educator.last_key, last), Educator.id.in_(by_former))
    found = {
        each.id: each for way in ways
        for each in db.session.scalars(chosen.where(way).limit(AT_MOST + 1))
    }  # fmt: skip
    listed = list(found.values())
    return listed[:AT_MOST], len(listed) > AT_MOST


def _begins(column: sa.orm.InstrumentedAttribute[str], key: str) -> sa.ColumnElement[bool]:
    return sa.and_(column >= key, column < key + "\uffff")


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
