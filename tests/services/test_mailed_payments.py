"""Checks and money orders that come by post."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.applications import Fee, MailedPayment
from cecs.services import mailed_payments
from cecs.services.mailed_payments import Instrument, Received
from tests.applying import applies, now, refusal
from tests.people import Character, People

CHECK = Received(Instrument.CASHIERS_CHECK, "0042", "First Bank", 10_000, date(2026, 11, 24))


@pytest.fixture
def maria(people: People) -> Character:
    found: Character = people.teacher()
    return found


@pytest.fixture
def dana(people: People) -> int:
    """A reviewer's id."""
    return int(people.staff().id)


def test_a_mailed_payment_files_the_application(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    mailed_payments.record(desk, id, dana, CHECK)
    kept = db.session.scalars(sa.select(MailedPayment)).one()

    assert now(id).status is Status.WAITING_FIRST_REVIEW
    assert all(fee.paid_at and fee.mailed_payment_id == kept.id for fee in now(id).fees)
    assert (kept.cents, kept.recorded_by_id) == (10_000, dana)
    assert now(id).filed_on is not None


@pytest.mark.parametrize("cents", [9_999, 10_001, 0])
def test_a_wrong_amount_is_not_recorded(
    app: Flask, desk: Desk, maria: Character, dana: int, cents: int
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    wrong = Received(Instrument.MONEY_ORDER, "1", "Post", cents, date(2026, 11, 24))

    assert "$100.00 is due" in refusal(lambda: mailed_payments.record(desk, id, dana, wrong))
    assert now(id).status is Status.AWAITING_MAILED_PAYMENT
    assert not db.session.scalars(sa.select(MailedPayment)).all()
    assert not [fee for fee in db.session.scalars(sa.select(Fee)) if fee.paid_at]


def test_a_payment_cannot_have_come_tomorrow(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    early = Received(Instrument.MONEY_ORDER, "1", "Post", 10_000, date(2026, 11, 26))

    assert "ahead" in refusal(lambda: mailed_payments.record(desk, id, dana, early))


def test_nothing_is_recorded_twice(app: Flask, desk: Desk, maria: Character, dana: int) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    mailed_payments.record(desk, id, dana, CHECK)

    assert "no payment" in refusal(lambda: mailed_payments.record(desk, id, dana, CHECK))


def test_nobody_records_a_payment_for_themselves(app: Flask, desk: Desk, people: People) -> None:
    dana = people.staff()
    id = applies(app, dana, Status.AWAITING_MAILED_PAYMENT, paid=False)

    assert "their own" in refusal(lambda: mailed_payments.record(desk, id, dana.id, CHECK))
    assert now(id).status is Status.AWAITING_MAILED_PAYMENT
