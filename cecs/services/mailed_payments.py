"""Checks and money orders that come by post: booked, matched, kept in suspense, or sent back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import names
from cecs.domain.applications import Status
from cecs.domain.mailed_payments import (
    NEVER_TAKEN,
    Instrument,
    PaymentState,
    WhyReturned,
    alike,
    asked,
    counts_from,
    explained,
    must_go_back,
)
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.cashier import MailedPayment
from cecs.services import attempts, batches, envelopes, ledger, receipts, refunds, status
from cecs.services.envelopes import Wrong
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, one_at_a_time, writing

RETURNED = "payment_returned"  # the name of the event, and of the mail
DEPOSITED = Sentence("It was deposited already. Only a refund can send it back.")


class WouldGoBack(Refused):
    """It cannot be taken, and goes back once somebody agrees who has read why.

    `agreement` stands for what was read: given to the same call, it says yes to that alone.
    """

    def __init__(self, why: WhyReturned, sentence: Sentence, agreement: str) -> None:
        super().__init__(sentence)
        self.why, self.agreement = why, agreement


@dataclass(frozen=True, slots=True)
class Received:
    """What lay in an envelope; `cents` are whole, `documents` the papers beside it, in words.

    `payer` and `payer_address` stand on it or on the envelope; commas part the address's lines.
    """

    instrument: Instrument
    number: str
    issuer: str
    cents: int
    received_on: date
    postmarked_on: date | None = None
    payer: str = ""
    documents: str = ""
    payer_address: str = ""


def book(
    desk: Desk, by_id: int, named: Sequence[str], received: Received, agreement: str = ""
) -> int:
    """Books an envelope and gives the payment's id; its state says what became of it.

    `named` are the references that came with it. What pays them exactly is matched, what names
    nobody waits in suspense. What cannot be taken goes back with a letter, but only with the
    agreement to that. Raises Refused; among these Wrong and WouldGoBack, and then nothing is
    booked.
    """
    one_at_a_time(MailedPayment)
    try:
        applications = checked(desk, by_id, named, received)
        payment = MailedPayment(recorded_at=desk.now(), recorded_by_id=by_id)
        payment.state = PaymentState.SUSPENSE
        write(payment, received)
        conclude(desk, payment, applications, by_id, agreement)
    except BaseException:
        db.session.rollback()
        raise
    id = payment.id
    db.session.commit()
    return id


def checked(
    desk: Desk, by_id: int, named: Sequence[str], received: Received, but: int | None = None
) -> list[Application]:
    """The applications that are named, held in the caller's transaction. Raises Wrong."""
    applications = envelopes.held(named)
    if faults := envelopes.faults(desk, by_id, named, asdict(received), but):
        raise Wrong(faults)
    return applications


def write(payment: MailedPayment, received: Received) -> None:
    """Puts down what was read off it; what becomes of it is for `conclude` to decide."""
    payment.instrument, payment.number = received.instrument, received.number
    payment.issuer, payment.cents = received.issuer, received.cents
    payment.payer, payment.payer_key = received.payer, names.key(received.payer)
    payment.payer_address, payment.documents = received.payer_address, received.documents
    payment.received_on, payment.postmarked_on = received.received_on, received.postmarked_on


def received(payment: MailedPayment) -> Received:
    """What was read off it, as it stands now."""
    return Received(
        payment.instrument, payment.number, payment.issuer, payment.cents, payment.received_on,
        payment.postmarked_on, payment.payer, payment.documents, payment.payer_address,
    )  # fmt: skip


def conclude(
    desk: Desk,
    payment: MailedPayment,
    applications: Sequence[Application],
    by_id: int,
    agreement: str = "",
) -> None:
    """It pays these applications, waits, or goes back; in the caller's transaction, all held.

    Raises WouldGoBack where it must and this was not agreed to, Refused where it cannot any more.
    """
    why, owed = why_back(payment, applications)
    if why is not None:
        _must_be_agreed(payment, why, owed, applications, agreement)
    payment.application_id = applications[0].id if applications else None
    db.session.add(payment)
    db.session.flush()  # not before: a number is given to what is booked alone
    note_papers(desk, payment, applications, by_id)
    if why is not None:
        _return(desk, payment, why, owed, applications, by_id)
        return
    if payment.batch_id is None:
        payment.batch_id = batches.open_one(desk).id
    if applications:
        _settle(desk, payment, applications, by_id)


def note_papers(
    desk: Desk, payment: MailedPayment, applications: Sequence[Application], by_id: int
) -> None:
    """Tells on each application what papers lay in the envelope, in the caller's transaction."""
    for application in applications:
        if payment.documents:
            status.note(desk, application, "documents_came", by_id, words=payment.documents)


def record(desk: Desk, id: uuid.UUID, by_id: int, received: Received) -> None:
    """Books what came for one application, if it pays exactly what is due. Raises Gone, Refused.

    For whoever has the application open; the mail room's way is `book`.
    """
    writing()
    application = db.session.get(Application, id)
    if application is None:
        raise Gone(f"Application {id}")
    owed, later = (Cents(cents) for cents in _due([application]))
    why = must_go_back(received.instrument, received.cents, owed, later)
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


def match(
    desk: Desk, payment_id: int, by_id: int, named: Sequence[str], agreement: str = ""
) -> None:
    """Finds the owner of what waited in suspense. Raises Gone, Refused; then it still waits.

    What the owner does not owe goes back to them, with the agreement to that, as in `book`.
    """
    payment = _held(payment_id)
    try:
        if refunds.in_the_way(payment_id):
            raise Refused(Sentence("It goes back, or went back already. It pays nothing more."))
        applications = envelopes.held(named)
        faults = envelopes.faults(desk, by_id, named, {})
        if not named:
            faults["references"] = Sentence("Enter the reference of an application.")
        if faults:
            raise Wrong(faults)
        conclude(desk, payment, applications, by_id, agreement)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def send_back(desk: Desk, payment_id: int, by_id: int, address: str) -> None:
    """Returns what waited in suspense to this address, unless it went to the bank.

    Raises Gone, Refused; among these Wrong.
    """
    payment = _held(payment_id)
    try:
        if payment.batch and payment.batch.closed_at:
            raise Refused(DEPOSITED)
        if not address:
            raise Wrong({"address": Sentence("Enter the address to which it goes back.")})
        payment.payer_address = address
        _return(desk, payment, WhyReturned.NO_OWNER, 0, [], by_id)
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()


def payment(id: int) -> MailedPayment:
    """One of them, whatever became of it. Raises Gone."""
    found = db.session.get(MailedPayment, id)
    if found is None:
        raise Gone(f"MailedPayment {id}")
    return found


def in_suspense(words: str = "") -> Sequence[MailedPayment]:
    """What waits for its owner, the oldest first; `words` are like the name on it."""
    waiting = sa.select(MailedPayment).where(MailedPayment.state == PaymentState.SUSPENSE)
    waiting = waiting.where(MailedPayment.id.not_in(refunds.paid_out_ids()))
    oldest_first = waiting.order_by(MailedPayment.received_on, MailedPayment.id)
    found = db.session.scalars(oldest_first).all()
    return [one for one in found if alike(words, one.payer)] if names.key(words) else found


def booked_today(desk: Desk) -> Sequence[MailedPayment]:
    """All of today's, the newest first."""
    today, _ = desk.bounds(desk.today())
    own = sa.select(MailedPayment).where(MailedPayment.recorded_at >= today)
    return db.session.scalars(own.order_by(MailedPayment.id.desc())).all()


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


def way_of(desk: Desk, application: Application) -> tuple[tuple[Sentence, bool], ...]:
    """How far its mailed payment is, in words: what has happened is True.

    The last step that is True is where it stands. Empty where nothing comes by mail.
    """
    payment = _shown_for(application)
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
        last = Sentence("Comes back to you")
        if printed := payment.letter_printed_at:
            last = Sentence("Comes back to you, mailed on {day}", day=desk.day_of(printed))
    elif payment.state is PaymentState.MATCHED:
        last = Sentence("Matched: it pays your fee")
    else:
        last = Sentence("Matched")
    done = payment.state is not PaymentState.SUSPENSE
    return ((Sentence("On its way to us"), True), (came, True), (last, done))


def _shown_for(application: Application) -> MailedPayment | None:
    """The one that pays; while money is due, else, the newest of its own that went back."""
    paying = [fee.mailed_payment_id for fee in application.fees if fee.mailed_payment_id]
    if paying:
        return db.session.get(MailedPayment, max(paying))
    if not ledger.payable_cents(application):
        return None
    noted = {event.details["payment"] for event in application.events if event.name == RETURNED}
    for id in sorted(noted, reverse=True):
        found = payment(id)
        back = found.state is PaymentState.RETURNED
        if back and application.reference in references_of(found):
            return found
    return None


def _due(applications: Sequence[Application]) -> tuple[int, int]:
    """What all of them together must pay now, and may pay with it, in whole cents."""
    open_ones = [one for one in applications if ledger.payable_cents(one)]
    return sum(map(ledger.payable_cents, open_ones)), sum(map(ledger.later_cents, open_ones))


def why_back(
    payment: MailedPayment, applications: Sequence[Application]
) -> tuple[WhyReturned | None, int]:
    """Why it cannot be taken, None where it can, and what these owe together, in whole cents."""
    owed, later = _due(applications)
    if not applications:
        return NEVER_TAKEN.get(payment.instrument), owed
    return must_go_back(payment.instrument, payment.cents, owed, later), owed


def _must_be_agreed(
    payment: MailedPayment,
    why: WhyReturned,
    owed: int,
    applications: Sequence[Application],
    agreement: str,
) -> None:
    named = ", ".join(application.reference for application in applications)
    words = asked(why, Cents(payment.cents), Cents(owed), named)
    if payment.batch and payment.batch.closed_at:
        raise Refused(Sentence("{why} {deposited}", why=words, deposited=DEPOSITED))
    wanted = f"{why} {payment.cents} {owed} {named}"
    if agreement != wanted:
        raise WouldGoBack(why, words, wanted)


def _held(payment_id: int) -> MailedPayment:
    one_at_a_time(MailedPayment)
    found = db.session.get(MailedPayment, payment_id, with_for_update=True, populate_existing=True)
    if found is None or found.state is not PaymentState.SUSPENSE:
        db.session.rollback()
        raise Gone(f"MailedPayment {payment_id} does not wait in suspense")
    return found


def _settle(
    desk: Desk, payment: MailedPayment, applications: Sequence[Application], by_id: int
) -> None:
    rule = desk.regime.office.mail_counts_from
    day = counts_from(rule, payment.received_on, payment.postmarked_on)
    payment.state = PaymentState.MATCHED
    both_parts = payment.cents > _due(applications)[0]
    for application in applications:
        if not ledger.payable_cents(application):
            continue  # it came along: a draft, one that has ended, or one that is paid
        attempts.drop_prepared(desk, application.id, "paid by mail")
        unpaid = [fee for fee in application.fees if fee.paid_at is None]
        ids = [fee.id for fee in (unpaid if both_parts else ledger.due_fees(application))]
        ledger.settle(desk, application, ids, by_id, day, mailed_payment_id=payment.id)
        receipts.mail_for_post(desk, payment, application, ids)


def _return(
    desk: Desk,
    payment: MailedPayment,
    why: WhyReturned,
    owed: int,
    applications: Sequence[Application],
    by_id: int,
) -> None:
    payment.state, payment.returned_why = PaymentState.RETURNED, why
    payment.returned_on, payment.batch_id = desk.today(), None
    noted = {
        "payment": payment.id,
        "owed": owed,
        "references": [application.reference for application in applications],
    }
    for application in applications:
        words = explained(why, Cents(payment.cents), Cents(owed)).to_json()
        status.note(desk, application, RETURNED, by_id, **noted)
        status.tell(desk, application, RETURNED, why=words)
