"""Applications as they lie on the bureau's table, filed by the cast."""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from cecs.domain.applications import Status
from cecs.domain.regime import APPLICATION_FEE
from cecs.extensions import db
from cecs.models.applications import Answer, Application, Fee
from cecs.services.refused import Refused
from tests.people import Character

_numbers = count(1)


def applies(
    app: Flask,
    who: Character,
    status: Status = Status.WAITING_FIRST_REVIEW,
    kind: str = "renew_initial",
    paid: bool = True,
    checked: bool = False,
    endorsements: tuple[str, ...] = (),
    **columns: Any,
) -> UUID:
    """Files one over $100 in two lines, about the first certificate of its owner."""
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        now = desk.now()
        about = who.certificate_ids[0] if who.certificate_ids else None
        application = Application(
            **{
                "reference": f"CT-TEST-{next(_numbers):04}", "person_id": who.id,
                "educator_id": who.educator_id, "kind": kind, "certificate_id": about,
                "status": status, "created_at": now, "submitted_at": now,
                "filed_on": desk.today() if paid else None,
                "background_checked_at": now if checked else None,
            }
            | columns
        )  # fmt: skip
        for code in (APPLICATION_FEE, desk.regime.kind(kind).fee):
            application.fees.append(Fee(code=code, cents=5000, paid_at=now if paid else None))
        content = {"endorsements": list(endorsements)}
        application.answers.append(Answer(slug="request", content=content, at=now))
        db.session.add(application)
        db.session.commit()
        return application.id


def now(id: UUID) -> Application:
    """The application as others see it."""
    db.session.rollback()
    return db.session.get_one(Application, id)


def refusal(does: Callable[[], None]) -> str:
    """What a reviewer is told who may not do this."""
    with pytest.raises(Refused) as refused:
        does()
    return str(refused.value.sentence)
