"""What an application owes, in whole cents, and what happens once it is paid or taken back."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import UNPAYABLE, Actor, Status
from cecs.domain.fees import FeeDue, may_wait, must_wait
from cecs.domain.regime import APPLICATION_FEE
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.applications import Application, Fee
from cecs.services import attempts, issuing, status
from cecs.services.refused import Refused
from cecs.services.transactions import locked

UNFILED = (Status.AWAITING_PAYMENT, Status.AWAITING_MAILED_PAYMENT)


def due_fees(application: Application) -> list[Fee]:
    """The lines that are due now: a balance that waits is due once the bureau has approved."""
    approved = application.status is Status.APPROVED_BALANCE_DUE
    return [
        fee
        for fee in application.fees
        if fee.paid_at is None and (approved or fee.due is FeeDue.AT_SUBMISSION)
    ]


def due_cents(application: Application) -> int:
    """What is due now, in whole cents."""
    return sum(fee.cents for fee in due_fees(application))


def later_cents(application: Application) -> int:
    """What will be due on approval, in whole cents."""
    unpaid = sum(fee.cents for fee in application.fees if fee.paid_at is None)
    return unpaid - due_cents(application)


def application_fee_cents(application: Application) -> int:
    """The application fee alone, paid or not, in whole cents: no balance is in it."""
    return sum(fee.cents for fee in application.fees if fee.code == APPLICATION_FEE)


def payable_cents(application: Application) -> int:
    """What may be paid now, in whole cents; 0 for drafts and for what came to nothing."""
    return 0 if application.status in UNPAYABLE else due_cents(application)


def may_choose(desk: Desk, application: Application) -> bool:
    """Whether its owner may still choose to pay the balance now or on approval."""
    kind = desk.regime.kind(application.kind)
    open_now = application.status in (*UNFILED, Status.DRAFT)
    untouched = all(fee.paid_at is None for fee in application.fees)
    return open_now and untouched and may_wait(kind) and not must_wait(kind) and _parts(application)


def choose(desk: Desk, application_id: uuid.UUID, balance_later: bool) -> None:
    """Puts the balance off until the approval, or not. Raises Gone, Refused."""
    application = locked(Application, application_id)
    if not may_choose(desk, application) or attempts.is_charging(application_id):
        db.session.rollback()
        raise Refused(Sentence("This cannot be chosen any more."))
    attempts.drop_prepared(desk, application_id, "another amount was chosen")
    for fee in application.fees:
        if fee.code != APPLICATION_FEE:
            fee.due = FeeDue.ON_APPROVAL if balance_later else FeeDue.AT_SUBMISSION
    db.session.commit()


def settle(
    desk: Desk,
    application: Application,
    fee_ids: Collection[int],
    by_id: int | None,
    paid_on: date,
    mailed_payment_id: int | None = None,
    payment_attempt_id: uuid.UUID | None = None,
) -> None:
    """Marks these lines as paid; files, or issues, what was waiting for that.

    In the caller's transaction, on a locked row. `paid_on` is the legal day that counts.
    """
    for fee in application.fees:
        if fee.id in fee_ids and fee.paid_at is None:
            fee.paid_at = desk.now()
            fee.mailed_payment_id = mailed_payment_id
            fee.payment_attempt_id = payment_attempt_id
    status.note(desk, application, "paid", by_id)
    if due_fees(application):
        return
    if application.status in UNFILED:
        signed = application.affidavit_signed_at
        # Filed is what is signed and paid: the later of the two days.
        application.filed_on = max(paid_on, desk.day_of(signed)) if signed else paid_on
        status.become(desk, application, Status.WAITING_FIRST_REVIEW, Actor.PAYMENT, by_id)
    elif application.status is Status.APPROVED_BALANCE_DUE:
        _issue(desk, application, by_id)


def take_back(desk: Desk, application: Application, fees: Sequence[Fee], why: str) -> None:
    """The money for these lines is gone again, none of it to the educator: they are due at once.

    In the caller's transaction, on a locked row. `why` names an event. What was filed stays
    filed: whether it counts is the bureau's to decide.
    """
    for fee in fees:
        fee.paid_at = fee.payment_attempt_id = fee.mailed_payment_id = None
        fee.due = FeeDue.AT_SUBMISSION
    cents = sum(fee.cents for fee in fees)
    status.note(desk, application, why, None, cents=cents)


def give_back(fees: Sequence[Fee], cents: int) -> list[tuple[Fee, int]]:
    """Notes on the lines that `cents` went back: of the application fee last.

    Gives each line with its part. In the caller's transaction, on a locked application.
    """
    parts = []
    for fee in sorted(fees, key=lambda fee: fee.code == APPLICATION_FEE):
        part = min(cents, fee.cents - fee.refunded_cents)
        fee.refunded_cents += part
        cents -= part
        parts.append((fee, part))
    return [(fee, part) for fee, part in parts if part]


def owe_again(application: Application, parts: Sequence[tuple[Fee, int]]) -> list[int]:
    """Makes lines, due at once, for what was returned of others; gives their ids.

    In the caller's transaction, on a locked row. Nothing is due for what came to nothing.
    """
    if application.status in UNPAYABLE:
        return []
    lines = [Fee(code=fee.code, cents=part, due=FeeDue.AT_SUBMISSION) for fee, part in parts]
    application.fees.extend(lines)
    db.session.flush()
    return [line.id for line in lines]


def owe_no_more(desk: Desk, application: Application, fees: Sequence[Fee]) -> None:
    """Takes unpaid lines away; issues what waited for nothing else. On a locked row."""
    for fee in fees:
        application.fees.remove(fee)
        db.session.delete(fee)
    if application.status is Status.APPROVED_BALANCE_DUE and not due_fees(application):
        _issue(desk, application, None)


def of_attempt(attempt_id: uuid.UUID) -> list[Fee]:
    """The lines that this card payment paid."""
    paid = sa.select(Fee).where(Fee.payment_attempt_id == attempt_id).order_by(Fee.id)
    return list(db.session.scalars(paid))


def _parts(application: Application) -> bool:
    return len(application.fees) > 1


def _issue(desk: Desk, application: Application, by_id: int | None) -> None:
    """The balance is paid. If the record has changed meanwhile, a reviewer looks again."""
    if issuing.lacking(desk, application):
        status.become(desk, application, Status.IN_REVIEW, Actor.PAYMENT, by_id)
    else:
        issuing.issue(desk, application, Actor.PAYMENT, by_id)
