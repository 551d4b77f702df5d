"""The gateway's own list beside our books, on a gateway that knows nobody else's charges."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.payments import PaymentAttempt
from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from cecs.services import cashbook, payments, settlements
from tests.applying import applies
from tests.conftest import Clock
from tests.payments.conftest import Gateway
from tests.people import People
from tests.sandbox.conftest import free_port

VISA = "fake-valid-no-indicators-nonce"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    settings = SandboxSettings(tmp_path / "gateway", ("http://127.0.0.1:5000",))
    with running(settings, "127.0.0.1", 0, free_port()) as url:
        yield url


def problems(desk: Desk) -> str:
    return " ".join(str(one.what) for one in cashbook.of_day(desk, desk.today()).problems)


def test_both_books_are_compared_both_ways(
    app: Flask, desk: Desk, people: People, clock: Clock, bank: Gateway
) -> None:
    clock.instant = clock.real()
    id = applies(app, people.teacher(), Status.AWAITING_PAYMENT, paid=False)
    attempt = payments.offer_card(desk, id, VISA)
    payments.pay(desk, id, attempt)
    bank.settles(db.session.get_one(PaymentAttempt, attempt).charge_id)
    settlements.follow(desk)
    fine = cashbook.of_day(desk, desk.today())
    desk.card_gateway.refund(
        db.session.get_one(PaymentAttempt, attempt).charge_id or "", 10_000, "by-hand"
    )
    by_hand = problems(desk)
    db.session.get_one(PaymentAttempt, attempt).charge_id = "nothing1"
    db.session.commit()
    gone = cashbook.of_day(desk, desk.today())

    assert fine.cards_agree and not fine.problems
    assert "returned $100.00" in by_hand and "nobody decided" in by_hand
    assert not gone.cards_agree and "At the gateway: $0.00" in problems(desk)
