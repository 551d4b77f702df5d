"""Receipts: each payment has its own, and it stays when the payment does not stand."""

import uuid

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.office import OutgoingMail
from cecs.models.payments import PaymentAttempt
from cecs.services import mailed_payments, outbox, payments, receipts, refunds, settlements
from cecs.services.mailed_payments import Instrument, Received
from cecs.services.receipts import Receipt
from cecs.web.mails import render
from tests.applying import applies, now
from tests.conftest import Clock, Letterbox
from tests.pages import Visitor
from tests.payments.conftest import Gateway
from tests.people import Character, People

VISA, MASTERCARD = "fake-valid-no-indicators-nonce", "fake-valid-mastercard-nonce"


@pytest.fixture
def paid(app: Flask, desk: Desk, maria: Character) -> uuid.UUID:
    """Maria's application, paid by card."""
    id = applies(app, maria, Status.AWAITING_PAYMENT, paid=False)
    pays(desk, id)
    return id


def pays(desk: Desk, id: uuid.UUID, nonce: str = VISA) -> None:
    payments.pay(desk, id, payments.offer_card(desk, id, nonce))


def of(desk: Desk, id: uuid.UUID) -> tuple[Receipt, ...]:
    return receipts.of_application(desk, now(id))


def last_charge(id: uuid.UUID) -> str | None:
    db.session.rollback()
    newest = db.session.query(PaymentAttempt).filter_by(application_id=id)
    return newest.order_by(PaymentAttempt.started_at.desc()).first().charge_id


def later(desk: Desk, clock: Clock) -> None:
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)


def test_a_payment_by_another_card_has_a_receipt_of_its_own(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    (before,) = of(desk, paid)
    bank.declines(last_charge(paid))
    later(desk, clock)
    pays(desk, paid, MASTERCARD)
    first, second = of(desk, paid)

    assert first.number == before.number != second.number
    assert str(first.how).startswith("Visa") and str(second.how).startswith("MasterCard")
    assert "the bank did not settle it" in str(first.notes[0]) and second.notes == ()
    assert first.lines == second.lines == before.lines


def test_the_link_in_the_first_mail_shows_the_first_payment_forever(
    desk: Desk, paid: uuid.UUID, maria: Character, clock: Clock, bank: Gateway, visitor: Visitor
) -> None:
    mail = db.session.query(OutgoingMail).filter_by(notice="receipt").one()
    link = mail.values["url"].removeprefix(desk.settings.public_url)
    bank.declines(last_charge(paid))
    later(desk, clock)
    pays(desk, paid, MASTERCARD)
    visitor.sign_in(maria)
    page = visitor.get(link)

    assert "Visa credit card" in page.text and mail.values["number"] in page.h1
    assert "This payment did not stand" in page.text
    assert visitor.get(f"{link}.pdf").response.get_data().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("acts", "words"),
    [(("disputes",), "does not stand now"), (("disputes", "loses"), "took it back")],
)
def test_the_receipt_of_a_disputed_payment_stays(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway, acts: tuple[str, ...], words: str
) -> None:
    bank.settles(last_charge(paid))
    for act in acts:
        getattr(bank, act)(last_charge(paid))
    later(desk, clock)
    (kept,) = of(desk, paid)

    assert words in str(kept.notes[0]) and kept.total == 10_000


def test_a_won_dispute_leaves_the_receipt_as_it_was(
    desk: Desk, paid: uuid.UUID, clock: Clock, bank: Gateway
) -> None:
    before = of(desk, paid)
    bank.settles(last_charge(paid))
    bank.disputes(last_charge(paid))
    later(desk, clock)
    bank.wins(last_charge(paid))
    later(desk, clock)

    assert of(desk, paid) == before


def test_a_receipt_tells_what_was_returned(
    desk: Desk, paid: uuid.UUID, people: People, bank: Gateway
) -> None:
    cash, sue = people.staff("Cleo", "Marsh", "cashier"), people.staff("Sue", "Park", "supervisor")
    bank.settles(last_charge(paid))
    settlements.follow(desk)
    attempt = db.session.query(PaymentAttempt).one().id
    refund = refunds.propose(desk, attempt, cash.id, 5_000, "Withdrawn")
    refunds.decide(desk, refund, sue.id, approved=True)
    refunds.carry_out(desk)

    assert [str(note) for note in of(desk, paid)[0].notes] == ["$50.00 of it was returned since."]


def test_a_check_for_two_applications_has_a_receipt_with_each(
    app: Flask, desk: Desk, maria: Character, people: People
) -> None:
    pablo = people.teacher("Pablo", ssn="987654321")
    both = [applies(app, who, Status.AWAITING_PAYMENT, paid=False) for who in (maria, pablo)]
    order = Received(Instrument.MONEY_ORDER, "7731", "Post", 20_000, desk.today())
    named = [now(id).reference for id in both]
    cash = people.staff("Cleo", "Marsh", "cashier").id
    mailed_payments.book(desk, cash, named, order)
    (hers,), (his,) = (of(desk, id) for id in both)

    assert (hers.total, his.total) == (10_000, 10_000) and hers.number != his.number
    assert hers.name == "Maria Rivera" and his.name == "Pablo Rivera"


def test_the_mail_of_a_receipt_has_no_empty_lines_between_its_lines(
    desk: Desk, app: Flask, paid: uuid.UUID, letterbox: Letterbox
) -> None:
    outbox.deliver_due(desk, render)
    (text,) = [text for _, subject, text in letterbox.letters if subject.startswith("Receipt")]
    lines = text.split("\n\n")

    assert "\n\n\n" not in text
    assert len(lines[2].splitlines()) == 4 and lines[2].splitlines()[2] == "Total: $100.00"
