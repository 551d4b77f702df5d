"""What the bureau is asked to do by hand about a payment or a refund."""

from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.office import Task, TaskKind
from cecs.models.payments import PaymentAttempt


def ask(
    desk: Desk,
    attempt: PaymentAttempt,
    reason: Sentence,
    todo: Sentence | None = None,
    cents: int = 0,
) -> None:
    """Opens a task about a card payment, in the caller's transaction: what happened, what to do.

    Without `todo` it is about a fee that is due again, and takes the place of an earlier one about
    the same payment. `cents` is how much must go back until it is done; 0: any refund ends it.
    """
    application = attempt.application
    if todo is None:
        _take_the_place(desk, attempt)
    details: dict[str, Any] = {
        "reason": reason.to_json(), "application": str(application.id), "attempt": str(attempt.id),
    }  # fmt: skip
    if todo is not None:
        details |= {"todo": todo.to_json(), "cents": cents}
    db.session.add(
        Task(
            kind=TaskKind.PAYMENT, person_id=application.person_id, details=details,
            opened_at=desk.now(),
        )
    )  # fmt: skip


def _take_the_place(desk: Desk, attempt: PaymentAttempt) -> None:
    """Settles what was told before about this charge, such as that it is disputed."""
    waiting = sa.select(Task).where(
        Task.kind == TaskKind.PAYMENT, Task.person_id == attempt.application.person_id,
        Task.closed_at.is_(None),
    )  # fmt: skip
    for task in db.session.scalars(waiting):
        if task.details.get("attempt") == str(attempt.id) and "todo" not in task.details:
            task.closed_at = desk.now()
