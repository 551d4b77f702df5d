"""A card that we do not take makes no transaction at the gateway, however it is offered."""

import uuid
from collections.abc import Callable

import pytest

from cecs.desk import Desk
from cecs.services import payments
from cecs.services.refused import Refused
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import Place, at_once
from tests.faults.payments.recovery import attempts_of, pays_after_all

KINDS = (
    "debit", "prepaid", "prepaid-reloadable", "payroll", "unknown-indicators",
    "amex", "discover", "dinersclub", "jcb", "maestro",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_card_makes_no_transaction(
    desk: Desk, bank: Bank, owed: Callable[[], uuid.UUID], tally: Callable[..., None], kind: str
) -> None:
    application_id = owed()
    with pytest.raises(Refused):
        payments.offer_card(desk, application_id, f"fake-valid-{kind}-nonce")
    (attempt,) = attempts_of(application_id)
    answer = payments.pay(desk, application_id, attempt.id)
    tally("refused cards")

    assert answer == "refused" and bank.transactions() == []
    pays_after_all(desk, application_id, bank)


def test_a_refused_card_that_is_offered_by_many_at_once_makes_no_transaction(
    place: Place, bank: Bank, owed: Callable[[], uuid.UUID], tally: Callable[..., None]
) -> None:
    told = at_once(place, 2, 5, offers_a_debit_card, owed())
    tally("refused cards", len(told))

    assert len(told) == 10 and bank.transactions() == []
    assert all("debit" in each or "Wait an hour" in each for each in told)


def offers_a_debit_card(desk: Desk, application_id: uuid.UUID) -> str:
    """Gives the sentence of the refusal."""
    try:
        return str(payments.offer_card(desk, application_id, "fake-valid-debit-nonce"))
    except Refused as refused:
        return str(refused.sentence)
