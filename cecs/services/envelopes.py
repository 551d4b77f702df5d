"""What came in an envelope: whose it may be, and what cannot be true of it, field by field."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain import names, references
from cecs.domain.applications import UNPAYABLE
from cecs.domain.mailed_payments import Instrument, PaymentState, alike, impossible_days
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.applications import Application, Fee
from cecs.models.cashier import MailedPayment
from cecs.models.educators import Educator
from cecs.services import attempts, ledger
from cecs.services.refused import Refused

LIKELY = 5  # as many owners as are proposed


class Wrong(Refused):
    """What was typed cannot be; `faults` say so by the names of the fields."""

    def __init__(self, faults: Mapping[str, Sentence]) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = faults


def faults(
    desk: Desk, by_id: int, named: Sequence[str], known: Mapping[str, Any], but: int | None = None
) -> dict[str, Sentence]:
    """All that is wrong at once, by field.

    `known` are those facts of a `Received` that can be read so far; `but` is the payment that is
    being corrected, if any.
    """
    wrong = impossible_days(desk.today(), known.get("received_on"), known.get("postmarked_on"))
    if (reference := _wrong_reference(by_id, named)) is not None:
        wrong["references"] = reference
    if {"instrument", "number", "issuer"} <= known.keys():
        same = _same(desk, named, known, but)
        if same is not None:
            wrong["number" if same.number else "amount"] = _booked_before(same)
    return wrong


def held(named: Sequence[str]) -> list[Application]:
    """The applications of these references, in the caller's transaction, held until its end.

    Each once, though a scanner may have read it twice. What is unknown is left to `faults`. They
    are held in the order in which others hold several: nobody waits for who waits for them.
    """
    found = dict.fromkeys(one for one in map(_find, named) if one is not None)
    rows = sa.select(Application).where(Application.id.in_([one.id for one in found]))
    in_order = rows.order_by(Application.id).with_for_update()
    db.session.scalars(in_order.execution_options(populate_existing=True)).all()
    return list(found)


def likely_owners(payment: MailedPayment) -> Sequence[tuple[Application, int]]:
    """Applications that wait for money under a name like that on the payment, and what they owe.

    In whole cents; those for which exactly this is due come first. Only for what waits itself.
    """
    if payment.state is not PaymentState.SUSPENSE:
        return ()
    words = [key for word in payment.payer.split() if len(key := names.key(word)) > 1]
    if not words:
        return ()
    begin = [Educator.last_key.startswith(word, autoescape=True) for word in words]
    waiting = (
        sa.select(Application)
        .join(Educator, Application.educator_id == Educator.id)
        .where(sa.or_(*begin), Application.status.not_in(UNPAYABLE))
        .where(sa.exists().where(Fee.application_id == Application.id, Fee.paid_at.is_(None)))
        .order_by(Application.created_at)
        .limit(100)
    )
    found = [
        (one, ledger.payable_cents(one))
        for one in db.session.scalars(waiting)
        if alike(payment.payer, f"{one.person.first_name} {one.person.last_name}")
    ]
    found.sort(key=lambda pair: pair[1] != payment.cents)
    return [pair for pair in found if pair[1]][:LIKELY]


def _find(words: str) -> Application | None:
    reference = references.normalise(words) or words.strip().upper()
    return db.session.scalar(sa.select(Application).where(Application.reference == reference))


def _wrong_reference(by_id: int, named: Sequence[str]) -> Sentence | None:
    found = {words: _find(words) for words in named}
    if unknown := [words for words, application in found.items() if application is None]:
        return Sentence(
            "No application has the reference {reference}.", reference=", ".join(unknown)
        )
    for application in found.values():
        assert application is not None
        if application.person_id == by_id:
            return Sentence("Nobody books a payment for their own application.")
        if attempts.is_charging(application.id):
            return Sentence("A card is being charged for it. Look again in a few minutes.")
    return None


def _same(
    desk: Desk, named: Sequence[str], known: Mapping[str, Any], but: int | None
) -> MailedPayment | None:
    """What is booked already and seems to be this very item.

    What went back may come again another day, but not on the day on which it was booked.
    """
    today, _ = desk.bounds(desk.today())
    same: sa.Select[Any] = (
        sa.select(MailedPayment)
        .where(MailedPayment.instrument == known["instrument"])
        .where(MailedPayment.number == known["number"])
        .where(sa.func.lower(MailedPayment.issuer) == known["issuer"].lower())
        .where(
            (MailedPayment.state != PaymentState.RETURNED) | (MailedPayment.recorded_at >= today)
        )
        .order_by(MailedPayment.id.desc())
        .limit(1)
    )
    if but is not None:
        same = same.where(MailedPayment.id != but)
    if not known["number"]:
        same = _also_same(same, named, known)
    found: MailedPayment | None = db.session.scalar(same)
    return found


def _also_same(
    same: sa.Select[Any], named: Sequence[str], known: Mapping[str, Any]
) -> sa.Select[Any]:
    """Cash has no number: the same amount, from the same person, on the same day, is the same."""
    owner = _find(named[0]) if named else None
    return same.where(
        MailedPayment.cents == known.get("cents"),
        MailedPayment.received_on == known.get("received_on"),
        MailedPayment.payer_key == names.key(known.get("payer", "")),
        MailedPayment.application_id == (owner.id if owner else None),
    )


def _booked_before(same: MailedPayment) -> Sentence:
    if same.instrument is Instrument.CASH:
        return Sentence(
            "Cash of this amount is booked already today, as entry {id}. If more came, say so in "
            "the name.",
            id=same.id,
        )
    if same.state is PaymentState.RETURNED:
        return Sentence(
            "This number of this issuer is booked already today, and goes back: entry {id}.",
            id=same.id,
        )
    return Sentence(
        "This number of this issuer is booked already, on {day}, as entry {id}.",
        day=same.received_on,
        id=same.id,
    )
