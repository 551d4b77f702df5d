"""Receipts: what was paid, how, and for what; on a page, by mail and on paper.

Each payment has its own, which stays when the payment does not stand, and says so then.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import fees
from cecs.domain.payments import AttemptState, Settlement
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
FELL: Mapping[Settlement, Sentence] = {
    Settlement.DECLINED: Sentence(
        "This payment did not stand: the bank did not settle it. It pays no fee."
    ),
    Settlement.DISPUTED: Sentence(
        "This payment does not stand now: the cardholder disputes it. It pays no fee."
    ),
    Settlement.LOST: Sentence(
        "This payment did not stand: the cardholder's bank took it back. It pays no fee."
    ),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment for one application; `key` finds it again, `number` is what the payer quotes.

    `notes` say what became of it since: that it did not stand, or that money was returned.
    """

    key: str
    number: str
    reference: str
    name: str
    lines: tuple[tuple[Sentence, Cents], ...]
    how: Sentence
    paid_at: datetime
    notes: tuple[Sentence, ...] = ()

    @property
    def total(self) -> Cents:
        """All lines together."""
        return Cents(sum(cents for _, cents in self.lines))


def of_application(desk: Desk, application: Application) -> tuple[Receipt, ...]:
    """All receipts of an application, the oldest first. What cost nothing has none."""
    made = [*_by_card(desk, application), *_by_mail(desk, application)]
    return tuple(sorted(made, key=lambda one: one.paid_at))


def receipt(desk: Desk, application: Application, key: str) -> Receipt:
    """One of them. Raises Gone."""
    for found in of_application(desk, application):
        if found.key == key:
            return found
    raise Gone(f"Receipt {key}")


def key_of(payment: PaymentAttempt | MailedPayment) -> str:
    """What ends the numbers of its receipts."""
    if isinstance(payment, PaymentAttempt):
        return payment.id.hex[:8].upper()
    return f"M{payment.id}"  # no hexadecimal digit: never the key of a card payment


def mail(desk: Desk, attempt: PaymentAttempt) -> None:
    """Mails the receipt of a card payment, in the caller's transaction."""
    db.session.flush()
    _mail(desk, attempt.application, _of_attempt(desk, attempt))


def mail_for_post(
    desk: Desk, payment: MailedPayment, application: Application, fee_ids: Collection[int]
) -> None:
    """Mails the receipt of a mailed payment, in the caller's transaction."""
    db.session.flush()
    lines = [fee for fee in application.fees if fee.id in fee_ids]
    _mail(desk, application, _of_mailed(desk, application, payment, lines))


def _mail(desk: Desk, application: Application, made: Receipt) -> None:
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


def _by_card(desk: Desk, application: Application) -> Iterator[Receipt]:
    paid = sa.select(PaymentAttempt).where(
        PaymentAttempt.application_id == application.id, PaymentAttempt.state == AttemptState.PAID
    )
    for attempt in db.session.scalars(paid):
        yield _of_attempt(desk, attempt)


def _by_mail(desk: Desk, application: Application) -> Iterator[Receipt]:
    by_payment: dict[int, list[Fee]] = {}
    for fee in application.fees:
        if fee.mailed_payment_id is not None:
            by_payment.setdefault(fee.mailed_payment_id, []).append(fee)
    for id, lines in by_payment.items():
        payment = db.session.get_one(MailedPayment, id)
        yield _of_mailed(desk, application, payment, lines)


def _of_attempt(desk: Desk, attempt: PaymentAttempt) -> Receipt:
    """The lines it was for, though they may be paid by another payment, or by none, since."""
    assert attempt.paid_at is not None
    lines = [fee for fee in attempt.application.fees if fee.id in attempt.fee_ids]
    how = Sentence(
        "{brand} credit card ending in {last}", brand=attempt.brand, last=attempt.last_four
    )
    fell = (FELL[attempt.settlement],) if attempt.settlement in FELL else ()
    own = [fee for fee in lines if fee.payment_attempt_id == attempt.id]
    notes = (*fell, *_returned(own))
    return _receipt(desk, attempt.application, key_of(attempt), lines, how, attempt.paid_at, notes)


def _of_mailed(
    desk: Desk, application: Application, payment: MailedPayment, lines: Sequence[Fee]
) -> Receipt:
    how = Sentence(
        "{instrument} number {number}, {issuer}",
        instrument=INSTRUMENTS[payment.instrument],
        number=payment.number,
        issuer=payment.issuer,
    )
    at = lines[0].paid_at
    assert at is not None
    return _receipt(desk, application, key_of(payment), lines, how, at, tuple(_returned(lines)))


def _returned(lines: Sequence[Fee]) -> Iterator[Sentence]:
    if cents := sum(fee.refunded_cents for fee in lines):
        yield Sentence("{cents} of it was returned since.", cents=Cents(cents))


def _receipt(
    desk: Desk,
    application: Application,
    key: str,
    lines: Sequence[Fee],
    how: Sentence,
    paid_at: datetime,
    notes: tuple[Sentence, ...],
) -> Receipt:
    titles = fees.titles(desk.regime, application.kind)
    return Receipt(
        key=key,
        number=f"{application.reference}-{key}",
        reference=application.reference,
        name=f"{application.person.first_name} {application.person.last_name}",
        lines=tuple((titles[fee.code], Cents(fee.cents)) for fee in lines),
        how=how,
        paid_at=paid_at,
        notes=notes,
    )
