"""Records that go: one person proposes, another decides, and where they lead is kept.

A person's second record is merged into the first; one made by mistake, with nothing on it, is
removed. `forwarding` tells the public where a number leads; this is for staff.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import OPEN
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person, Role
from cecs.models.applications import Application
from cecs.models.educators import Educator, RecordState, SealedSsn
from cecs.models.retirements import Retirement, RetirementState
from cecs.services import lookup_entries, merging, shielding
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, one_at_a_time

MAY_PROPOSE = (Role.SUPERVISOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Side:
    """A record with all that hangs on it, for staff to compare."""

    educator: Educator
    account: Person | None
    applications: Sequence[Application]  # without drafts, the newest first
    has_ssn: bool
    went: Retirement | None  # how it went, if it did


def side(number: str) -> Side:
    """The record of that number, also of one that went. Raises Gone."""
    found = db.session.scalar(sa.select(Educator).where(Educator.number == number))
    if found is None:
        raise Gone(f"Educator {number}")
    went = sa.select(Retirement).where(
        Retirement.educator_id == found.id, Retirement.state == RetirementState.DONE
    )
    return Side(
        found, merging.account(found), merging.applications(found),
        db.session.get(SealedSsn, found.id) is not None, db.session.scalar(went),
    )  # fmt: skip


def kept(educator_id: int) -> int | None:
    """The record to which this one leads: itself while it stands; None where it was removed."""
    while True:
        went = db.session.execute(
            sa.select(Retirement.into_id).where(
                Retirement.educator_id == educator_id, Retirement.state == RetirementState.DONE
            )
        ).one_or_none()
        if went is None or went.into_id is None:
            return educator_id if went is None else None
        educator_id = went.into_id


def kept_number(number: str) -> str:
    """The number to which this one leads; the same where it leads nowhere else."""
    id = db.session.scalar(sa.select(Educator.id).where(Educator.number == number))
    leads_to = kept(id) if id is not None else None
    found = db.session.scalar(sa.select(Educator.number).where(Educator.id == leads_to))
    return found or number


def went() -> dict[str, str | None]:
    """By number of each record that went, the number to which it leads; None: removed."""
    done = sa.select(Retirement.educator_id, Retirement.into_id).where(
        Retirement.state == RetirementState.DONE
    )
    into = {row.educator_id: row.into_id for row in db.session.execute(done)}
    ids = {id for pair in into.items() for id in pair if id is not None}
    numbers = {}
    if ids:
        known = sa.select(Educator.id, Educator.number).where(Educator.id.in_(ids))
        numbers = {row.id: row.number for row in db.session.execute(known)}
    return {numbers[id]: _last_number(id, into, numbers) for id in into}


def _last_number(id: int, into: dict[int, int | None], numbers: dict[int, str]) -> str | None:
    at: int | None = id
    while at in into:
        at = into[at]
    return numbers[at] if at is not None else None


def hold() -> None:
    """Begins to write: until commit no record goes, nor is any proposed, decided or withdrawn.

    Comes before anything else is held.
    """
    one_at_a_time(Retirement)


def waiting() -> Sequence[Retirement]:
    """What somebody must decide, the oldest first."""
    proposed = sa.select(Retirement).where(Retirement.state == RetirementState.PROPOSED)
    return db.session.scalars(proposed.order_by(Retirement.id)).all()


def proposal(id: int) -> Retirement:
    """One of those that wait. Raises Gone."""
    found = db.session.get(Retirement, id)
    if found is None or found.state is not RetirementState.PROPOSED:
        raise Gone(f"Retirement {id}")
    return found


def may_propose(by_id: int) -> bool:
    """Whether this member of staff's role allows it."""
    return db.session.get_one(Person, by_id).role in MAY_PROPOSE


def in_the_way(desk: Desk, goes: Educator, into: Educator | None) -> tuple[Sentence, ...]:
    """Why this record cannot go there (or, for None, altogether); empty where it can."""
    return tuple(_unmergeable(desk, goes, into) if into else _unremovable(goes))


def propose(desk: Desk, goes_id: int, into_id: int | None, by_id: int, reason: str) -> int:
    """Proposes that a record goes, into another one or altogether. Raises Gone, Refused."""
    goes, into = _held(goes_id, into_id)
    about = [id for id in (goes_id, into_id) if id is not None]
    waits = sa.select(Retirement.id).where(
        Retirement.state == RetirementState.PROPOSED,
        sa.or_(Retirement.educator_id.in_(about), Retirement.into_id.in_(about)),
    )
    try:
        if not may_propose(by_id):
            raise Refused(Sentence("Only a supervisor may propose this."))
        if by_id in _owners(goes, into):
            raise Refused(Sentence("Nobody decides about their own record."))
        if db.session.scalar(waits.limit(1)) is not None:
            raise Refused(Sentence("Something is proposed for one of these records already."))
        for sentence in in_the_way(desk, goes, into):
            raise Refused(sentence)
    except Refused:
        db.session.rollback()
        raise
    made = Retirement(
        educator_id=goes_id, into_id=into_id,
        public_id=lookup_entries.public_id(desk, goes_id, goes.turn),
        state=RetirementState.PROPOSED, reason=reason, proposed_by_id=by_id,
        proposed_at=desk.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    id = made.id
    db.session.commit()
    return id


def decide(desk: Desk, id: int, by_id: int, approved: bool) -> None:
    """Carries it out, or not, as the second of two people. Raises Gone, Refused."""
    known = proposal(id)
    goes, into = _held(known.educator_id, known.into_id)
    found = db.session.get_one(Retirement, id, populate_existing=True)
    try:
        if found.state is not RetirementState.PROPOSED:
            raise Refused(Sentence("This was decided already."))
        if not db.session.get_one(Person, by_id).reviews:
            raise Refused(Sentence("Only a reviewer may decide this."))
        if by_id in {found.proposed_by_id, *_owners(goes, into)}:
            raise Refused(Sentence("Another person must decide this."))
        for sentence in in_the_way(desk, goes, into) if approved else ():
            raise Refused(sentence)
    except Refused:
        db.session.rollback()
        raise
    found.state = RetirementState.DONE if approved else RetirementState.REJECTED
    found.decided_by_id, found.decided_at = by_id, desk.now()
    if approved:
        _carry_out(desk, found, goes, into)
    db.session.commit()


def _carry_out(desk: Desk, found: Retirement, goes: Educator, into: Educator | None) -> None:
    goes.state = RecordState.RETIRED
    # It may have changed since this was proposed.
    found.public_id = lookup_entries.public_id(desk, goes.id, goes.turn)
    if into is None:
        return
    merging.merge(desk, goes, into)
    # What was known of either leads to nobody now. If both were hidden, too: under the name of
    # one, everyone could ask for its id until now.
    if into.shielded:
        shielding.conceal(desk, into)


def withdraw(desk: Desk, id: int, by_id: int) -> None:
    """Takes a proposal back that nobody decided yet, by who made it. Raises Gone, Refused."""
    hold()
    found = db.session.get(Retirement, id)
    if found is None:
        db.session.rollback()
        raise Gone(f"Retirement {id}")
    try:
        if found.state is not RetirementState.PROPOSED:
            raise Refused(Sentence("This was decided already."))
        if by_id != found.proposed_by_id:
            raise Refused(Sentence("Only who proposed this can withdraw it."))
    except Refused:
        db.session.rollback()
        raise
    found.state = RetirementState.WITHDRAWN
    found.decided_by_id, found.decided_at = by_id, desk.now()
    db.session.commit()


def _held(goes_id: int, into_id: int | None) -> tuple[Educator, Educator | None]:
    """Both, held until commit with their accounts and applications, in the order in which
    others hold them: who files or issues meanwhile comes before or after, never between. Of an
    account no more is held than its link, for who holds an application may note whose it is.
    """
    ids = sorted(id for id in (goes_id, into_id) if id is not None)
    hold()
    for model, theirs in (
        (Person, Person.educator_id), (Application, Application.educator_id),
        (Educator, Educator.id),
    ):  # fmt: skip
        rows = sa.select(model).where(theirs.in_(ids)).order_by(model.id)
        rows = rows.with_for_update(key_share=model is Person)
        db.session.scalars(rows.execution_options(populate_existing=True)).all()
    goes = db.session.get(Educator, goes_id)
    into = db.session.get(Educator, into_id) if into_id is not None else None
    if goes is None or (into_id is not None and into is None):
        db.session.rollback()
        raise Gone(f"Educator {goes_id} or {into_id}")
    return goes, into


def _owners(*records: Educator | None) -> set[int]:
    """Whose records they are, or whose applications are about them."""
    found = set()
    for record in records:
        if record is not None:
            found |= {each.person_id for each in merging.applications(record)}
            found |= {owner.id for owner in (merging.account(record),) if owner}
    return found


def _unmergeable(desk: Desk, goes: Educator, into: Educator) -> Iterator[Sentence]:
    if goes.id == into.id:
        yield Sentence("Choose another record.")
    for record in (goes, into):
        if record.state is RecordState.RETIRED:
            yield Sentence("The record {number} went already.", number=record.number)
        if record.state is RecordState.PENDING:
            yield Sentence(
                "The bureau has not checked yet whose record {number} is. Settle that check first.",
                number=record.number,
            )
    mine, other = db.session.get(SealedSsn, goes.id), db.session.get(SealedSsn, into.id)
    if mine and other and mine.blind_index != other.blind_index:
        yield Sentence("The two records have different Social Security numbers, as of two people.")
    for kind in sorted(_open_kinds(goes) & _open_kinds(into)):
        yield Sentence(
            "Both records have an open application of the same kind ({title}). End one first.",
            title=desk.regime.kind(kind).title,
        )
    if merging.is_in_use(merging.account(goes)) and merging.is_in_use(merging.account(into)):
        yield Sentence(
            "Both records have an account with applications, and a record can have one account."
        )


def _unremovable(goes: Educator) -> Iterator[Sentence]:
    if goes.state is RecordState.RETIRED:
        yield Sentence("The record {number} went already.", number=goes.number)
    if goes.certificates:
        yield Sentence("This record has a certificate, so that it can only be merged.")
    if _any_application(goes):
        yield Sentence("This record has an application, so that it can only be merged.")
    if merging.account(goes):
        yield Sentence("Somebody's account is linked to this record.")


def _open_kinds(record: Educator) -> set[str]:
    return {each.kind for each in merging.applications(record, OPEN)}


def _any_application(record: Educator) -> bool:
    theirs = sa.select(Application.id).where(Application.educator_id == record.id)
    return db.session.scalar(theirs.limit(1)) is not None
