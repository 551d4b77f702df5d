"""Reviews of denials: that somebody asked for one, and what came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import denials
from cecs.domain.applications import Actor, Status
from cecs.domain.denials import Late, Terms
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.services import denied, status
from cecs.services.denied import Denied
from cecs.services.refused import Refused
from cecs.services.reviews import expect, reviewing


@dataclass(frozen=True)
class Request:
    """What came from who was denied; `note` says why it is taken or refused where it is late.

    `grounds` are why a review is asked for, as far as somebody wrote that down.
    """

    came_on: date
    late: Late = Late.IN_TIME
    note: str = ""
    grounds: str = ""


@dataclass(frozen=True)
class Decision:
    """What came of a review; `panel` are the names of those who looked at it again."""

    overturned: bool
    reasons: str
    panel: tuple[str, ...] = ()


def terms(desk: Desk, denial: Denied) -> Terms:
    """What the day of a request is measured by."""
    return Terms(desk.day_of(denial.denial.at), denial.last, desk.today())


def denied_by(denial: Denied) -> tuple[tuple[str, str], ...]:
    """First and last names of the two who denied it."""
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(denial.by)))
    return tuple((one.first_name, one.last_name) for one in people)


def record(desk: Desk, id: UUID, by_id: int, request: Request) -> None:
    """Notes that a review was asked for: taken, or refused as late. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        denial = _denial(found, Status.DENIED)
        if not denial.may_be_asked:
            raise Refused(Sentence("A review of this decision cannot be asked for."))
        _must_fit(terms(desk, denial), request)
        late = request.late is not Late.IN_TIME
        if late:
            _must_not_have_denied(denial, by_id)
        asked = denials.asked(request.came_on, request.late, denial.last).to_json()
        told = {"happened": asked, "words": request.note if late else ""}
        if request.late is Late.REFUSED:
            status.note(desk, found, denied.REFUSED, by_id, **told, grounds=request.grounds)
            _tell(desk, found, "review_refused", **told)
        else:
            _take(desk, found, by_id, request, told)
        db.session.commit()


def decide(desk: Desk, id: UUID, by_id: int, decision: Decision) -> None:
    """Records what came of the review, by another person than the two who denied it.

    Overturned, the application is reviewed on; upheld, it is denied again. Raises Gone, Refused.
    """
    with reviewing(id, by_id) as found:
        denial = _denial(found, Status.DECISION_REVIEW)
        _must_not_have_denied(denial, by_id)
        after = desk.regime.office.denial
        fault = denials.fault_of_panel(after, decision.panel, denied_by(denial))
        if fault:
            raise Refused(fault)
        happened = denials.decided(decision.overturned).to_json()
        status.become(
            desk, found, Status.IN_REVIEW if decision.overturned else Status.DENIED,
            Actor.SECOND_REVIEWER, by_id, mail=False,
            happened=happened, words=decision.reasons, overturned=decision.overturned,
            panel=", ".join(decision.panel),
        )  # fmt: skip
        notice = "review_overturned" if decision.overturned else "review_upheld"
        _tell(desk, found, notice, words=decision.reasons)
        db.session.commit()


def _denial(found: Application, wanted: Status) -> Denied:
    expect(found, wanted)
    denial = denied.of(found)
    if denial is None:
        raise Refused(Sentence("Nothing says when this application was denied."))
    return denial


def _must_not_have_denied(denial: Denied, by_id: int) -> None:
    if by_id in denial.by:
        raise Refused(
            Sentence("You are one of the two who denied it. Another person must decide this.")
        )


def _must_fit(terms: Terms, request: Request) -> None:
    fault = terms.fault_of_day(request.came_on) or terms.fault_of_late(
        request.came_on, request.late
    )
    if fault:
        raise Refused(fault)
    if request.late is not Late.IN_TIME and not request.note:
        raise Refused(Sentence("Say why the late request is taken or refused."))


def _take(
    desk: Desk, found: Application, by_id: int, request: Request, told: dict[str, Any]
) -> None:
    after = desk.regime.office.denial
    found.answer_by = denials.answer_by(after, request.came_on)
    told = told | {"then": denials.answer(after, request.came_on).to_json()}
    status.become(
        desk, found, Status.DECISION_REVIEW, Actor.REVIEWER, by_id, mail=False, **told,
        grounds=request.grounds,
    )  # fmt: skip
    _tell(desk, found, "review_asked", **told)


def _tell(desk: Desk, found: Application, notice: str, **values: Any) -> None:
    status.tell(desk, found, notice, kind=desk.regime.kind(found.kind).title, **values)
