"""Checks and money orders that come by post: booked, matched, kept in suspense, or sent back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import names, references
from cecs.domain.applications import Status
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
from cecs.domain.payments import STANDING
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.cashier import MailedPayment
from cecs.services import attempts, batches, ledger, receipts, refunds, status
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, one_at_a_time, writing

RETURNED = "payment_returned"  # the name of the event, and of the mail


class BadReference(Refused):
    """The reference that was typed cannot be used; said next to its field."""


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
    be taken goes back with a letter, what names nobody waits in suspense. Raises Refused, and
    BadReference among these.
    """
    one_at_a_time(MailedPayment)
    try:
        _check(desk, received)
        applications = _all_meant(by_id, named)
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
    if why is not None:
        db.session.rollback()
    if why is WhyReturned.NOTHING_DUE:
        raise Refused(Sentence("This application waits for no payment."))
    if why is not None:
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
        if any(one.state in STANDING for one in refunds.of_mailed(payment_id)):
            raise Refused(Sentence("It goes back, or went back already. It pays nothing more."))
        applications = _all_meant(by_id, named)
        if not applications:
            raise BadReference(Sentence("Enter the reference of an application."))
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
    waiting = waiting.where(MailedPayment.id.not_in(refunds.paid_out_ids()))
    if key := names.key(words):
        waiting = waiting.where(MailedPayment.payer_key.contains(key, autoescape=True))
    return db.session.scalars(waiting.order_by(MailedPayment.received_on, MailedPayment.id)).all()


def latest(desk: Desk, how_many: int = 10) -> Sequence[MailedPayment]:
    """What was booked today, the newest first."""
    newest = sa.select(MailedPayment).order_by(MailedPayment.id.desc()).limit(how_many)
    return [
        one for one in db.session.scalars(newest) if desk.day_of(one.recorded_at) == desk.today()
    ]


def references_of(payment: MailedPayment) -> tuple[str, ...]:
    """The applications that it paid, or with which it came when it went back."""
    if payment.fees:
        return tuple(dict.fromkeys(fee.application.reference for fee in payment.fees))
    noted = returned_with(payment).get("references")
    own = [payment.application.reference] if payment.application else []
    return tuple(noted or own)


def returned_with(payment: MailedPayment) -> Mapping[str, Any]:
    """What was noted as it went back: `owed` (whole cents) and `references`, or nothing."""
    for event in reversed(payment.application.events if payment.application else []):
        if event.name == RETURNED and event.details.get("payment") == payment.id:
            return event.details
    return {}


def why_returned(payment: MailedPayment) -> Sentence | None:
    """The reason as the letter gives it; None unless it went back."""
    if payment.returned_why is None:
        return None
    owed = Cents(returned_with(payment).get("owed", 0))
    return explained(payment.returned_why, Cents(payment.cents), owed)


def way_of(application: Application) -> tuple[tuple[Sentence, bool], ...]:
    """How far the newest mailed payment is, in words: what has happened is True.

    The last step that is True is where it stands. Empty where nothing comes by mail.
    """
    payment = _newest_for(application)
    if payment is None and application.status is not Status.AWAITING_MAILED_PAYMENT:
        return ()
    if payment is None:
        return (
            (Sentence("On its way to us"), True),
            (Sentence("Received"), False),
            (Sentence("Matched"), False),
        )
    came = Sentence("Received on {day}", day=payment.received_on)
    if payment.state is PaymentState.RETURNED:
        last = Sentence("Comes back to you, mailed on {day}", day=payment.returned_on)
    elif payment.state is PaymentState.MATCHED:
        last = Sentence("Matched: it pays your fee")
    else:
        last = Sentence("Matched")
    done = payment.state is not PaymentState.SUSPENSE
    return ((Sentence("On its way to us"), True), (came, True), (last, done))


def _newest_for(application: Application) -> MailedPayment | None:
    ids = {fee.mailed_payment_id for fee in application.fees}
    ids |= {event.details.get("payment") for event in application.events if event.name == RETURNED}
    return db.session.scalar(
        sa.select(MailedPayment)
        .where(
            (MailedPayment.application_id == application.id) | MailedPayment.id.in_(ids - {None})
        )
        .order_by(MailedPayment.id.desc())
        .limit(1)
    )


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


def _all_meant(by_id: int, named: Sequence[str]) -> list[Application]:
    """Each once, though a scanner may have read it twice."""
    return list(dict.fromkeys(_meant(by_id, words) for words in named))


def _meant(by_id: int, words: str) -> Application:
    """The application of a reference, held in the caller's transaction. Raises BadReference."""
    reference = references.normalise(words)
    found: Application | None = db.session.scalar(
        sa.select(Application)
        .where(Application.reference == (reference or words.strip().upper()))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise BadReference(
            Sentence("No application has the reference {reference}.", reference=words)
        )
    if found.person_id == by_id:
        raise BadReference(Sentence("Nobody books a payment for their own application."))
    if attempts.is_charging(found.id):
        raise BadReference(Sentence("A card is being charged for it. Look again in a few minutes."))
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
    one_at_a_time(MailedPayment)
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
        if not ledger.payable_cents(application):
            continue  # it came along: a draft, one that has ended, or one that is paid
        attempts.drop_prepared(desk, application.id, "paid by mail")
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
    came, owed = Cents(payment.cents), sum(ledger.payable_cents(one) for one in applications)
    noted = {
        "payment": payment.id,
        "owed": owed,
        "references": [application.reference for application in applications],
    }
    for application in applications:
        words = explained(why, came, Cents(owed)).to_json()
        status.note(desk, application, RETURNED, payment.recorded_by_id, **noted)
        status.tell(desk, application, RETURNED, why=words)
