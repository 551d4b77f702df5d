"""Receipts: what was paid, how, and for what; on a page, by mail and on paper."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cecs.desk import Desk
from cecs.domain import fees
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import Application, Fee
from cecs.models.cashier import MailedPayment
from cecs.models.payments import PaymentAttempt
from cecs.services import status
from cecs.services.transactions import Gone

INSTRUMENTS = {
    "certified_bank_check": Sentence("Certified bank check"),
    "cashiers_check": Sentence("Cashier's check"),
    "money_order": Sentence("Money order"),
    "personal_check": Sentence("Personal check"),
    "cash": Sentence("Cash"),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment for one application; `key` finds it again, `number` is what the payer quotes."""

    key: int
    number: str
    reference: str
    name: str
    lines: tuple[tuple[Sentence, Cents], ...]
    how: Sentence
    paid_at: datetime

    @property
    def total(self) -> Cents:
        """All lines together."""
        return Cents(sum(cents for _, cents in self.lines))


def of_application(desk: Desk, application: Application) -> tuple[Receipt, ...]:
    """All receipts of an application, the oldest first. What cost nothing has none."""
    paid: dict[object, list[Fee]] = {}
    for fee in application.fees:
        if by := fee.payment_attempt_id or fee.mailed_payment_id:
            paid.setdefault(by, []).append(fee)
    return tuple(_receipt(desk, application, lines) for lines in paid.values())


def receipt(desk: Desk, application: Application, key: int) -> Receipt:
    """One of them. Raises Gone."""
    for found in of_application(desk, application):
        if found.key == key:
            return found
    raise Gone(f"Receipt {key}")


def mail(desk: Desk, attempt: PaymentAttempt) -> None:
    """Mails the receipt of a card payment, in the caller's transaction."""
    db.session.flush()
    _mail(desk, attempt.application, attempt.fee_ids)


def mail_for_post(
    desk: Desk, payment: MailedPayment, application: Application, fee_ids: Collection[int]
) -> None:
    """Mails the receipt of a mailed payment, in the caller's transaction."""
    db.session.flush()
    _mail(desk, application, fee_ids)


def _mail(desk: Desk, application: Application, fee_ids: Collection[int]) -> None:
    made = _receipt(desk, application, [fee for fee in application.fees if fee.id in fee_ids])
    status.tell(
        desk,
        application,
        "receipt",
        number=made.number,
        lines=[[title.to_json(), str(cents)] for title, cents in made.lines],
        total=str(made.total),
        how=made.how.to_json(),
        url=f"{desk.settings.public_url}/payments/{application.id}/receipts/{made.key}",
    )


def _receipt(desk: Desk, application: Application, lines: Sequence[Fee]) -> Receipt:
    titles = fees.titles(desk.regime, application.kind)
    first = lines[0]
    assert first.paid_at is not None
    return Receipt(
        key=first.id,
        number=f"{application.reference}-{first.id}",
        reference=application.reference,
        name=f"{application.person.first_name} {application.person.last_name}",
        lines=tuple((titles[fee.code], Cents(fee.cents)) for fee in lines),
        how=_how(first.payment_attempt_id, first.mailed_payment_id),
        paid_at=first.paid_at,
    )


def _how(attempt_id: uuid.UUID | None, payment_id: int | None) -> Sentence:
    if attempt_id is not None:
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        return Sentence(
            "{brand} credit card ending in {last}", brand=attempt.brand, last=attempt.last_four
        )
    payment = db.session.get_one(MailedPayment, payment_id)
    return Sentence(
        "{instrument} number {number}, {issuer}",
        instrument=INSTRUMENTS[payment.instrument],
        number=payment.number,
        issuer=payment.issuer,
    )
