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
from cecs.domain.payments import TAKEN_BACK, AttemptState, RefundState
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.models.applications import Fee
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import credits, gateway_books, mailed_day, open_money
from cecs.services.gateway_books import Problem
from cecs.services.mailed_day import MailedDay


@dataclass(frozen=True, slots=True)
class Day:
    """One legal day. `at_gateway` is None where the gateway could not be asked."""

    day: date
    captures: Sequence[PaymentAttempt]
    settlements: Sequence[PaymentAttempt]
    refunds: Sequence[Refund]
    mail: MailedDay
    lost: Sequence[tuple[PaymentAttempt, Cents]]  # of the captures, what banks took back since
    fallen: Cents  # of the captures, what pays no fee any more: taken back, or returned
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
    def taken_back(self) -> Cents:
        """Of the captures, what banks took back since; what was refunded is no part of it."""
        return Cents(sum(cents for _, cents in self.lost))

    @property
    def unexplained(self) -> Cents:
        """What pays fees of the payments, less the ledger; below 0 where the ledger has more."""
        return Cents(self.captured - self.fallen - self.ledger_card)

    @property
    def cards_agree(self) -> bool:
        """Whether payments, ledger and the gateway's list tell the same of cards."""
        return (
            self.captured == self.at_gateway and self.unexplained == 0 and self.charges_agree
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Month:
    """A month's sums, in whole cents."""

    first: date
    card: Cents
    taken_back: Cents  # of `card`, what banks took back since
    mailed: Cents
    refunded: Cents

    @property
    def stands(self) -> Cents:
        """What cards paid, without what was taken back."""
        return Cents(self.card - self.taken_back)

    @property
    def stays(self) -> Cents:
        """What came in and stayed."""
        return Cents(self.stands + self.mailed - self.refunded)


def of_day(desk: Desk, day: date) -> Day:
    """Everything of one legal day, compared with the ledger and with the gateway."""
    start, end = desk.bounds(day)
    captures = _attempts(PaymentAttempt.paid_at, start, end)
    returned = db.session.scalars(
        sa.select(Refund).where(
            Refund.state == RefundState.DONE, Refund.moved_at >= start, Refund.moved_at < end
        )
    ).all()
    compared = gateway_books.compare(desk, captures, start, end)
    problems = (*_ledger_problems(captures), *compared.problems, *open_money.problems(desk))
    paid_by_mail = sa.and_(
        Fee.mailed_payment_id.is_not(None), Fee.paid_at >= start, Fee.paid_at < end
    )
    return Day(
        day, captures, _attempts(PaymentAttempt.settled_at, start, end), returned,
        mailed_day.of_day(desk, day), _lost(captures), _fallen(captures),
        _ledger(Fee.payment_attempt_id.in_([one.id for one in captures])),
        _ledger(paid_by_mail), compared.taken, not compared.problems, problems,
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
    back = sum(cents for _, cents in _lost(_attempts(PaymentAttempt.paid_at, start, end)))
    return Month(first, sums[0], Cents(back), *sums[1:])


def _attempts(
    column: sa.orm.attributes.InstrumentedAttribute[datetime | None],
    start: datetime,
    end: datetime,
) -> Sequence[PaymentAttempt]:
    chosen = sa.select(PaymentAttempt).where(column >= start, column < end)
    return db.session.scalars(chosen.order_by(column)).all()


def _lost(captures: Sequence[PaymentAttempt]) -> Sequence[tuple[PaymentAttempt, Cents]]:
    """What banks took back, by payment, without what had been refunded of it."""
    taken = [one for one in captures if one.settlement in TAKEN_BACK]
    return [(one, Cents(one.cents - credits.returned_cents(one.id))) for one in taken]


def _fallen(captures: Sequence[PaymentAttempt]) -> Cents:
    """What pays no fee any more: the bank took it, or it was returned as paid twice."""
    lost = sum(one.cents for one in captures if one.settlement in TAKEN_BACK)
    alone = [one for one in captures if one.settlement not in TAKEN_BACK and not one.fees]
    return Cents(lost + sum(credits.returned_cents(one.id) for one in alone))


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
