"""Two who decide about one refund, or pay it out; and what the bank takes back meanwhile."""

import uuid
from collections.abc import Callable

from flask import Flask

from cecs.desk import Desk
from cecs.domain.payments import RefundState, Settlement
from cecs.extensions import db
from cecs.models.payments import Refund
from cecs.services import ledger, refunds, settlements
from tests.applying import now
from tests.faults.payments.bank import Bank
from tests.faults.payments.meeting import DONE, meet
from tests.faults.payments.recovery import attempts_of, pays
from tests.faults.payments.test_mail_room_races import ROUNDS, books
from tests.faults.payments.test_refunds import one_turn
from tests.payments.test_odd_turns import approved as agreed
from tests.payments.test_odd_turns import cash, row, sue
from tests.people import People

__all__ = ["cash", "sue"]
DECIDED = "This refund was decided already."
TO_TREASURY = "This refund is not to be paid out by check."


def state(id: uuid.UUID) -> RefundState:
    db.session.rollback()
    return db.session.get_one(Refund, id, populate_existing=True).state


def decides(refund: uuid.UUID, by_id: int, approved: bool) -> Callable[[Desk], None]:
    return lambda desk: refunds.decide(desk, refund, by_id, approved)


def test_of_two_who_decide_at_once_one_decides(
    app: Flask, desk: Desk, cash: int, sue: int, people: People,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    otto = people.staff("Otto", "Lane", "cashier").id
    for number in ROUNDS:
        payment = books(number, cash, owed())(desk)
        refund = refunds.propose(desk, payment, cash, 5_000, "Withdrawn")
        told = meet(app, decides(refund, sue, True), decides(refund, otto, False))
        tally("meetings over refunds")
        is_approved = told[0] == DONE

        assert sorted(told) == sorted([DONE, DECIDED])
        assert state(refund) is (RefundState.APPROVED if is_approved else RefundState.REJECTED)
        decided_by = db.session.get_one(Refund, refund).decided_by_id
        assert decided_by == (sue if is_approved else otto)


def test_two_who_propose_at_once_give_back_no_more_than_came(
    app: Flask, desk: Desk, cash: int, sue: int,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        payment = books(number, cash, owed())(desk)
        told = meet(app, proposes(payment, cash, 3_000), proposes(payment, sue, 4_000))
        tally("meetings over refunds")
        (stands,) = refunds.of_mailed(payment)

        assert str(stands.id) in told
        assert {"At most $20.00 can go back.", "At most $10.00 can go back."} & set(told)


def proposes(payment: int, by_id: int, cents: int) -> Callable[[Desk], uuid.UUID]:
    return lambda desk: refunds.propose(desk, payment, by_id, cents, "Withdrawn")


def test_two_who_pay_one_refund_out_book_one_check(
    app: Flask, desk: Desk, cash: int, sue: int,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        id = owed()
        refund = agreed(desk, books(number, cash, id)(desk), 2_000, cash, sue)
        told = meet(app, pays_out(refund, cash, "T1"), pays_out(refund, sue, "T2"))
        tally("meetings over refunds")
        names = [event.name for event in now(id).events]

        assert sorted(told) == sorted([DONE, TO_TREASURY]) and state(refund) is RefundState.DONE
        assert db.session.get_one(Refund, refund).check_number == ("T1", "T2")[told.index(DONE)]
        assert [fee.refunded_cents for fee in now(id).fees if fee.paid_at] == [0, 2_000]
        assert names.count("refunded") == 1


def test_two_refunds_of_one_payment_are_both_on_its_lines(
    app: Flask, desk: Desk, cash: int, sue: int,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        id = owed()
        payment = books(number, cash, id)(desk)
        both = [agreed(desk, payment, cents, cash, sue) for cents in (2_000, 3_000)]
        told = meet(app, *[pays_out(each, cash, f"T-{each}"[:40]) for each in both])
        tally("meetings over refunds")

        assert told == [DONE, DONE]
        assert [fee.refunded_cents for fee in now(id).fees if fee.paid_at] == [0, 5_000]


def pays_out(refund: uuid.UUID, by_id: int, check_number: str) -> Callable[[Desk], None]:
    return lambda desk: refunds.paid_out(desk, refund, by_id, check_number)


def test_what_the_bank_does_not_settle_is_not_given_back(
    app: Flask, desk: Desk, bank: Bank, cash: int, sue: int,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    for _ in ROUNDS:
        id = owed()
        pays(desk, id)
        (attempt,) = attempts_of(id)
        paid, charge_id = attempt.id, attempt.charge_id or ""
        refund = refunds.propose(desk, paid, cash, 3_000, "Withdrawn")
        bank.play(charge_id, "settlement_declined")
        notes = lambda desk, charge_id=charge_id: settlements.look_at(desk, charge_id)  # noqa: E731
        more = lambda desk, paid=paid: refunds.propose(desk, paid, cash, 2_000, "More")  # noqa: E731
        told = meet(app, notes, decides(refund, sue, True), more, one_turn, notes)
        tally("meetings over refunds")
        one_turn(desk)

        assert sorted([told[0], told[4]]) == ["0", "1"] and (told[1], told[3]) == (DONE, DONE)
        assert told[2] in {"This payment does not stand any more."} | {
            str(each.id) for each in refunds.of_attempt(paid)
        }
        assert row(paid).settlement is Settlement.DECLINED
        assert ledger.due_cents(now(id)) == 10_000
        assert [each for each in bank.transactions() if each.kind == "credit"] == []
        assert {each.state for each in refunds.of_attempt(paid)}.isdisjoint({RefundState.DONE})
