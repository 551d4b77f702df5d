"""What the bureau is asked to do by hand about a payment or a refund."""

from typing import Any

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.office import Task, TaskKind
from cecs.models.payments import PaymentAttempt


def ask(
    desk: Desk, attempt: PaymentAttempt, reason: Sentence, todo: Sentence | None = None
) -> None:
    """Opens a task about a card payment, in the caller's transaction: what happened, what to do.

    Without `todo` it is about a fee that is due again, and settles itself once that is paid.
    """
    application = attempt.application
    details: dict[str, Any] = {
        "reason": reason.to_json(), "application": str(application.id), "attempt": str(attempt.id),
    }  # fmt: skip
    if todo is not None:
        details["todo"] = todo.to_json()
    db.session.add(
        Task(
            kind=TaskKind.PAYMENT, person_id=application.person_id, details=details,
            opened_at=desk.now(),
        )
    )  # fmt: skip
