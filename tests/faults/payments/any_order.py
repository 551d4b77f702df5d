"""An office to which things happen in any order: what people do, what banks do, what fails."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cecs.desk import Desk
from cecs.domain.applications import UNPAYABLE
from cecs.domain.mailed_payments import Instrument
from cecs.domain.payments import LIVE, TAKEN_BACK, AttemptState, RefundState, Settlement
from cecs.extensions import db
from cecs.models.cashier import MailedPayment
from cecs.models.office import Task
from cecs.models.payments import PaymentAttempt, Refund
from cecs.sandbox.gateway.transaction import Transaction
from cecs.services import (
    applications,
    ledger,
    mailed_payments,
    payments,
    refunds,
    settlements,
    sweeping,
)
from cecs.services.mailed_payments import Received
from cecs.services.refused import Refused
from tests.applying import applies, now
from tests.conftest import Clock
from tests.faults.payments.bank import RESERVED, TAKEN, Bank
from tests.faults.payments.recovery import attempts_of
from tests.people import People

NONCES = (
    "fake-valid-no-indicators-nonce",
    "fake-valid-mastercard-nonce",
    "fake-valid-debit-nonce",
    "fake-processor-declined-visa-nonce",
)
CALLS = ("look_up", "sale", "capture", "void", "search", "search_page", "find", "refund")
WAYS = (("drop", "before"), ("drop", "after"), ("status", "before"), ("status", "after"))
TROUBLE = st.none() | st.tuples(st.sampled_from(CALLS), st.sampled_from(WAYS)).map(
    lambda trouble: (trouble[0], *trouble[1])
)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 11, 31, 13 * 60, 25 * 60))
SO_FAR = ("paid", "refunded", "disputed", "disputed, paid again", "sent back, paid again")
SETTLING = ("submitted_for_settlement", "settling")


class AnyOrder(RuleBasedStateMachine):
    """One application of Maria's; Cleo is the cashier, and Sue the other of two people."""

    def __init__(
        self, app: Flask, desk: Desk, clock: Clock, bank: Bank, tally: Callable[..., None]
    ) -> None:
        super().__init__()
        self.desk, self.clock, self.bank, self.tally = desk, clock, bank, tally
        db.session.rollback()
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        bank.forget()
        clock.set(bank.now())
        people = People(app)
        self.cleo = people.staff("Cleo", "Marsh", "cashier").id
        self.sue = people.staff("Sue", "Ames", "supervisor").id
        self.id = applies(app, people.teacher(), status="awaiting_payment", paid=False)
        self.events = 0
        self.refunds_are_turned_down = self.banks_give_in = False

    def _attempts(self, *states: AttemptState) -> list[PaymentAttempt]:
        found = sorted(attempts_of(self.id), key=lambda each: each.started_at)
        return [each for each in found if not states or each.state in states]

    def _disputed(self) -> list[Transaction]:
        return [each for each in self._sales("settled") if _dispute(each) == "open"]

    def _sent_back(self) -> list[Transaction]:
        """What was booked as paid, and its bank did not settle."""
        booked = {str(each.id) for each in self._attempts(AttemptState.PAID)}
        return [each for each in self._sales("settlement_declined") if each.order_id in booked]

    def _undisputed(self) -> list[Transaction]:
        return [each for each in self._sales("settled") if not each.disputes]

    def _sales(self, *statuses: str, kind: str = "sale") -> list[Transaction]:
        found = [each for each in self.bank.transactions() if each.kind == kind]
        return [each for each in found if each.status in statuses]

    def _credits(self, *statuses: str) -> list[Transaction]:
        return self._sales(*statuses, kind="credit")

    # What people do.

    @rule(nonce=st.sampled_from(NONCES))
    def a_card_is_offered(self, nonce: str) -> None:
        self.events += 1
        with suppress(Refused):
            payments.offer_card(self.desk, self.id, nonce)

    @initialize(
        trouble=TROUBLE, so_far=st.sampled_from(SO_FAR),
        turned_down=st.booleans(), give_in=st.booleans(),
    )  # fmt: skip
    def it_begins(
        self, trouble: tuple[str, ...] | None, so_far: str, turned_down: bool, give_in: bool
    ) -> None:
        """The more has happened already, the odder are the turns that are reached."""
        self.refunds_are_turned_down, self.banks_give_in = turned_down, give_in
        self.a_card_is_offered_and_confirmed(NONCES[0], trouble, "")
        if so_far == "paid" or not self._sales(*SETTLING):
            return
        self.a_bank_settles("settlement_declined" if "sent back" in so_far else "settled")
        self.bank.heal()
        if "disputed" in so_far:
            self.a_cardholder_disputes()
        self.the_worker_takes_a_turn(PAUSES[-1])
        if "paid again" in so_far:
            self.a_money_order_comes()
        if "refunded" in so_far:
            self.a_refund_is_proposed_and_decided(0, 5_000, "", True)
            self.the_worker_takes_a_turn(PAUSES[-1])

    @rule(nonce=st.sampled_from(NONCES), trouble=TROUBLE, between=st.sampled_from(("", "", "mail")))
    def a_card_is_offered_and_confirmed(
        self, nonce: str, trouble: tuple[str, ...] | None, between: str
    ) -> None:
        self.events += 1
        if trouble is not None:
            self.bank.order(*trouble)
        with suppress(Refused):
            attempt_id = payments.offer_card(self.desk, self.id, nonce)
            if between:
                self.a_money_order_comes()
            payments.pay(self.desk, self.id, attempt_id)

    @precondition(lambda self: self._attempts())
    @rule(which=st.integers(0, 5))
    def pay_is_pressed(self, which: int) -> None:
        self.events += 1
        newest_first = self._attempts()[::-1]
        payments.pay(self.desk, self.id, newest_first[which % len(newest_first)].id)

    @rule(later=st.booleans())
    def the_balance_is_put_off_or_not(self, later: bool) -> None:
        self.events += 1
        with suppress(Refused):
            ledger.choose(self.desk, self.id, balance_later=later)

    @rule()
    def a_money_order_comes(self) -> None:
        self.events += 1
        cents = ledger.payable_cents(now(self.id)) or 5_000
        number = str(self.events)
        came = Received(Instrument.MONEY_ORDER, number, "Post", cents, self.desk.today())
        with suppress(Refused):
            mailed_payments.book(self.desk, self.cleo, [now(self.id).reference], came)

    @precondition(lambda self: self.events > 12)
    @rule()
    def it_is_withdrawn(self) -> None:
        self.events += 1
        with suppress(Refused):
            applications.withdraw(self.desk, self.id)

    @precondition(lambda self: self._attempts(AttemptState.PAID))
    @rule(
        which=st.integers(0, 5),
        cents=st.sampled_from((1_000, 5_000, 10_000)),
        override=st.sampled_from(("", "The bureau's own mistake")),
        approved=st.sampled_from((True, True, False)),
    )
    def a_refund_is_proposed_and_decided(
        self, which: int, cents: int, override: str, approved: bool
    ) -> None:
        self.events += 1
        paid = self._attempts(AttemptState.PAID)
        with suppress(Refused):
            attempt_id = paid[which % len(paid)].id
            id = refunds.propose(self.desk, attempt_id, self.cleo, cents, "So", override)
            refunds.decide(self.desk, id, self.sue, approved)

    # What banks and time do.

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        self.events += 1
        self.bank.advance(seconds=pause.total_seconds())
        self.clock.set(self.bank.now())

    @precondition(lambda self: self._sales(*SETTLING))
    @rule(status=st.sampled_from(("settled", "settled", "settlement_declined")))
    def a_bank_settles(self, status: str) -> None:
        self.events += 1
        self.bank.play(self._sales(*SETTLING)[0].id, status)

    @precondition(lambda self: self._credits(*SETTLING))
    @rule(status=st.sampled_from(("settled", "settlement_declined", "settlement_declined")))
    def a_bank_settles_a_refund(self, status: str) -> None:
        self.events += 1
        self.bank.play(self._credits(*SETTLING)[0].id, status)

    @precondition(lambda self: self._sent_back())
    @rule()
    def a_bank_thinks_better_of_it(self) -> None:
        self.events += 1
        self.bank.think_better(self._sent_back()[0].id)

    @precondition(lambda self: self._undisputed())
    @rule()
    def a_cardholder_disputes(self) -> None:
        self.events += 1
        self.bank.dispute(self._undisputed()[0].id)

    @precondition(lambda self: self._disputed())
    @rule(outcome=st.sampled_from(("won", "lost")))
    def a_dispute_is_decided(self, outcome: str) -> None:
        self.events += 1
        self.bank.decide(self._disputed()[0].id, outcome)

    @rule(call=st.sampled_from(CALLS), way=st.sampled_from(WAYS))
    def a_call_will_fail(self, call: str, way: tuple[str, str]) -> None:
        self.events += 1
        self.bank.order(call, *way)

    # What the worker does.

    @rule(pause=st.sampled_from(PAUSES))
    def the_worker_takes_a_turn(self, pause: timedelta) -> None:
        self.time_passes(pause)
        for job in (payments.reconcile, refunds.find_out, refunds.carry_out, settlements.follow):
            job(self.desk)
        sweeping.sweep(self.desk)
        if self.refunds_are_turned_down:
            for credit in self._credits(*SETTLING):
                self.bank.play(credit.id, "settlement_declined")

    def the_worker_catches_up(self) -> None:
        self.bank.heal()
        if self.banks_give_in:
            for sale in self._disputed():
                self.bank.decide(sale.id, "won")
            for sale in self._sent_back():
                self.bank.think_better(sale.id)
        for _ in range(4):  # a charge settles, is refunded, its credit settles: a day each
            self.the_worker_takes_a_turn(timedelta(hours=25))
        self._books_agree_with_the_gateway()
        self._lines_agree_with_the_payments()

    # What must be true.

    @invariant()
    def no_fee_has_two_standing_charges(self) -> None:
        standing = [
            charge.order_id
            for charge in self._sales(*RESERVED, *TAKEN)
            if not _came_back(charge)  # it may stand beside what was paid meanwhile
        ]
        attempts = attempts_of(self.id)
        paying = [each.fee_ids for each in attempts for _ in range(standing.count(str(each.id)))]
        charged = [fee_id for fee_ids in paying for fee_id in fee_ids]

        assert sum(each.state in LIVE for each in attempts) <= 1
        assert len(charged) == len(set(charged)) and len(paying) == len(standing)

    def teardown(self) -> None:
        self.the_worker_catches_up()
        self.tally("events in any order", self.events)

    def _books_agree_with_the_gateway(self) -> None:
        """What was taken and neither given back nor lost is the same in both books."""
        sales = [sale for sale in self._sales(*TAKEN) if _dispute(sale) not in ("open", "lost")]
        gone = sum(credit.cents for credit in self._credits(*TAKEN))
        paid = [one for one in attempts_of(self.id) if one.state is AttemptState.PAID]
        kept = [one.cents for one in paid if one.settlement not in TAKEN_BACK]
        returned = _sum(Refund.cents, Refund.state == RefundState.DONE)

        assert self._sales(*RESERVED) == []
        assert all(one.state not in LIVE for one in attempts_of(self.id))
        assert sum(kept) - returned == sum(sale.cents for sale in sales) - gone
        assert returned == _sum(Refund.cents, Refund.settled_at.is_not(None)) == gone
        assert _sum(Refund.cents, Refund.state == RefundState.CALLING) == 0

    def _bureau_knows(self) -> bool:
        """Whether it has a task about who has paid twice."""
        tasks = db.session.scalars(sa.select(Task)).all()
        return any("paid twice" in task.details["reason"]["text"] for task in tasks)

    def _lines_agree_with_the_payments(self) -> None:
        """Each line is paid by one payment that stands, or by none; each payment pays its lines."""
        application = now(self.id)
        for fee in application.fees:
            assert fee.refunded_cents <= (fee.cents if fee.paid_at else 0)
            sources = [fee.payment_attempt_id, fee.mailed_payment_id]
            is_apart = fee.refunded_cents == fee.cents  # returned before a bank took the rest
            paid_by = len([one for one in sources if one is not None])
            assert paid_by == (fee.paid_at is not None) or (is_apart and not paid_by)
        for attempt in attempts_of(self.id):
            lines = sum(fee.cents for fee in attempt.fees)
            returned = _sum(
                Refund.cents, Refund.payment_attempt_id == attempt.id, Refund.state == "done"
            )
            assert sum(fee.refunded_cents for fee in attempt.fees) == (returned if lines else 0)
            stands = attempt.state is AttemptState.PAID and attempt.settlement not in TAKEN_BACK
            came_back = any(_came_back(sale) for sale in self.bank.transactions(attempt.id))
            twice = came_back and stands and lines == 0
            assert lines == (attempt.cents if stands else 0) or twice
            assert not twice or returned == attempt.cents or self._bureau_knows()
            assert attempt.settlement is not Settlement.WAITING or not stands
        self._what_was_returned_is_due_again()
        matched = _sum(MailedPayment.cents, MailedPayment.state == "matched")
        assert sum(fee.cents for fee in application.fees if fee.mailed_payment_id) == matched

    def _what_was_returned_is_due_again(self) -> None:
        """What stays paid and what is still to be paid is the whole fee, whatever happened."""
        application = now(self.id)
        if application.status in UNPAYABLE:
            return
        kept = sum(fee.cents - fee.refunded_cents for fee in application.fees)

        assert kept == 10_000 or (kept > 10_000 and self._bureau_knows())


def _came_back(sale: Transaction) -> bool:
    """Whether a bank took its money, and may have returned it when the fee was paid otherwise."""
    return bool(sale.disputes or sale.reached("settlement_declined"))


def _dispute(sale: Transaction) -> str:
    return sale.disputes[-1].status if sale.disputes else ""


def _sum(column: Any, *criteria: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.sum(column)).where(*criteria)) or 0
