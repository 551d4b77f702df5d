"""What an educator reads while a fee is due, and after a payment did not stand."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.applications import Fee
from cecs.models.office import Task
from cecs.models.payments import PaymentAttempt
from cecs.services import ledger, money_tasks, outbox, payments, reviews, settlements, tasks
from cecs.web.mails import render
from tests.applying import applies, now
from tests.conftest import Clock, Letterbox
from tests.mailing import paper
from tests.pages import Visitor
from tests.payments.conftest import Gateway
from tests.people import Character, People

VISA = "fake-valid-no-indicators-nonce"


@pytest.fixture
def owed(app: Flask, maria: Character) -> uuid.UUID:
    return applies(app, maria, Status.AWAITING_PAYMENT, paid=False)


@pytest.fixture
def declined(desk: Desk, owed: uuid.UUID, clock: Clock, bank: Gateway) -> uuid.UUID:
    """Maria's application, filed; the bank has not settled the payment."""
    pays(desk, owed)
    bank.declines(db.session.query(PaymentAttempt).one().charge_id)
    clock.advance(days=1, minutes=1)
    settlements.follow(desk)
    return owed


def pays(desk: Desk, id: uuid.UUID) -> None:
    payments.pay(desk, id, payments.offer_card(desk, id, VISA))


def test_who_owes_again_acts_next_and_finds_the_button_first(
    declined: uuid.UUID, visitor: Visitor, maria: Character
) -> None:
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{declined}")
    where = page.html.index

    assert "You act next." in page.text and "The bureau acts next." not in page.text
    assert "did not stand. $100.00 is due again." in page.text
    assert where(f'href="/payments/{declined}"') < where("<h2>Fees</h2>")


def test_who_has_paid_again_waits_for_the_bureau(
    desk: Desk, declined: uuid.UUID, visitor: Visitor, maria: Character
) -> None:
    pays(desk, declined)
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{declined}")

    assert "The bureau acts next." in page.text and "did not stand. $" not in page.text


def test_a_payment_that_is_checked_is_not_asked_for(
    desk: Desk, owed: uuid.UUID, visitor: Visitor, maria: Character, fault: Callable[..., None]
) -> None:
    attempt = payments.offer_card(desk, owed, VISA)
    fault("sale", "drop", "after")
    payments.pay(desk, owed, attempt)
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{owed}")

    assert "Do not pay again" in page.text
    assert not page.soup.main.find("a", href=f"/payments/{owed}")


def test_the_bureau_sees_whose_payment_did_not_stand_until_it_is_made_up_for(
    desk: Desk, declined: uuid.UUID, visitor: Visitor, people: People
) -> None:
    reference = now(declined).reference
    visitor.sign_in(people.staff("Sue", "Park", "supervisor"))
    listed, (task,) = visitor.get("/bureau/tasks"), tasks.open_tasks()
    shown = visitor.get(f"/bureau/tasks/{task.id}")
    pays(desk, declined)
    after, again = visitor.get("/bureau/tasks"), visitor.get(f"/bureau/tasks/{task.id}")

    assert f"Maria Rivera, {reference}" in listed.text and "payment of $100.00" in listed.text
    assert "The fee is due again." in shown.text and reference in shown.text
    assert "Nothing is waiting." in after.text
    assert "This is dealt with by now" in again.text


def test_a_task_about_money_stays_while_another_fee_is_paid(
    desk: Desk, declined: uuid.UUID
) -> None:
    db.session.query(Fee).filter_by(application_id=declined).first().paid_at = desk.now()
    db.session.commit()

    assert [task.id for task in tasks.open_tasks()] == [db.session.query(Task).one().id]


def test_a_task_that_names_something_else_to_do_waits_for_somebody(
    desk: Desk, owed: uuid.UUID
) -> None:
    pays(desk, owed)
    attempt = db.session.query(PaymentAttempt).one()
    money_tasks.ask(desk, attempt, Sentence("Paid twice."), Sentence("Refund one."))
    db.session.commit()

    assert [task.details["attempt"] for task in tasks.open_tasks()] == [str(attempt.id)]


def test_the_mail_of_an_approval_names_the_balance(
    desk: Desk, owed: uuid.UUID, people: People, letterbox: Letterbox
) -> None:
    dana = people.staff().id
    ledger.choose(desk, owed, balance_later=True)
    pays(desk, owed)
    reviews.start(desk, owed, dana)
    reviews.tick_background(desk, owed, dana)
    reviews.approve(desk, owed, dana)
    outbox.deliver_due(desk, render)
    said = {subject.split(": ", 1)[-1]: text for _, subject, text in letterbox.letters}

    assert "Due now: $50.00." in said["Approved: balance due"]
    assert "Due now" not in said["In review"] and "\n\n\n" not in said["In review"]


def test_what_costs_nothing_stands_in_the_list_of_fees(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character
) -> None:
    id = applies(app, maria, kind="continue_professional")
    balance, *rest = reversed(now(id).fees)
    balance.cents = 0
    for fee in rest:
        db.session.delete(fee)
    db.session.commit()
    visitor.sign_in(maria)

    assert (
        "Continue a professional certificate: $0.00. The schedule of fees asks nothing for it."
        in visitor.get(f"/applications/{id}").text
    )


def test_a_payroll_card_is_called_one(visitor: Visitor, owed: uuid.UUID, maria: Character) -> None:
    visitor.sign_in(maria)
    visitor.get(f"/payments/{owed}")
    answer = visitor.post(f"/payments/{owed}/card", {"nonce": "fake-valid-payroll-nonce"})

    assert "an employer loads with pay" in answer.errors and "prepaid card," not in answer.errors


def test_who_turns_back_on_the_gateways_page_is_not_told_of_a_fault(
    visitor: Visitor, owed: uuid.UUID, maria: Character
) -> None:
    visitor.sign_in(maria)
    answer = visitor.get(f"/payments/{owed}/return")
    back = visitor.follow(answer)

    assert answer.status == 303 and back.h1 == "Pay by card" and not back.errors


def test_the_slip_names_its_educator_and_what_is_never_taken(
    visitor: Visitor, owed: uuid.UUID, maria: Character
) -> None:
    visitor.sign_in(maria)
    page = visitor.get(f"/applications/{owed}/slip")
    printed = paper(visitor, f"/applications/{owed}/slip.pdf")

    for text in (page.text, printed):
        assert "Educator Maria Rivera" in text
    assert printed.index("No personal checks") < printed.index("We accept")
