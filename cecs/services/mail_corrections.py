"""Entries of the mail room that were booked wrongly, put right while nothing has left the house.

What was said to an educator cannot be unsaid: they are told that it does not hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cecs.desk import Desk
from cecs.domain.applications import Actor, Status
from cecs.domain.mailed_payments import PaymentState
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.models.cashier import MailedPayment
from cecs.models.office import Task, TaskKind
from cecs.services import attempts, envelopes, ledger, mailed_payments, refunds, status
from cecs.services.mailed_payments import Received
from cecs.services.receipts import INSTRUMENTS
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, one_at_a_time

CORRECTED = "payment_corrected"  # the name of the event, and of the mail
NOT_OURS = Sentence(
    "We booked a mailed payment of {cents} here by mistake. It pays no fee of yours."
)
SET_RIGHT = Sentence(
    "We had booked your mailed payment of {cents} wrongly. Another mail says what holds now."
)
NOT_BACK = Sentence("We wrote that what you mailed comes back to you. That does not hold.")
STOOD: Mapping[PaymentState, Sentence] = {
    PaymentState.MATCHED: Sentence("{what}, {cents}, received on {day}: matched to {named}"),
    PaymentState.SUSPENSE: Sentence("{what}, {cents}, received on {day}: in suspense, {named}"),
    PaymentState.RETURNED: Sentence("{what}, {cents}, received on {day}: sent back, {named}"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """What stood in an entry before somebody put it right."""

    at: datetime
    by: Person
    stood: Sentence


def history(payment: MailedPayment) -> tuple[Correction, ...]:
    """What was corrected in an entry, the oldest first."""
    return tuple(
        Correction(
            datetime.fromisoformat(one["at"]),
            db.session.get_one(Person, one["by"]),
            Sentence.from_json(one["stood"]),
        )
        for one in payment.corrections
    )


def may_be_corrected(payment: MailedPayment) -> bool:
    """Whether it is still in the house: in an open deposit, or without its letter."""
    if payment.state is PaymentState.RETURNED:
        return payment.letter_printed_at is None
    refunded = refunds.in_the_way(payment.id) is not None
    return not refunded and payment.batch is not None and payment.batch.closed_at is None


def correct(
    desk: Desk,
    payment_id: int,
    by_id: int,
    named: Sequence[str],
    received: Received,
    agreement: str = "",
) -> None:
    """Books an entry anew, with what should have been typed. Raises Gone, Refused.

    It pays, waits or goes back as in `mailed_payments.book`, and needs the same agreement. Whom it
    paid, or was to go back to, without right, is told; where the bureau has begun to read what
    was filed with it, the fee is due again and the bureau has a task.
    """
    one_at_a_time(MailedPayment)
    try:
        payment = _entry(payment_id)
        paid = mailed_payments.references_of(payment)
        envelopes.held([*paid, *named])  # all at once, so that they are held in order
        earlier = envelopes.held(paid)
        _must_be_correctable(payment, earlier, by_id)
        applications = mailed_payments.checked(desk, by_id, named, received, but=payment.id)
        outcome = _facts_that_decide(payment, earlier)
        _keep_what_stood(desk, payment, by_id)
        papers = payment.documents
        mailed_payments.write(payment, received)
        if payment.state is PaymentState.SUSPENSE or outcome != _facts_that_decide(
            payment, applications
        ):
            _undo(desk, payment, earlier, applications, by_id)
            mailed_payments.conclude(desk, payment, applications, by_id, agreement)
        elif payment.documents != papers:
            mailed_payments.note_papers(desk, payment, applications, by_id)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def letter_printed(desk: Desk, payment_id: int) -> None:
    """Notes that its letter is printed: what goes with it is corrected no more. Raises Gone."""
    one_at_a_time(MailedPayment)
    payment = db.session.get(MailedPayment, payment_id, populate_existing=True)
    if payment is None or payment.state is not PaymentState.RETURNED:
        db.session.rollback()
        raise Gone(f"MailedPayment {payment_id} is not sent back")
    payment.letter_printed_at = payment.letter_printed_at or desk.now()
    db.session.commit()


def _entry(payment_id: int) -> MailedPayment:
    found = db.session.get(MailedPayment, payment_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Gone(f"MailedPayment {payment_id}")
    return found


def _must_be_correctable(
    payment: MailedPayment, earlier: Sequence[Application], by_id: int
) -> None:
    if not may_be_corrected(payment):
        raise Refused(
            Sentence("It went to the bank, or its letter is printed. It is corrected no more.")
        )
    for application in earlier:
        if application.person_id == by_id:
            raise Refused(Sentence("Nobody corrects a payment for their own application."))
        if attempts.is_charging(application.id):
            raise Refused(Sentence("A card is being charged for it. Look again in a few minutes."))


def _facts_that_decide(payment: MailedPayment, applications: Sequence[Application]) -> object:
    """Where these stay the same, so does what became of it, and nobody has to be told."""
    return (
        {application.id for application in applications},
        (payment.instrument, payment.cents, payment.received_on, payment.postmarked_on),
    )


def _keep_what_stood(desk: Desk, payment: MailedPayment, by_id: int) -> None:
    what = [str(INSTRUMENTS[payment.instrument]), payment.number, payment.issuer]
    named = ", ".join(mailed_payments.references_of(payment)) or payment.payer
    stood = Sentence(
        STOOD[payment.state].text,
        what=" ".join(part for part in what if part),
        cents=Cents(payment.cents),
        day=payment.received_on,
        named=named,
    )
    kept = {"at": desk.now().isoformat(), "by": by_id, "stood": stood.to_json()}
    payment.corrections = [*payment.corrections, kept]


def _undo(
    desk: Desk,
    payment: MailedPayment,
    earlier: Sequence[Application],
    applications: Sequence[Application],
    by_id: int,
) -> None:
    """It pays nothing and goes nowhere: as it was when the envelope was opened."""
    stood, cents = payment.state, Cents(sum(fee.cents for fee in payment.fees))
    for application in earlier:
        if stood is PaymentState.MATCHED:
            _take_from(desk, payment, application, by_id)
        else:
            status.note(desk, application, CORRECTED, by_id)
    payment.state, payment.application_id = PaymentState.SUSPENSE, None
    payment.returned_on = payment.returned_why = None
    db.session.flush()
    db.session.expire(payment, ["fees"])
    goes_back = mailed_payments.why_back(payment, applications)[0] is not None
    for application in earlier:
        stays = application in applications
        if stood is PaymentState.MATCHED:
            told = Sentence((SET_RIGHT if stays else NOT_OURS).text, cents=cents)
        elif stays and goes_back:
            continue  # that mail says it anew, with what is right
        else:
            told = NOT_BACK
        status.tell(desk, application, CORRECTED, what=told.to_json())


def _take_from(desk: Desk, payment: MailedPayment, application: Application, by_id: int) -> None:
    """The lines are due as before it; filed is not what only this payment has filed."""
    fees = [fee for fee in application.fees if fee.mailed_payment_id == payment.id]
    first = min(fee.paid_at for fee in fees if fee.paid_at)
    due = {fee.id: fee.due for fee in fees}
    ledger.take_back(desk, application, fees, CORRECTED)
    if application.status is Status.ISSUED:
        _ask_the_bureau(desk, application)
        return  # both parts are due at once
    for fee in fees:
        fee.due = due[fee.id]
    filed = any(
        event.name == f"became_{Status.WAITING_FIRST_REVIEW}" and event.at >= first
        for event in application.events
    )
    if filed and application.status is Status.WAITING_FIRST_REVIEW:
        application.filed_on = None
        status.become(desk, application, _waited_for(application), Actor.PAYMENT, by_id)
    else:
        _ask_the_bureau(desk, application)


def _waited_for(application: Application) -> Status:
    """Whether a card or an envelope was waited for before it was filed."""
    for event in reversed(application.events):
        if event.name == f"became_{Status.AWAITING_PAYMENT}":
            return Status.AWAITING_PAYMENT
        if event.name == f"became_{Status.AWAITING_MAILED_PAYMENT}":
            break
    return Status.AWAITING_MAILED_PAYMENT


def _ask_the_bureau(desk: Desk, application: Application) -> None:
    why = Sentence("A mailed payment was booked here by mistake. The fee is due again.")
    details: dict[str, Any] = {"reason": why.to_json(), "application": str(application.id)}
    db.session.add(
        Task(
            kind=TaskKind.PAYMENT, person_id=application.person_id, details=details,
            opened_at=desk.now(),
        )
    )  # fmt: skip
