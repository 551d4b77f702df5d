"""A fee in two parts: the application fee when filing, the balance on approval."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.payments import AttemptState
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.educators import Certificate
from cecs.models.office import OutgoingMail
from cecs.services import ledger, mailed_payments, payments, reminders, reviews
from cecs.services.mailed_payments import Instrument, Received
from cecs.services.refused import Refused
from tests.applying import applies, now
from tests.conftest import Clock
from tests.people import Character, People

VISA = "fake-valid-no-indicators-nonce"


@pytest.fixture
def owed(app: Flask, maria: Character) -> uuid.UUID:
    """Maria's application, $50 and $50 still to be paid."""
    return applies(app, maria, Status.AWAITING_PAYMENT, paid=False)


@pytest.fixture
def dana(people: People) -> int:
    return int(people.staff().id)


def pays(desk: Desk, id: uuid.UUID) -> int:
    """Pays by card what is due; gives how much it was."""
    cents = ledger.payable_cents(now(id))
    attempt = payments.offer_card(desk, id, VISA)
    assert payments.pay(desk, id, attempt) is AttemptState.PAID
    return cents


def approved(desk: Desk, id: uuid.UUID, by_id: int) -> Application:
    reviews.start(desk, id, by_id)
    reviews.tick_background(desk, id, by_id)
    reviews.approve(desk, id, by_id)
    return now(id)


def certificates_of(who: Character) -> int:
    held = sa.select(sa.func.count()).where(Certificate.educator_id == who.educator_id)
    return db.session.scalar(held) or 0


def notices(wanted: str) -> int:
    sent = sa.select(sa.func.count()).where(OutgoingMail.notice == wanted)
    return db.session.scalar(sent) or 0


def test_the_first_part_files_and_the_second_issues(
    desk: Desk, owed: uuid.UUID, maria: Character, dana: int
) -> None:
    ledger.choose(desk, owed, balance_later=True)
    first = pays(desk, owed)
    filed = now(owed).filed_on
    status = approved(desk, owed, dana).status
    before = certificates_of(maria)
    second = pays(desk, owed)

    assert (first, second) == (5_000, 5_000) and filed == desk.today()
    assert status is Status.APPROVED_BALANCE_DUE and before == 1
    assert now(owed).status is Status.ISSUED and certificates_of(maria) == 2
    assert notices("receipt") == 2


def test_all_at_once_stays_possible_until_something_is_paid(desk: Desk, owed: uuid.UUID) -> None:
    ledger.choose(desk, owed, balance_later=True)
    ledger.choose(desk, owed, balance_later=False)

    assert pays(desk, owed) == 10_000
    with pytest.raises(Refused, match="cannot be chosen any more"):
        ledger.choose(desk, owed, balance_later=True)


def test_a_balance_may_come_by_mail(desk: Desk, owed: uuid.UUID, dana: int) -> None:
    ledger.choose(desk, owed, balance_later=True)
    pays(desk, owed)
    reference = approved(desk, owed, dana).reference
    order = Received(Instrument.MONEY_ORDER, "1", "Post", 5_000, desk.today())
    mailed_payments.book(desk, dana, [reference], order)

    assert now(owed).status is Status.ISSUED


def test_a_record_that_changed_meanwhile_is_reviewed_again_and_the_money_booked(
    desk: Desk, owed: uuid.UUID, maria: Character, dana: int
) -> None:
    ledger.choose(desk, owed, balance_later=True)
    pays(desk, owed)
    approved(desk, owed, dana)
    db.session.get_one(Certificate, maria.certificate_ids[0]).state = "suspended"
    db.session.commit()
    pays(desk, owed)

    assert now(owed).status is Status.IN_REVIEW and ledger.due_cents(now(owed)) == 0
    assert certificates_of(maria) == 1


def test_the_balance_is_reminded_of_three_times(
    desk: Desk, owed: uuid.UUID, dana: int, clock: Clock
) -> None:
    ledger.choose(desk, owed, balance_later=True)
    pays(desk, owed)
    approved(desk, owed, dana)
    sent = []
    for days in (6, 1, 14, 24, 30):
        clock.instant += timedelta(days=days)
        sent.append(reminders.remind(desk) + reminders.remind(desk))

    assert sent == [0, 1, 1, 1, 0] and notices("balance_due") == 3


def test_a_worker_that_stood_still_reminds_once(
    desk: Desk, owed: uuid.UUID, dana: int, clock: Clock
) -> None:
    ledger.choose(desk, owed, balance_later=True)
    pays(desk, owed)
    approved(desk, owed, dana)
    clock.advance(days=30)

    assert [reminders.remind(desk) for _ in range(2)] == [1, 0]
