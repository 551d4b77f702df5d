"""What an application owes, in whole cents, and what happens once it is paid."""

from datetime import date

from cecs.desk import Desk
from cecs.domain.applications import Actor, Status
from cecs.models.applications import Application
from cecs.services import status

UNFILED = (Status.AWAITING_PAYMENT, Status.AWAITING_MAILED_PAYMENT)


def due_cents(application: Application) -> int:
    """What is still to be paid, in whole cents."""
    return sum(fee.cents for fee in application.fees if fee.paid_at is None)


def settle(
    desk: Desk,
    application: Application,
    by_id: int | None,
    paid_on: date,
    mailed_payment_id: int | None = None,
) -> None:
    """Marks all that is due as paid; files what was waiting for that.

    In the caller's transaction, on a locked row. `paid_on` is the legal day that counts.
    """
    for fee in application.fees:
        if fee.paid_at is None:
            fee.paid_at = desk.now()
            fee.mailed_payment_id = mailed_payment_id
    status.note(desk, application, "paid", by_id)
    if application.status in UNFILED:
        signed = application.affidavit_signed_at
        # Filed is what is signed and paid: the later of the two days.
        application.filed_on = max(paid_on, desk.day_of(signed)) if signed else paid_on
        status.become(desk, application, Status.WAITING_FIRST_REVIEW, Actor.PAYMENT, by_id)
