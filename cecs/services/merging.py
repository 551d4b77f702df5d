"""What hangs on a record, and how all of it moves to another one of the same person."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.models.educators import Educator, FormerName, SealedSsn
from cecs.models.office import Registration
from cecs.services import outbox
from cecs.services.records import seal_number

SUBMITTED = frozenset(Status) - {Status.DRAFT}


def account(record: Educator) -> Person | None:
    """The account that is linked to a record."""
    return db.session.scalar(sa.select(Person).where(Person.educator_id == record.id))


def applications(
    record: Educator, statuses: Collection[Status] = SUBMITTED
) -> Sequence[Application]:
    """The applications about a record, the newest first."""
    theirs = sa.select(Application).where(Application.educator_id == record.id)
    theirs = theirs.where(Application.status.in_(statuses))
    return db.session.scalars(theirs.order_by(Application.created_at.desc())).all()


def is_in_use(person: Person | None) -> bool:
    """Whether anything was ever begun with an account."""
    if person is None:
        return False
    begun = sa.select(Application.id).where(Application.person_id == person.id)
    return db.session.scalar(begun.limit(1)) is not None


def merge(desk: Desk, goes: Educator, into: Educator) -> None:
    """Moves all that hangs on one record to the other, in the caller's transaction.

    Objects, not statements, so that the lookup follows. What either says of discipline or of the
    person's safety then holds; of two reports of districts the later one does.
    """
    for certificate in list(goes.certificates):
        certificate.educator = into
    for application in applications(goes, frozenset(Status)):
        application.educator_id = into.id
    _move_names(goes, into)
    _move_ssn(desk, goes, into)
    _move_account(desk, goes, into)
    into.disciplined = into.disciplined or goes.disciplined
    into.shielded = into.shielded or goes.shielded
    if (goes.school_year or "") > (into.school_year or "") or into.district_code is None:
        into.district_code, into.school_year = goes.district_code, goes.school_year
    into.school_months = max(into.school_months, goes.school_months)


def _move_names(goes: Educator, into: Educator) -> None:
    """Every other last name of either finds the one that stays."""
    known = {into.last_key, *(name.last_key for name in into.former_names)}
    for name in list(goes.former_names):
        if name.last_key in known:
            db.session.delete(name)
            continue
        known.add(name.last_key)
        name.educator_id = into.id
    if goes.last_key not in known:
        db.session.add(
            FormerName(educator_id=into.id, last_name=goes.last_name, last_key=goes.last_key)
        )


def _move_ssn(desk: Desk, goes: Educator, into: Educator) -> None:
    """A number is sealed to its record, so that it is sealed anew; both never differ."""
    sealed = db.session.get(SealedSsn, goes.id)
    if sealed is None:
        return
    if db.session.get(SealedSsn, into.id) is None:
        seal_number(desk, into.id, desk.vault.unseal(sealed.sealed, f"sealed_ssn/{goes.id}"))
    db.session.delete(sealed)


def _move_account(desk: Desk, goes: Educator, into: Educator) -> None:
    """The account that was used is linked; its owner is told of another number.

    One that was not is let go: at its next sign-in it is asked who it is, and the bureau checks.
    """
    coming, present = account(goes), account(into)
    if coming is None:
        return
    if present is not None:
        let_go = present if is_in_use(coming) else coming
        let_go.educator_id = None
        db.session.execute(sa.delete(Registration).where(Registration.person_id == let_go.id))
        db.session.flush()
        if let_go is coming:
            return
    coming.educator_id = into.id
    values = {
        "name": coming.first_name, "old": goes.number, "new": into.number,
        "url": desk.settings.public_url,
    }  # fmt: skip
    outbox.put(desk, "records_merged", coming.email, values, None, coming.id)
