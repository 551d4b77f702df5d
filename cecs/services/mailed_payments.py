"""Checks and money orders that come by post: booked, matched, kept in suspense, or sent back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import names, references
from cecs.domain.mailed_payments import (
    NEVER_TAKEN,
    TAKEN,
    Instrument,
    PaymentState,
    WhyReturned,
    counts_from,
    explained,
    must_go_back,
)
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.cashier import MailedPayment
from cecs.services import attempts, batches, ledger, receipts, status
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, writing


@dataclass(frozen=True, slots=True)
class Received:
    """What lay in an envelope; `cents` are whole, `documents` the papers beside it, in words."""

    instrument: Instrument
    number: str
    issuer: str
    cents: int
    received_on: date
    postmarked_on: date | None = None
    payer: str = ""
    documents: str = ""


def book(desk: Desk, by_id: int, named: Sequence[str], received: Received) -> int:
    """Books an envelope and gives the payment's id; its state says what became of it.

    `named` are the references that came with it. What pays them exactly is matched, what cannot
    be taken goes back with a letter, what names nobody waits in suspense. Raises Refused.
    """
    writing()
    try:
        _check(desk, received)
        applications = [_meant(by_id, words) for words in named]
        payment = _payment(desk, by_id, received)
        payment.application_id = applications[0].id if applications else None
        db.session.add(payment)
        db.session.flush()
        if applications:
            _match_or_return(desk, payment, applications, by_id)
        elif received.instrument in TAKEN:
            payment.batch_id = batches.open_one(desk).id
        else:
            _return(desk, payment, NEVER_TAKEN[received.instrument], [])
    except BaseException:
        db.session.rollback()
        raise
    id = payment.id
    db.session.commit()
    return id


def record(desk: Desk, id: uuid.UUID, by_id: int, received: Received) -> None:
    """Books what came for one application, if it pays exactly what is due. Raises Gone, Refused.

    For whoever has the application open; the mail room's way is `book`.
    """
    writing()
    application = db.session.get(Application, id)
    if application is None:
        raise Gone(f"Application {id}")
    owed = Cents(ledger.payable_cents(application))
    why = must_go_back(received.instrument, received.cents, owed)
    if why is WhyReturned.NOTHING_DUE:
        raise Refused(Sentence("This application waits for no payment."))
    if why is not None:
        db.session.rollback()
        raise Refused(
            Sentence(
                "{owed} is due, and this is {came}. Book it in the mail room to send it back.",
                owed=owed,
                came=Cents(received.cents),
            )
        )
    book(desk, by_id, [application.reference], received)


def match(desk: Desk, payment_id: int, by_id: int, named: Sequence[str]) -> None:
    """Finds the owner of what waited in suspense. Raises Gone, Refused; then it still waits."""
    payment = _held(payment_id)
    try:
        applications = [_meant(by_id, words) for words in named]
        if not applications:
            raise Refused(Sentence("Enter the reference of an application."))
        owed = Cents(sum(ledger.payable_cents(one) for one in applications))
        if must_go_back(payment.instrument, payment.cents, owed) is not None:
            raise Refused(
                Sentence(
                    "{owed} is due, and this is {came}. Send it back, or leave it here.",
                    owed=owed,
                    came=Cents(payment.cents),
                )
            )
        payment.application_id = applications[0].id
        _settle(desk, payment, applications, by_id)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def send_back(desk: Desk, payment_id: int, by_id: int) -> None:
    """Returns what waited in suspense, unless it went to the bank. Raises Gone, Refused."""
    payment = _held(payment_id)
    if payment.batch and payment.batch.closed_at:
        db.session.rollback()
        raise Refused(Sentence("It was deposited already. Only a refund can send it back."))
    owners = [payment.application] if payment.application else []
    _return(desk, payment, WhyReturned.NO_OWNER, owners)
    db.session.commit()


def payment(id: int) -> MailedPayment:
    """One of them, whatever became of it. Raises Gone."""
    found = db.session.get(MailedPayment, id)
    if found is None:
        raise Gone(f"MailedPayment {id}")
    return found


def in_suspense(words: str = "") -> Sequence[MailedPayment]:
    """What waits for its owner, the oldest first; `words` begin the name on it."""
    waiting = sa.select(MailedPayment).where(MailedPayment.state == PaymentState.SUSPENSE)
    if key := names.key(words):
        waiting = waiting.where(MailedPayment.payer_key.contains(key, autoescape=True))
    return db.session.scalars(waiting.order_by(MailedPayment.received_on, MailedPayment.id)).all()


def _check(desk: Desk, received: Received) -> None:
    if received.received_on > desk.today():
        raise Refused(Sentence("The day on which it came cannot lie ahead."))
    if received.postmarked_on and received.postmarked_on > received.received_on:
        raise Refused(Sentence("It cannot have been mailed after it came."))
    same = db.session.scalar(
        sa.select(MailedPayment)
        .where(MailedPayment.instrument == received.instrument)
        .where(MailedPayment.number == received.number, MailedPayment.number != "")
        .where(sa.func.lower(MailedPayment.issuer) == received.issuer.lower())
        .where(MailedPayment.state != PaymentState.RETURNED)
        .limit(1)
    )
    if same is not None:
        raise Refused(
            Sentence(
                "This number of this issuer is booked already, on {day}.", day=same.received_on
            )
        )


def _meant(by_id: int, words: str) -> Application:
    """The application of a reference, held in the caller's transaction. Raises Refused."""
    reference = references.normalise(words)
    found: Application | None = db.session.scalar(
        sa.select(Application)
        .where(Application.reference == (reference or words.strip().upper()))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Refused(Sentence("No application has the reference {reference}.", reference=words))
    if found.person_id == by_id:
        raise Refused(Sentence("Nobody books a payment for their own application."))
    if attempts.is_charging(found.id):
        raise Refused(Sentence("A card is being charged for it. Look again in a few minutes."))
    return found


def _payment(desk: Desk, by_id: int, received: Received) -> MailedPayment:
    return MailedPayment(
        state=PaymentState.SUSPENSE, instrument=received.instrument, number=received.number,
        issuer=received.issuer, cents=received.cents, payer=received.payer,
        payer_key=names.key(received.payer), received_on=received.received_on,
        postmarked_on=received.postmarked_on, documents=received.documents,
        recorded_at=desk.now(), recorded_by_id=by_id,
    )  # fmt: skip


def _held(payment_id: int) -> MailedPayment:
    writing()
    found = db.session.get(MailedPayment, payment_id, with_for_update=True, populate_existing=True)
    if found is None or found.state is not PaymentState.SUSPENSE:
        db.session.rollback()
        raise Gone(f"MailedPayment {payment_id} does not wait in suspense")
    return found


def _match_or_return(
    desk: Desk, payment: MailedPayment, applications: Sequence[Application], by_id: int
) -> None:
    owed = sum(ledger.payable_cents(application) for application in applications)
    why = must_go_back(payment.instrument, payment.cents, owed)
    for application in applications:
        if payment.documents:
            status.note(desk, application, "documents_came", by_id, words=payment.documents)
    if why is not None:
        _return(desk, payment, why, applications)
        return
    payment.batch_id = batches.open_one(desk).id
    _settle(desk, payment, applications, by_id)


def _settle(
    desk: Desk, payment: MailedPayment, applications: Sequence[Application], by_id: int
) -> None:
    rule = desk.regime.office.mail_counts_from
    day = counts_from(rule, payment.received_on, payment.postmarked_on)
    payment.state = PaymentState.MATCHED
    for application in applications:
        ids = [fee.id for fee in ledger.due_fees(application)]
        ledger.settle(desk, application, ids, by_id, day, mailed_payment_id=payment.id)
        receipts.mail_for_post(desk, payment, application, ids)


def _return(
    desk: Desk,
    payment: MailedPayment,
    why: WhyReturned,
    applications: Sequence[Application],
) -> None:
    payment.state, payment.returned_why = PaymentState.RETURNED, why
    payment.returned_on, payment.batch_id = desk.today(), None
    for application in applications:
        owed, came = Cents(ledger.payable_cents(application)), Cents(payment.cents)
        status.note(desk, application, "payment_returned", payment.recorded_by_id)
        status.tell(desk, application, "payment_returned", why=explained(why, came, owed).to_json())
