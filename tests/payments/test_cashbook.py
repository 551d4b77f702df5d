"""The cashier's day and months: what came in, what stands of it, and what needs somebody."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.payments import RefundState
from cecs.extensions import db
from cecs.models.payments import PaymentAttempt, Refund
from cecs.services import batches, cashbook, mailed_payments, payments, refunds, settlements
from cecs.services.mailed_payments import Instrument, Received
from tests.applying import applies, now
from tests.conftest import Clock
from tests.mailing import agreed
from tests.pages import Page, Visitor
from tests.payments.conftest import Gateway
from tests.people import Character, People

VISA, MASTERCARD = "fake-valid-no-indicators-nonce", "fake-valid-mastercard-nonce"
DAY = "2026-11-25"


@pytest.fixture
def cash(people: People) -> Character:
    found: Character = people.staff("Cleo", "Marsh", "cashier")
    return found


@pytest.fixture
def sue(people: People) -> int:
    return int(people.staff("Sue", "Park", "supervisor").id)


@pytest.fixture
def paid(app: Flask, desk: Desk, maria: Character) -> uuid.UUID:
    """Maria's card payment of $100."""
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    return pays(desk, id)


def pays(desk: Desk, id: uuid.UUID, nonce: str = VISA) -> uuid.UUID:
    attempt = payments.offer_card(desk, id, nonce)
    payments.pay(desk, id, attempt)
    return attempt


def row(id: uuid.UUID) -> PaymentAttempt:
    db.session.rollback()
    return db.session.get_one(PaymentAttempt, id, populate_existing=True)


def later(desk: Desk, clock: Clock) -> None:
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)


def order(desk: Desk, number: str = "7731", cents: int = 10_000, **more: str) -> Received:
    return Received(Instrument.MONEY_ORDER, number, "Post", cents, desk.today(), **more)


def needs(desk: Desk) -> str:
    """What needs somebody now, and what to do about each."""
    found = cashbook.of_day(desk, desk.today()).problems
    return " ".join(f"{one.what} {one.todo}" for one in found)


def table(visitor: Visitor, url: str) -> list[dict[str, str]]:
    text = visitor.get(url).response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sums(rows: list[dict[str, str]], *columns: str) -> list[float]:
    return [sum(float(row[column] or 0) for row in rows) for column in columns]


def test_each_column_of_the_day_has_one_kind_of_amount(
    app: Flask, desk: Desk, paid: uuid.UUID, cash: Character, bank: Gateway, people: People,
    visitor: Visitor,
) -> None:  # fmt: skip
    bank.settles(row(paid).charge_id)
    settlements.follow(desk)
    pablo, wanda = people.teacher("Pablo", ssn="987654321"), people.teacher("W", ssn="987654322")
    both = [applies(app, who, Status.AWAITING_PAYMENT, paid=False) for who in (pablo, wanda)]
    named = [now(id).reference for id in both]
    mailed_payments.book(desk, cash.id, named, order(desk, cents=20_000))
    mailed_payments.book(desk, cash.id, [], order(desk, "7732", 6_000, payer="A. Nonym"))
    less = order(desk, "7733", 4_000)
    agreed(lambda yes: mailed_payments.book(desk, cash.id, named[:1], less, yes))
    visitor.sign_in(cash)
    rows = table(visitor, f"/bureau/money/day.csv?day={DAY}")
    amounts = ("By card", "By mail", "Into suspense", "Sent back", "Settled", "Refunded")
    (check,) = [row for row in rows if row["By mail"]]

    assert sums(rows, *amounts) == [100, 200, 60, 40, 100, 0]
    assert check["References"] == " ".join(named)
    assert (check["Date"], check["Time"]) == (DAY, "10:00:00")
    assert all(sum(bool(row[column]) for column in amounts) == 1 for row in rows)


def test_what_was_taken_back_makes_the_columns_meet_on_the_page(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway, cash: Character, visitor: Visitor
) -> None:
    bank.declines(row(paid).charge_id)
    later(desk, clock)
    visitor.sign_in(cash)
    page = visitor.get(f"/bureau/money?day={DAY}")
    cells = page.soup.main.find("tbody").find("tr").find_all(["th", "td"])

    assert [cell.get_text() for cell in cells][2:5] == ["$100.00", "$100.00", "$0.00"]
    assert "$100.00 of the day's card payments pays no fee any more" in page.text
    assert sums(table(visitor, f"/bureau/money/day.csv?day={DAY}"), "Taken back") == [100]


def test_a_settlement_decline_and_a_lost_dispute_need_somebody_until_the_fee_is_paid(
    app: Flask, desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway, people: People
) -> None:
    pablo = applies(
        app, people.teacher("Pablo", ssn="987654321"), Status.AWAITING_PAYMENT, paid=False
    )
    lost = pays(desk, pablo, MASTERCARD)
    bank.declines(row(paid).charge_id)
    for act in (bank.settles, bank.disputes, bank.loses):
        act(row(lost).charge_id)
    later(desk, clock)
    before = needs(desk)
    pays(desk, pablo)
    pays(desk, row(paid).application_id, MASTERCARD)

    assert "bank did not settle this card payment of $100.00" in before
    assert "$100.00 was lost in a dispute" in before
    assert before.count("write to them, and decide") == 2 and "write to them" not in needs(desk)


def test_what_is_declined_a_second_time_needs_somebody_once(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    bank.declines(row(paid).charge_id)
    later(desk, clock)
    again = pays(desk, row(paid).application_id, MASTERCARD)
    bank.declines(row(again).charge_id)
    later(desk, clock)

    assert needs(desk).count("did not settle this card payment") == 1


def test_a_check_to_be_written_needs_somebody(
    app: Flask, desk: Desk, maria: Character, cash: Character, sue: int
) -> None:
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    item = mailed_payments.book(desk, cash.id, [now(id).reference], order(desk))
    refund = refunds.propose(desk, item, cash.id, 5_000, "Withdrawn")
    refunds.decide(desk, refund, sue, approved=True)
    before = needs(desk)
    refunds.paid_out(desk, refund, cash.id, "T1")

    assert "A refund of $50.00 is approved, and its check did not go out." in before
    assert "treasury" in before and "did not go out" not in needs(desk)


def test_a_refund_that_the_card_turned_down_needs_somebody_until_it_is_proposed_anew(
    desk: Desk, paid: uuid.UUID, cash: Character, clock: Clock, bank: Gateway
) -> None:
    bank.settles(row(paid).charge_id)
    settlements.follow(desk)
    id = refunds.propose(desk, paid, cash.id, 5_000, "Withdrawn")
    db.session.get_one(Refund, id).state = RefundState.DECLINED
    db.session.commit()
    before = needs(desk)
    clock.advance(minutes=1)
    refunds.propose(desk, paid, cash.id, 5_000, "Withdrawn")

    assert "turned a refund of $50.00 down" in before
    assert "turned a refund" not in needs(desk)


def test_what_was_paid_twice_is_told_in_dollars_until_it_is_returned(
    desk: Desk, paid: uuid.UUID, cash: Character, sue: int, clock: Clock, bank: Gateway,
    visitor: Visitor,
) -> None:  # fmt: skip
    bank.settles(row(paid).charge_id)
    bank.disputes(row(paid).charge_id)
    later(desk, clock)
    reference = now(row(paid).application_id).reference
    mailed_payments.book(desk, cash.id, [reference], order(desk))
    bank.wins(row(paid).charge_id)
    later(desk, clock)
    visitor.sign_in(cash)
    before = visitor.get(f"/bureau/money?day={DAY}")
    refund = refunds.propose(desk, paid, cash.id, 10_000, "Paid twice")
    refunds.decide(desk, refund, sue, approved=True)
    refunds.carry_out(desk)
    after = visitor.get(f"/bureau/money?day={DAY}")

    assert "$100.00 apart" in before.text and "paid otherwise, too: $100.00 too much" in before.text
    assert "apart" not in after.text and "too much" not in after.text


def test_suspense_has_its_line_and_the_deposit_is_explained(
    app: Flask, desk: Desk, maria: Character, cash: Character, visitor: Visitor
) -> None:
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    mailed_payments.book(desk, cash.id, [now(id).reference], order(desk))
    mailed_payments.book(desk, cash.id, [], order(desk, "7732", 6_000, payer="A. Nonym"))
    batches.close(desk, 1, cash.id)
    mail = cashbook.of_day(desk, desk.today()).mail
    visitor.sign_in(cash)
    page = visitor.get("/bureau/money")

    assert (mail.paid, mail.for_the_bank) == (10_000, 16_000)
    assert [batches.whole(batch) for batch in mail.deposits] == [16_000]
    assert "In suspense at the end of the day 1 $60.00" in page.text
    assert "For the bank $160.00" in page.text and "Deposit 1 $160.00" in page.text


def test_what_is_matched_another_day_leaves_the_earlier_day_as_it_was(
    app: Flask, desk: Desk, maria: Character, cash: Character, clock: Clock
) -> None:
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    item = mailed_payments.book(desk, cash.id, [], order(desk, payer="M. R."))
    first = desk.today()
    before = cashbook.of_day(desk, first).mail
    clock.advance(days=1)
    mailed_payments.match(desk, item, cash.id, [now(id).reference])
    after, second = cashbook.of_day(desk, first), cashbook.of_day(desk, desk.today())

    assert (after.mail.paid, after.mail.for_the_bank) == (before.paid, before.for_the_bank)
    assert after.mail.kept and after.ledger_mailed == 0
    assert second.mail.paid == second.ledger_mailed == 10_000
    assert second.mail.for_the_bank == 0 and cashbook.months(desk)[-1].mailed == 10_000


def test_what_is_sent_back_another_day_leaves_the_bank_that_day(
    desk: Desk, cash: Character, clock: Clock
) -> None:
    item = mailed_payments.book(desk, cash.id, [], order(desk, payer="A. Nonym"))
    first = desk.today()
    clock.advance(days=1)
    mailed_payments.send_back(desk, item, cash.id, "1 Elm Street")
    days = [cashbook.of_day(desk, day).mail.for_the_bank for day in (first, desk.today())]

    assert days == [10_000, -10_000]


def test_the_months_are_net_of_what_never_came(
    app: Flask, desk: Desk, paid: uuid.UUID, people: People, clock: Clock, bank: Gateway,
    cash: Character, visitor: Visitor,
) -> None:  # fmt: skip
    pablo = people.teacher("Pablo", ssn="987654321")
    pays(desk, applies(app, pablo, Status.AWAITING_PAYMENT, paid=False), MASTERCARD)
    bank.declines(row(paid).charge_id)
    later(desk, clock)
    month = cashbook.months(desk)[-1]
    visitor.sign_in(cash)
    shown, rows = visitor.get("/bureau/money/months"), table(visitor, "/bureau/money/months.csv")

    assert (month.card, month.taken_back, month.stands) == (20_000, 10_000, 10_000)
    assert "$200.00 $100.00 $0.00 $0.00 $100.00" in shown.text
    assert [len(rows), rows[-1]["Month"], rows[-1]["Stays"]] == [12, "2026-11", "100.00"]


def test_a_month_in_which_more_went_out_than_came_in_can_be_summed(
    desk: Desk, paid: uuid.UUID, cash: Character, sue: int, clock: Clock, bank: Gateway,
    visitor: Visitor,
) -> None:  # fmt: skip
    bank.settles(row(paid).charge_id)
    settlements.follow(desk)
    clock.instant += timedelta(days=20)
    refund = refunds.propose(desk, paid, cash.id, 5_000, "Withdrawn")
    refunds.decide(desk, refund, sue, approved=True)
    refunds.carry_out(desk)
    visitor.sign_in(cash)

    assert table(visitor, "/bureau/money/months.csv")[-1]["Stays"] == "-50.00"
    assert "−$50.00" in visitor.get("/bureau/money/months").text


def found_by(visitor: Visitor, words: str) -> Page:
    return visitor.post("/bureau/money/payments", {"words": words})


def test_a_payment_is_found_by_reference_name_receipt_or_number(
    desk: Desk, paid: uuid.UUID, cash: Character, visitor: Visitor
) -> None:
    application = now(row(paid).application_id)
    application.reference = reference = "CT-6MYW-V4AK"
    db.session.commit()
    mailed_payments.book(desk, cash.id, [], order(desk, "88123", payer="Rosa Riverton"))
    charge, receipt = row(paid).charge_id, f"{reference}-{paid.hex[:8].upper()}"
    visitor.sign_in(cash)

    for words in (reference, reference.lower(), "river", charge, receipt):
        page = found_by(visitor, str(words))
        assert page.soup.main.find("a", href=f"/bureau/money/card/{paid}"), words
    assert "Riverton" in found_by(visitor, "riverton").text
    assert "Riverton" in found_by(visitor, "88123").text
    assert found_by(visitor, "Berg").text.count("None.") == 2
    assert "None." not in found_by(visitor, "").text


def test_those_who_handle_money_come_from_an_application_to_its_payments(
    desk: Desk, paid: uuid.UUID, people: People, visitor: Visitor, another_visitor: Visitor
) -> None:
    application = now(row(paid).application_id)
    url = f"/bureau/applications/{application.id}"
    visitor.sign_in(people.staff("Sue", "Park", "supervisor"))
    another_visitor.sign_in(people.staff())
    button = visitor.get(url).soup.main.find("button", string="Its payments")
    pressed = button.find_parent("form")
    sent = {one["name"]: one["value"] for one in pressed("input")}
    found = visitor.post(pressed["action"], sent)
    menu = visitor.get("/bureau").soup.header

    assert found.h1 == "Find a payment" and found.value("words") == application.reference
    assert not another_visitor.get(url).soup.main.find("button", string="Its payments")
    assert menu.find("a", href="/bureau/money")


def test_the_gateway_is_asked_at_once_when_the_cashier_wishes(
    desk: Desk, paid: uuid.UUID, cash: Character, bank: Gateway, visitor: Visitor
) -> None:
    settlements.follow(desk)
    bank.declines(row(paid).charge_id)
    visitor.sign_in(cash)
    waiting = visitor.get(f"/bureau/money/card/{paid}")
    known = visitor.follow(visitor.post(f"/bureau/money/card/{paid}/ask"))

    assert "Waits to be settled" in waiting.text and "Not settled by the bank" in known.text


def test_a_gateway_that_cannot_be_asked_changes_nothing(
    desk: Desk, paid: uuid.UUID, cash: Character, visitor: Visitor
) -> None:
    row(paid).charge_id = "nothing1"
    db.session.commit()
    visitor.sign_in(cash)
    visitor.get(f"/bureau/money/card/{paid}")
    answer = visitor.post(f"/bureau/money/card/{paid}/ask")

    assert answer.status == 422 and "could not be asked" in answer.errors


def test_who_decides_about_a_refund_sees_what_it_is_about(
    desk: Desk, paid: uuid.UUID, cash: Character, people: People, visitor: Visitor,
    another_visitor: Visitor,
) -> None:  # fmt: skip
    refunds.propose(desk, paid, cash.id, 3_000, "Withdrawn")
    visitor.sign_in(cash)
    another_visitor.sign_in(people.staff("Sue", "Park", "supervisor"))
    own, others = visitor.get("/bureau/money/refunds"), another_visitor.get("/bureau/money/refunds")

    for words in (
        "Educator Maria Rivera", "What was paid $100.00, Visa 0101", "What stays then $70.00",
        "Proposed by Cleo Marsh on November 25, 2026",
    ):  # fmt: skip
        assert words in own.text and words in others.text
    assert "You proposed this." in own.text and not own.soup.find("button", attrs={"name": True})
    assert others.soup.find("button", attrs={"name": "approve"})


def test_nobody_is_offered_to_decide_about_their_own_payment(
    app: Flask, desk: Desk, cash: Character, people: People, visitor: Visitor
) -> None:
    sam = people.staff("Sam", "Own", "supervisor")
    paid = pays(desk, applies(app, sam, Status.AWAITING_PAYMENT, paid=False))
    refunds.propose(desk, paid, cash.id, 3_000, "Withdrawn")
    visitor.sign_in(sam)
    page = visitor.get("/bureau/money/refunds")

    assert "This is your own payment." in page.text
    assert not page.soup.find("button", attrs={"name": "approve"})
