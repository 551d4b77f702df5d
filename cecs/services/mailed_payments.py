"""Certified bank checks and money orders, recorded by the bureau when they come by post."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import MailedPayment
from cecs.services import attempts, ledger
from cecs.services.refused import Refused
from cecs.services.reviews import reviewing

WAITS = (Status.AWAITING_PAYMENT, Status.AWAITING_MAILED_PAYMENT)


class Instrument(StrEnum):
    """What the office takes by post. Personal checks are not among them."""

    CERTIFIED_BANK_CHECK = "certified_bank_check"
    CASHIERS_CHECK = "cashiers_check"
    MONEY_ORDER = "money_order"


@dataclass(frozen=True, slots=True)
class Received:
    """What lay in the envelope."""

    instrument: Instrument
    number: str
    issuer: str
    cents: int
    received_on: date


def record(desk: Desk, id: UUID, by_id: int, received: Received) -> None:
    """Books what came against what is due, to the cent, and files the application.

    Raises Gone, Refused.
    """
    with reviewing(id, by_id) as found:
        if found.status not in WAITS:
            raise Refused(Sentence("This application waits for no payment."))
        if attempts.is_charging(found.id):
            raise Refused(Sentence("A card is being charged for it. Look again in a few minutes."))
        _check(desk, received, Cents(ledger.due_cents(found)))
        payment = MailedPayment(
            application_id=found.id,
            instrument=received.instrument,
            number=received.number,
            issuer=received.issuer,
            cents=received.cents,
            received_on=received.received_on,
            recorded_at=desk.now(),
            recorded_by_id=by_id,
        )
        db.session.add(payment)
        db.session.flush()
        ledger.settle(desk, found, by_id, received.received_on, payment.id)
        db.session.commit()


def _check(desk: Desk, received: Received, owed: Cents) -> None:
    if received.cents != owed:
        raise Refused(
            Sentence(
                "{owed} is due, and this is {came}. Send it back with a note; we cannot record it.",
                owed=owed,
                came=Cents(received.cents),
            )
        )
    if received.received_on > desk.today():
        raise Refused(Sentence("The day on which it came cannot lie ahead."))
