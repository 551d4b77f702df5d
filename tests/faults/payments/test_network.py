"""Whatever network and gateway do to one call, the fee is paid once or still to be paid."""

import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from cecs.desk import Desk
from cecs.domain.payments import AttemptState
from cecs.gateways.braintree_cards import BraintreeCards
from cecs.services import payments
from cecs.services.refused import Refused
from tests.conftest import Clock
from tests.faults.payments.bank import RESERVED, Bank
from tests.faults.payments.mishaps import MISHAPS, charged_unheard, refused_after_all, taken_unheard
from tests.faults.payments.recovery import (
    LATER,
    attempts_of,
    must_hold,
    one_turn,
    pays,
    pays_after_all,
    recovers,
    recovers_for_good,
)

PATIENCE = 0.3  # seconds, in place of the twenty that we really wait
FAULTS: list[dict[str, Any]] = [
    {"how": "hang", "when": "before", "seconds": 2 * PATIENCE},
    {"how": "hang", "when": "after", "seconds": 2 * PATIENCE},
    {"how": "hang", "when": "late", "seconds": 2 * PATIENCE},
    {"how": "drop", "when": "before"},
    {"how": "drop", "when": "after"},
    *(
        {"how": "status", "when": when, "status": status}
        for status in (401, 429, 500, 502, 503)
        for when in ("before", "after")
    ),
]
LOOKS = {"search": charged_unheard, "search_page": charged_unheard, "find": taken_unheard}
CALLS = ("look_up", "sale", "capture", "void", *LOOKS, "reserved")


@pytest.fixture
def hasty(desk: Desk, sandbox_url: str) -> Desk:
    """The same desk, which waits for the gateway a moment only."""
    settings = desk.settings
    keys = settings.card_merchant_id, settings.card_public_key, settings.card_private_key
    cards = BraintreeCards(sandbox_url, *keys, timeout=PATIENCE)  # type: ignore[arg-type]
    return replace(desk, cards=cards)


@pytest.mark.parametrize("call", CALLS)
def test_a_payment_survives_each_fault_of_each_call(
    desk: Desk, hasty: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
    call: str,
) -> None:  # fmt: skip
    for fault in FAULTS:
        application_id = owed()
        _goes_wrong(desk, hasty, clock, bank, application_id, call, fault)
        recovers(desk, clock)
        if fault["when"] == "late":
            time.sleep(PATIENCE + 0.1)  # what the gateway does late, it has done now
        recovers_for_good(desk, clock, bank)

        assert bank.was_met("search" if call == "reserved" else call)
        must_hold(application_id, bank)
        pays_after_all(desk, application_id, bank)
        tally("network faults")


def _goes_wrong(
    desk: Desk, hasty: Desk, clock: Clock, bank: Bank,
    application_id: uuid.UUID, call: str, fault: dict[str, Any],
) -> None:  # fmt: skip
    """Leads a payment to the call, and lets that go wrong."""
    if call in LOOKS:
        LOOKS[call](desk, bank, application_id)
        clock.set(clock() + LATER)
        bank.order(call, **fault)
        one_turn(hasty)
    elif call == "reserved":
        bank.order("search", **fault)
        one_turn(hasty)
        pays(desk, application_id)
    else:
        bank.order(call, **fault)
        with suppress(Refused):
            (refused_after_all if call == "void" else pays)(hasty, application_id)


def test_a_sale_that_comes_late_is_given_up_though_another_card_paid_meanwhile(
    desk: Desk, hasty: Desk, clock: Clock, bank: Bank,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
) -> None:  # fmt: skip
    application_id = owed()
    bank.order("sale", "hang", "late", seconds=2)
    answer = pays(hasty, application_id)
    recovers(desk, clock)
    again = pays(desk, application_id)
    (late,) = [one for one in attempts_of(application_id) if one.state is AttemptState.FAILED]
    late_id = late.id
    while not bank.transactions(late_id):
        time.sleep(0.1)
    came = bank.transactions(late_id)[0].status
    recovers_for_good(desk, clock, bank)
    tally("network faults")

    assert (answer, again) == (AttemptState.CALLING, AttemptState.PAID)
    assert came in RESERVED and bank.transactions(late_id)[0].status == "voided"
    must_hold(application_id, bank)
    pays_after_all(desk, application_id, bank)


@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: mishap.__name__)
def test_a_search_that_lags_loses_no_money(
    desk: Desk, clock: Clock, bank: Bank, owed: Callable[[], uuid.UUID],
    mishap: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    application_id = owed()
    mishap(desk, bank, application_id)
    with monkeypatch.context() as lagging:
        lagging.setattr(BraintreeCards, "find_by_order", lambda cards, order_id: ())
        recovers(desk, clock)
    recovers_for_good(desk, clock, bank)

    must_hold(application_id, bank)
    pays_after_all(desk, application_id, bank)


def test_while_an_answer_is_lost_nobody_pays_again(
    desk: Desk, bank: Bank, owed: Callable[[], uuid.UUID]
) -> None:
    for mishap in (charged_unheard, taken_unheard):
        application_id = owed()
        mishap(desk, bank, application_id)

        with pytest.raises(Refused, match="under way"):
            payments.offer_card(desk, application_id, "fake-valid-mastercard-nonce")
