"""Payments left half done, each in another way, as crashes and networks leave them."""

import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from cecs.desk import Desk
from cecs.domain.payments import AttemptState
from cecs.services import payments
from tests.applying import now
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import watched
from tests.faults.payments.recovery import VISA, attempts_of, pays

KIND_NOT_KNOWN = "fake-valid-unknown-indicators-nonce"


def charged_unheard(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """The amount is reserved, and the answer was lost."""
    bank.order("sale", "drop", "after")
    assert pays(desk, application_id) is AttemptState.CALLING


def never_asked(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """The gateway never got the request."""
    bank.order("sale", "drop", "before")
    assert pays(desk, application_id) is AttemptState.CALLING


def taken_unheard(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """The money is taken, and the answer was lost."""
    bank.order("capture", "drop", "after")
    assert pays(desk, application_id) is AttemptState.CAPTURING


def not_taken(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """The money is reserved, and the request to take it was lost."""
    bank.order("capture", "drop", "before")
    assert pays(desk, application_id) is AttemptState.CAPTURING


class Died(BaseException):
    """As far as one process can."""


def noted_and_left(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """The amount is reserved, and the process died before it could ask to take it."""
    passed: list[str] = []

    def crossed(name: str) -> None:
        passed.append(name)
        if "after authorise" in passed and name == "after commit":
            raise Died

    with watched(desk, crossed) as observed, suppress(Died):
        pays(observed, application_id)
    (attempt,) = attempts_of(application_id)
    assert attempt.state is AttemptState.AUTHORISED


def not_given_up(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """A card turned out to be no credit card, and the request to give it up was lost."""
    bank.order("void", "drop", "before")
    assert refused_after_all(desk, application_id) is AttemptState.VOIDING


def given_up_unheard(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """A card turned out to be no credit card; it was given up, and the answer was lost."""
    bank.order("void", "drop", "after")
    assert refused_after_all(desk, application_id) is AttemptState.VOIDING


def reserved_late(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """The gateway reserved the amount after we had stopped waiting for it."""
    never_asked(desk, bank, application_id)
    payments.reconcile(desk, timedelta(0))
    (attempt,) = attempts_of(application_id)
    assert attempt.state is AttemptState.FAILED
    desk.card_gateway.authorise(str(attempt.id), attempt.cents, VISA)


def never_confirmed(desk: Desk, bank: Bank, application_id: uuid.UUID) -> None:
    """A card was offered, and then its owner left."""
    payments.offer_card(desk, application_id, VISA)
    assert now(application_id).filed_on is None


MISHAPS = (
    reserved_late,  # the first, because it looks after all that are older
    charged_unheard,
    never_asked,
    taken_unheard,
    not_taken,
    noted_and_left,
    not_given_up,
    given_up_unheard,
    never_confirmed,
)


def refused_after_all(desk: Desk, application_id: uuid.UUID) -> AttemptState:
    """Pays with a card that passed when it was offered, and does not once it is charged."""
    lenient = replace(desk, settings=replace(desk.settings, card_funding_unknown="accept"))
    attempt_id = payments.offer_card(lenient, application_id, KIND_NOT_KNOWN)
    return payments.pay(desk, application_id, attempt_id)
