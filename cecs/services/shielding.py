"""Someone who must not be found through a former name or a district, for their safety.

Who kept the address or the code of such a person would still learn the new name, so that both
change, and the old ones answer as if nobody ever had them. Reviewers hide at once; it takes a
supervisor to show someone again.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person, Role
from cecs.models.educators import Certificate, Educator, RecordState
from cecs.models.lookup import LookupEntry
from cecs.models.retirements import Retirement, RetirementState
from cecs.models.shieldings import Shielding
from cecs.services import lookup_entries, merging
from cecs.services.refused import Refused
from cecs.services.transactions import locked

MAY_LIFT = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def may_set(by_id: int) -> bool:
    """Whether this member of staff's role allows to hide someone."""
    return db.session.get_one(Person, by_id).reviews


def may_lift(by_id: int) -> bool:
    """Whether this member of staff's role allows to show someone again."""
    return db.session.get_one(Person, by_id).role in MAY_LIFT


def address_id(desk: Desk, educator: Educator) -> str | None:
    """The id by which everyone may ask for a record now; None where it is not shown."""
    if educator.state is not RecordState.ACTIVE:
        return None
    return lookup_entries.public_id(desk, educator.id, educator.turn)


def history(educator_id: int) -> Sequence[Shielding]:
    """What was decided about a record and those merged into it, the newest first."""
    ids = [educator_id, *(one.educator_id for one in _led_to(educator_id))]
    theirs = sa.select(Shielding).where(Shielding.educator_id.in_(ids))
    return db.session.scalars(theirs.order_by(Shielding.id.desc())).all()


def shield(desk: Desk, educator_id: int, by_id: int, reason: str) -> None:
    """Hides former names and the district from now on. Raises Gone, Refused."""
    educator = locked(Educator, educator_id)
    try:
        if not may_set(by_id):
            raise Refused(Sentence("Only a reviewer may decide this."))
        _must_change(educator, by_id, True)
    except Refused:
        db.session.rollback()
        raise
    conceal(desk, educator)
    _decide(desk, educator, by_id, True, reason)


def lift(desk: Desk, educator_id: int, by_id: int, reason: str) -> None:
    """Shows former names and the district again; ids stay as they are. Raises Gone, Refused."""
    educator = locked(Educator, educator_id)
    try:
        if not may_lift(by_id):
            raise Refused(Sentence("Only a supervisor may show someone again."))
        _must_change(educator, by_id, False)
    except Refused:
        db.session.rollback()
        raise
    _decide(desk, educator, by_id, False, reason)


def conceal(desk: Desk, educator: Educator) -> None:
    """New public ids and codes for a record and all that led to it, in the caller's transaction."""
    educator.turn += 1
    for one in _led_to(educator.id):
        one.educator.turn += 1
        one.public_id = lookup_entries.public_id(desk, one.educator_id, one.educator.turn)
    held = sa.select(Certificate).where(Certificate.educator_id == educator.id)
    for certificate in db.session.scalars(held):
        certificate.turn += 1


def conceal_renamed(desk: Desk, hidden_ids: Collection[int]) -> None:
    """Conceals those of these hidden records that go by another name than the lookup shows.

    Whoever asked for the earlier name since they were hidden kept an id. In the caller's
    transaction, before the lookup is refreshed.
    """
    if not hidden_ids:
        return
    names = Educator.last_key + "." + Educator.first_key + "."
    renamed = (
        sa.select(Educator)
        .join(LookupEntry, LookupEntry.educator_id == Educator.id)
        .where(Educator.id.in_(hidden_ids))
        .where(~LookupEntry.place.startswith(names))
    )
    for educator in db.session.scalars(renamed):
        conceal(desk, educator)


def _led_to(educator_id: int) -> list[Retirement]:
    """How the records went that lead to this one, straight or through others."""
    found: list[Retirement] = []
    ids = [educator_id]
    while ids:
        went = sa.select(Retirement).where(Retirement.state == RetirementState.DONE)
        more = db.session.scalars(went.where(Retirement.into_id.in_(ids))).all()
        found += more
        ids = [one.educator_id for one in more]
    return found


def _must_change(educator: Educator, by_id: int, shielded: bool) -> None:
    owner = merging.account(educator)
    if owner is not None and owner.id == by_id:
        raise Refused(Sentence("Nobody decides about their own record."))
    if educator.state is RecordState.RETIRED:
        raise Refused(Sentence("The record {number} went already.", number=educator.number))
    if educator.shielded is shielded:
        raise Refused(Sentence("This was decided already."))


def _decide(desk: Desk, educator: Educator, by_id: int, shielded: bool, reason: str) -> None:
    educator.shielded = shielded
    db.session.add(
        Shielding(
            educator_id=educator.id, shielded=shielded, reason=reason, at=desk.now(), by_id=by_id
        )
    )
    db.session.commit()
