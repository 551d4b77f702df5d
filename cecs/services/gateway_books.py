"""The gateway's own list beside our books: both ways, charge by charge."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import AttemptState, RefundState
from cecs.domain.sentences import Cents, Sentence
from cecs.extensions import db
from cecs.gateways.cards import TAKEN, Charge, ChargeState, GatewayError, NotAtGateway
from cecs.models.cashier import MailedPayment
from cecs.models.payments import PaymentAttempt, Refund

# A charge may be booked here on the day after it was begun there.
AROUND = timedelta(hours=1)
WERE_TAKEN = TAKEN | {ChargeState.SENT_BACK}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not agree or waits too long, and what to do about it."""

    what: Sentence
    todo: Sentence
    attempt: PaymentAttempt | None = None
    payment: MailedPayment | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What the gateway says was taken for a day; None where it could not be asked."""

    taken: Cents | None
    problems: tuple[Problem, ...]


SILENT = Problem(
    Sentence("The card gateway could not be asked for its list."),
    Sentence("Open this page again later, before you close the day."),
)


def compare(
    desk: Desk, captures: Sequence[PaymentAttempt], start: datetime, end: datetime
) -> Compared:
    """Finds each capture at the gateway, and each of its charges and refunds here."""
    if desk.cards is None:
        return Compared(None, ())
    try:
        theirs = {charge.id: charge for charge in desk.cards.between(start - AROUND, end)}
        found = _of_captures(desk, captures, theirs)
    except GatewayError:
        return Compared(None, (SILENT,))
    unknown = [
        charge
        for charge in theirs.values()
        if charge.created_at >= start and _moved_money(charge) and not _is_booked(charge)
    ]
    taken = sum(charge.cents for charge in found.values())
    taken += sum(charge.cents for charge in unknown if not charge.is_refund)
    return Compared(Cents(taken), (*_missing(captures, found), *map(_strange, unknown)))


def _of_captures(
    desk: Desk, captures: Sequence[PaymentAttempt], theirs: Mapping[str, Charge]
) -> dict[str, Charge]:
    """Our captures as the gateway has them, by charge; those it does not have are left out."""
    found = {}
    for attempt in captures:
        id = attempt.charge_id or ""
        try:
            charge = theirs.get(id) or desk.card_gateway.find(id)
        except NotAtGateway:
            continue
        if charge.state in WERE_TAKEN:
            found[id] = charge
    return found


def _missing(captures: Sequence[PaymentAttempt], found: Mapping[str, Charge]) -> Iterator[Problem]:
    for attempt in captures:
        charge = found.get(attempt.charge_id or "")
        if charge is None or charge.cents != attempt.cents:
            yield Problem(
                Sentence(
                    "Booked as paid here: {cents}. At the gateway: {theirs}.",
                    cents=Cents(attempt.cents), theirs=Cents(charge.cents if charge else 0),
                ),
                Sentence("Look the charge up at the gateway, then call the gateway."),
                attempt,
            )  # fmt: skip


def _moved_money(charge: Charge) -> bool:
    """A sale that was sent back is ours to know; a refund that was sent back gave nothing."""
    return charge.state in (TAKEN if charge.is_refund else WERE_TAKEN)


def _is_booked(charge: Charge) -> bool:
    """Whether our books have it, on whatever day."""
    if charge.is_refund:
        made = sa.select(Refund.id).where(
            Refund.charge_id == charge.id, Refund.state == RefundState.DONE
        )
        return db.session.scalar(made) is not None
    paid = sa.select(PaymentAttempt.id).where(
        PaymentAttempt.charge_id == charge.id, PaymentAttempt.state == AttemptState.PAID
    )
    return db.session.scalar(paid) is not None


def _strange(charge: Charge) -> Problem:
    what = Sentence(
        "The gateway took {cents} (charge {charge}) that is not booked here.",
        cents=Cents(charge.cents), charge=charge.id,
    )  # fmt: skip
    if charge.is_refund:
        what = Sentence(
            "The gateway returned {cents} (refund {charge}) that nobody decided here.",
            cents=Cents(charge.cents), charge=charge.id,
        )  # fmt: skip
    todo = Sentence("Wait ten minutes: the worker books what is ours. If it stays, ask who did it.")
    return Problem(what, todo, _attempt_of(charge))


def _attempt_of(charge: Charge) -> PaymentAttempt | None:
    try:
        return db.session.get(PaymentAttempt, uuid.UUID(charge.order_id))
    except ValueError:
        return None
