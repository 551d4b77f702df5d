"""The cashier's day: what came in, what went out, and whether three books agree.

The ledger (fees), the payments (attempts, mailed items) and the gateway's own list must tell the
same to the cent; where they do not, an exception says what to do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.cards import Refusal
from cecs.domain.days import months_before
from cecs.domain.mailed_payments import PaymentState
from cecs.domain.payments import TAKEN_BACK, UNCERTAIN, AttemptState, RefundState, Settlement
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import Fee
from cecs.models.cashier import MailedPayment
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import gateway_books, refunds
from cecs.services.gateway_books import Problem
from cecs.services.payments import QUIET

SETTLES_WITHIN = timedelta(days=4)
SUSPENSE_AT_MOST = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Day:
    """One legal day. `at_gateway` is None where the gateway could not be asked."""

    day: date
    captures: Sequence[PaymentAttempt]
    settlements: Sequence[PaymentAttempt]
    refunds: Sequence[Refund]
    mailed: Sequence[MailedPayment]
    taken_back: Cents  # of the captures, what banks or disputes took back since
    ledger_card: Cents
    ledger_mailed: Cents
    at_gateway: Cents | None
    charges_agree: bool  # one by one, both ways
    problems: tuple[Problem, ...]

    @property
    def captured(self) -> Cents:
        """What cards paid."""
        return Cents(sum(one.cents for one in self.captures))

    @property
    def settled(self) -> Cents:
        """What the banks settled."""
        return Cents(sum(one.cents for one in self.settlements))

    @property
    def refunded(self) -> Cents:
        """What went back, to cards and by check."""
        return Cents(sum(one.cents for one in self.refunds))

    @property
    def cards_agree(self) -> bool:
        """Whether payments, ledger and the gateway's list tell the same of cards."""
        stands = self.captured - self.taken_back
        sums_agree = self.captured == self.at_gateway and stands == self.ledger_card
        return sums_agree and self.charges_agree

    @property
    def by_mail(self) -> Cents:
        """What mailed items paid; those in suspense or sent back paid nothing."""
        matched = PaymentState.MATCHED
        return Cents(sum(one.cents for one in self.mailed if one.state is matched))


@dataclass(frozen=True, slots=True)
class Month:
    """A month's sums, in whole cents."""

    first: date
    card: Cents
    mailed: Cents
    refunded: Cents


def of_day(desk: Desk, day: date) -> Day:
    """Everything of one legal day, compared with the ledger and with the gateway."""
    start, end = desk.bounds(day)
    captures = _attempts(PaymentAttempt.paid_at, start, end)
    returned = db.session.scalars(
        sa.select(Refund).where(
            Refund.state == RefundState.DONE, Refund.moved_at >= start, Refund.moved_at < end
        )
    ).all()
    mailed = db.session.scalars(
        sa.select(MailedPayment)
        .where(MailedPayment.recorded_at >= start, MailedPayment.recorded_at < end)
        .order_by(MailedPayment.id)
    ).all()
    compared = gateway_books.compare(desk, captures, start, end)
    back = Cents(sum(one.cents for one in captures if one.settlement in TAKEN_BACK))
    problems = (*_ledger_problems(captures), *compared.problems, *_open_problems(desk))
    return Day(
        day, captures, _attempts(PaymentAttempt.settled_at, start, end), returned, mailed, back,
        _ledger(Fee.payment_attempt_id.in_([one.id for one in captures])),
        _ledger(Fee.mailed_payment_id.in_([one.id for one in mailed])),
        compared.taken, not compared.problems, problems,
    )  # fmt: skip


def months(desk: Desk, how_many: int = 12) -> tuple[Month, ...]:
    """The sums of the last months, this one included, the oldest first."""
    this = desk.today().replace(day=1)
    firsts = [months_before(this, back) for back in reversed(range(how_many))]
    return tuple(_month(desk, first) for first in firsts)


def refusals(desk: Desk, days: int = 30) -> dict[str, int]:
    """How many cards were refused lately, by reason; under "taken" those that paid."""
    counted = db.session.execute(
        sa.select(PaymentAttempt.state, PaymentAttempt.reason, sa.func.count())
        .where(PaymentAttempt.started_at > desk.now() - timedelta(days=days))
        .group_by(PaymentAttempt.state, PaymentAttempt.reason)
    )
    found = dict.fromkeys([*Refusal, "declined", "taken"], 0)
    for state, reason, count in counted:
        if state is AttemptState.REFUSED and reason in found:
            found[reason] += count
        elif state is AttemptState.DECLINED:
            found["declined"] += count
        elif state is AttemptState.PAID:
            found["taken"] += count
    return found


def _month(desk: Desk, first: date) -> Month:
    start, _ = desk.bounds(first)
    end, _ = desk.bounds((first + timedelta(days=32)).replace(day=1))
    card = sa.select(sa.func.sum(PaymentAttempt.cents)).where(
        PaymentAttempt.paid_at >= start, PaymentAttempt.paid_at < end
    )
    mailed = sa.select(sa.func.sum(Fee.cents)).where(
        Fee.mailed_payment_id.is_not(None), Fee.paid_at >= start, Fee.paid_at < end
    )
    refunded = sa.select(sa.func.sum(Refund.cents)).where(
        Refund.state == RefundState.DONE, Refund.moved_at >= start, Refund.moved_at < end
    )
    sums = [Cents(db.session.scalar(asked) or 0) for asked in (card, mailed, refunded)]
    return Month(first, *sums)


def _attempts(
    column: sa.orm.attributes.InstrumentedAttribute[datetime | None],
    start: datetime,
    end: datetime,
) -> Sequence[PaymentAttempt]:
    chosen = sa.select(PaymentAttempt).where(column >= start, column < end)
    return db.session.scalars(chosen.order_by(column)).all()


def _ledger(which: sa.ColumnElement[bool]) -> Cents:
    return Cents(db.session.scalar(sa.select(sa.func.sum(Fee.cents)).where(which)) or 0)


def _ledger_problems(captures: Sequence[PaymentAttempt]) -> Iterator[Problem]:
    for attempt in captures:
        paid = sum(fee.cents for fee in attempt.fees)
        if attempt.settlement not in TAKEN_BACK and paid != attempt.cents and attempt.fees:
            yield Problem(
                Sentence(
                    "The card paid {cents}, the ledger says {paid}.",
                    cents=Cents(attempt.cents), paid=Cents(paid),
                ),
                Sentence("Look at the application's fees, and refund what was paid twice."),
                attempt,
            )  # fmt: skip


def _open_problems(desk: Desk) -> Iterator[Problem]:
    """What waits too long, whatever day it began."""
    now = desk.now()
    for attempt in _which(
        PaymentAttempt.state.in_(UNCERTAIN), PaymentAttempt.moved_at <= now - 2 * QUIET
    ):
        yield Problem(
            Sentence("It is not known yet whether this card was charged."),
            Sentence("The worker asks the gateway again. Is it running, is the gateway up?"),
            attempt,
        )
    for attempt in _which(
        PaymentAttempt.settlement == Settlement.WAITING,
        PaymentAttempt.paid_at <= now - SETTLES_WITHIN,
    ):
        yield Problem(
            Sentence("The bank has not settled this for days."),
            Sentence("Look the charge up at the gateway."),
            attempt,
        )
    for attempt in _paid_for_nothing():
        yield Problem(
            Sentence("This card payment stands, and what it paid was paid otherwise, too."),
            Sentence("Refund it: a dispute was won after the fee had been paid again."),
            attempt,
        )
    for attempt in _which(PaymentAttempt.settlement == Settlement.DISPUTED):
        yield Problem(
            Sentence("The cardholder disputes this charge; the fee is due again."),
            Sentence("Answer at the gateway within its time limit."),
            attempt,
        )
    yield from _open_refunds(desk)
    yield from _old_suspense(desk)


def _paid_for_nothing() -> list[PaymentAttempt]:
    """Payments that stand without a fee, and were not returned."""
    alone = _which(
        PaymentAttempt.state == AttemptState.PAID,
        PaymentAttempt.settlement.not_in(TAKEN_BACK),
        ~PaymentAttempt.fees.any(),
    )
    return [one for one in alone if refunds.refundable(one, override=True)]


def _open_refunds(desk: Desk) -> Iterator[Problem]:
    gone = Refund.payment_attempt_id.in_(
        sa.select(PaymentAttempt.id).where(PaymentAttempt.settlement.in_(TAKEN_BACK))
    )
    stuck = sa.or_(
        Refund.state.in_((RefundState.FAILED, RefundState.DECLINED)),
        sa.and_(Refund.state == RefundState.APPROVED, gone),
        sa.and_(Refund.state == RefundState.CALLING, Refund.moved_at <= desk.now() - 2 * QUIET),
    )
    recent = Refund.moved_at > desk.now() - timedelta(days=30)
    for refund in db.session.scalars(sa.select(Refund).where(stuck, recent)):
        cents = Cents(refund.cents)
        if refund.state is RefundState.CALLING:
            what = Sentence("It is not known yet whether {cents} went back.", cents=cents)
            todo = Sentence("Do not propose it anew: the worker asks the gateway for a day.")
        else:
            what = Sentence("A refund of {cents} was not made.", cents=cents)
            if refund.state is RefundState.DECLINED:
                what = Sentence("The card's bank turned a refund of {cents} down.", cents=cents)
            todo = Sentence("Look whether the charge still stands; propose it anew if it is right.")
        yield Problem(what, todo, refund.attempt)


def _old_suspense(desk: Desk) -> Iterator[Problem]:
    oldest = desk.today() - SUSPENSE_AT_MOST
    waiting = sa.select(MailedPayment).where(
        MailedPayment.state == PaymentState.SUSPENSE, MailedPayment.received_on <= oldest,
        MailedPayment.id.not_in(refunds.paid_out_ids()),
    )  # fmt: skip
    for payment in db.session.scalars(waiting.order_by(MailedPayment.received_on)):
        yield Problem(
            Sentence("{cents} came by mail and is nobody's yet.", cents=Cents(payment.cents)),
            Sentence("Find its owner, or send it back."),
            payment=payment,
        )


def _which(*criteria: sa.ColumnElement[bool]) -> Sequence[PaymentAttempt]:
    return db.session.scalars(sa.select(PaymentAttempt).where(*criteria)).all()
