"""What an educator reads of a refund in the mail, and of fees on the page of the application."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.fees import FeeDue
from cecs.extensions import db
from cecs.services import mailed_payments, outbox, refunds
from cecs.web.mails import render
from tests.applying import applies, now
from tests.conftest import Letterbox
from tests.pages import Visitor
from tests.payments.test_due_again import returns
from tests.payments.test_odd_turns import cash, check, row, settled, sue, suspended
from tests.people import Character, People

__all__ = ["cash", "returns", "settled", "sue"]
STANDS = "See here how your application stands:"


def mailed(desk: Desk, letterbox: Letterbox) -> str:
    outbox.deliver_due(desk, render)
    (text,) = [text for _, subject, text in letterbox.letters if "A refund for" in subject]
    return str(text)


def test_the_mail_of_a_refund_says_what_is_due_before_the_link(
    desk: Desk, settled: uuid.UUID, returns: Callable[..., uuid.UUID], letterbox: Letterbox
) -> None:
    returns(2_000)
    said = mailed(desk, letterbox)

    assert "$20.00 of the fee is due again." in said and STANDS not in said
    assert "given up" not in said and "\n\n\n" not in said


def test_the_mail_of_a_refund_says_that_the_fee_was_given_up(
    desk: Desk, settled: uuid.UUID, returns: Callable[..., uuid.UUID], letterbox: Letterbox
) -> None:
    returns(2_000, waives=True)
    said = mailed(desk, letterbox)
    link = f"/applications/{row(settled).application_id}"

    assert "You need not pay this part of the fee again: it is given up." in said
    assert said.index("given up") < said.index(STANDS) < said.index(link)
    assert "due again" not in said and "\n\n\n" not in said


def test_the_mail_of_a_refund_by_check_has_the_checks_number(
    app: Flask, desk: Desk, maria: Character, cash: int, sue: int, letterbox: Letterbox
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    paid = mailed_payments.book(desk, cash, [now(id).reference], check())
    refund = refunds.propose(desk, paid, cash, 5_000, "She moved")
    refunds.decide(desk, refund, sue, approved=True)
    refunds.paid_out(desk, refund, cash, "T-4711")

    assert "we have sent $50.00 back to you by check number T-4711." in mailed(desk, letterbox)


def test_who_proposes_writes_a_sentence_that_another_reads_first_and_then_the_payer(
    desk: Desk, visitor: Visitor, another_visitor: Visitor, people: People, settled: uuid.UUID,
    cash: int, sue: int, letterbox: Letterbox,
) -> None:  # fmt: skip
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    another_visitor.sign_in(people.staff("Pia", "Stone", "supervisor"))
    sent = {
        "amount": "20.00",
        "reason": "Booked twice",
        "told": " Paid\r\n twice & more. ",
    }
    visitor.post(f"/bureau/money/card/{settled}/refund", sent)
    shown = another_visitor.get("/bureau/money/refunds")
    refunds.decide(desk, refunds.waiting()[0].id, sue, approved=True)
    refunds.carry_out(desk)
    said = mailed(desk, letterbox)

    assert "The payer reads: “Paid twice & more.”" in shown.text
    assert "\n\nPaid twice & more.\n" in said and "\n\n\n" not in said
    assert "Booked twice" not in said


def test_a_sentence_for_nobody_is_not_asked_for(
    desk: Desk, visitor: Visitor, people: People, cash: int
) -> None:
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    strangers = visitor.get(f"/bureau/money/mailed/{suspended(desk, cash)}")

    assert "Propose the refund" in strangers.text and "What the payer reads" not in strangers.text


def fees(visitor: Visitor, who: Character, id: uuid.UUID) -> str:
    """The list of fees on the page of an application."""
    visitor.sign_in(who)
    page = visitor.get(f"/applications/{id}")
    (title,) = [one for one in page.soup.find_all("h2") if one.get_text() == "Fees"]
    return str(title.find_next("ul").get_text())


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DENIED, Status.CLOSED_INCOMPLETE])
def test_no_fee_is_called_due_once_an_application_came_to_nothing(
    app: Flask, visitor: Visitor, maria: Character, status: Status
) -> None:
    said = fees(visitor, maria, applies(app, maria, status, paid=False))

    assert "due" not in said and said.count("not asked for any more") == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [(Status.IN_REVIEW, "$50.00, due on approval"), (Status.APPROVED_BALANCE_DUE, "$50.00, due")],
)
def test_a_balance_is_due_on_approval_only_before_it(
    app: Flask, desk: Desk, visitor: Visitor, maria: Character, status: Status, words: str
) -> None:
    id = applies(app, maria, status)
    balance = now(id).fees[-1]
    balance.paid_at, balance.due = None, FeeDue.ON_APPROVAL
    db.session.commit()
    said = fees(visitor, maria, id)

    assert said.strip().endswith(words)
