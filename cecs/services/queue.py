"""The queue: the applications that the bureau sees, searched and filtered."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cecs.desk import Desk
from cecs.domain import educator_numbers, names, references
from cecs.domain.applications import OPEN, Status
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.models.educators import Educator
from cecs.services import retirements

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, the oldest first; pages count from 1."""

    applications: Sequence[Application]
    total: int
    page: int
    pages: int


def queue(
    desk: Desk, wanted: Status | None = None, kind: str = "", words: str = "", page: int = 1
) -> Queue:
    """Applications by the day they were submitted; drafts stay their owners'.

    Those come first of which a denial is reviewed, by the day by which that must be decided.

    `words` is a reference, the beginning of a last name, or an educator number. Without a status
    or words, only what is still open is shown.
    """
    chosen = sa.select(Application).where(Application.status != Status.DRAFT)
    if wanted:
        chosen = chosen.where(Application.status == wanted)
    elif not words:
        chosen = chosen.where(Application.status.in_(OPEN))
    if kind:
        chosen = chosen.where(Application.kind == kind)
    if words:
        chosen = chosen.where(fits(desk, words))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    since = sa.func.coalesce(Application.submitted_at, Application.created_at)
    bound = sa.case((Application.status == Status.DECISION_REVIEW, Application.answer_by))
    shown = db.session.scalars(
        chosen.order_by(bound.is_(None), bound, since, Application.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
        .options(joinedload(Application.person), joinedload(Application.educator))
    ).all()
    return Queue(shown, total, page, pages)


def fits(desk: Desk, words: str) -> sa.ColumnElement[bool]:
    """The reference, the educator number, or the beginning of the applicant's last name."""
    reference = references.normalise(words)
    if reference:
        return Application.reference == reference
    digits = desk.regime.office.educator_number_digits
    number = educator_numbers.normalise(words, digits)
    if number:
        return Application.educator.has(Educator.number == retirements.kept_number(number))
    key = names.key(words)
    if not key:
        return sa.false()
    registered = sa.and_(Educator.last_key >= key, Educator.last_key < key + "\U0010ffff")
    said = sa.func.lower(Person.last_name).startswith(words.strip().lower(), autoescape=True)
    return sa.or_(Application.educator.has(registered), Application.person.has(said))
