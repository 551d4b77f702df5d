"""Payments found by what a caller or a bank statement says: for those who handle money."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import names, references
from cecs.domain.payments import UNCERTAIN, AttemptState
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application, Fee
from cecs.models.cashier import MailedPayment
from cecs.models.educators import Educator
from cecs.models.payments import PaymentAttempt
from cecs.services import queue, receipts

AT_MOST = 50
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Found:
    """Payments that fit, the newest first, of each way at most `AT_MOST`."""

    cards: Sequence[PaymentAttempt]
    mailed: Sequence[MailedPayment]


def find(desk: Desk, words: str) -> Found:
    """Payments whose money moved, or may have.

    `words` is the reference, with or without its prefix, the number of a receipt, the beginning of
    a last name, a whole name in any order, an educator number, a name on a check, or the number of
    a check or charge. A receipt's number finds the payment meant; all of its application, where
    none is.
    """
    words = words.strip()
    if not words:
        return Found((), ())
    head, _, key = words.rpartition("-")
    if (reference := _reference(desk, head)) is None:
        return _found(desk, words)
    found, key = _found(desk, reference), key.strip().upper()
    cards = [one for one in found.cards if receipts.key_of(one) == key]
    mailed = [one for one in found.mailed if receipts.key_of(one) == key]
    return Found(cards, mailed) if cards or mailed else found


def _reference(desk: Desk, words: str) -> str | None:
    """The reference in what was typed, though it may lack its prefix."""
    prefix = desk.regime.office.reference_prefix
    whole = references.normalise(prefix + words)
    return references.normalise(words) or (
        whole if whole and whole.startswith(f"{prefix}-") else None
    )


def _found(desk: Desk, words: str) -> Found:
    which = [queue.fits(desk, words)]
    if reference := _reference(desk, words):
        which.append(Application.reference == reference)
    parts = [part for part in re.split(r"[\s,]+", words) if names.key(part)]
    if len(parts) > 1:
        which.append(_is_named(parts))
    of = sa.select(Application.id).where(sa.or_(*which))
    cards = sa.select(PaymentAttempt).where(
        PaymentAttempt.state.in_({AttemptState.PAID, *UNCERTAIN}),
        PaymentAttempt.application_id.in_(of) | (PaymentAttempt.charge_id == words),
    )
    fitting = [
        MailedPayment.application_id.in_(of),
        MailedPayment.id.in_(
            sa.select(Fee.mailed_payment_id).where(
                Fee.application_id.in_(of), Fee.mailed_payment_id.is_not(None)
            )
        ),
        MailedPayment.number == words,
    ]
    if len(names.key(words)) >= SHORTEST_NAME:
        on_it = [MailedPayment.payer_key.contains(names.key(one), autoescape=True) for one in parts]
        fitting.append(sa.and_(*on_it))
    mailed = sa.select(MailedPayment).where(sa.or_(*fitting))
    return Found(
        db.session.scalars(cards.order_by(PaymentAttempt.started_at.desc()).limit(AT_MOST)).all(),
        db.session.scalars(mailed.order_by(MailedPayment.id.desc()).limit(AT_MOST)).all(),
    )


def _is_named(parts: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether each part begins a name of the applicant, as registered or as they say."""
    registered = [_begins(Educator, part) | _has_key(part) for part in parts]
    said = [_begins(Person, part) for part in parts]
    return Application.educator.has(sa.and_(*registered)) | Application.person.has(sa.and_(*said))


def _begins(whose: type[Educator] | type[Person], part: str) -> sa.ColumnElement[bool]:
    name = sa.func.lower(" " + whose.first_name + " " + whose.last_name)
    return name.contains(f" {part.lower()}", autoescape=True)


def _has_key(part: str) -> sa.ColumnElement[bool]:
    key = names.key(part)
    return Educator.first_key.startswith(key) | Educator.last_key.startswith(key)
