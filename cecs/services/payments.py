"""Paying by card: nobody is charged twice, no paid fee is lost, no refused card is charged.

A row is committed before each call that can move money, and every state is a commit of its own:
if the process dies in between, `reconcile` finds out at the gateway what happened. It never
starts a charge. Money is reserved first, looked at again, and only then taken: whether it is taken
or given up is decided by a commit before the gateway is asked to, and never changed.
"""

import uuid
from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain import cards
from cecs.domain.payments import DECIDED, LIVE, UNCERTAIN, AttemptState, Settlement, may_become
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.gateways.cards import (
    STANDS,
    TAKEN,
    ChargeState,
    GatewayError,
    NotAtGateway,
    Outcome,
)
from cecs.models.applications import Application
from cecs.models.payments import PaymentAttempt
from cecs.services import ledger, receipts
from cecs.services.attempts import held, live_attempt
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked, writing

QUIET = timedelta(minutes=10)  # longer than any call can still be under way
FORGOTTEN = timedelta(minutes=30)  # a card looked up but never confirmed
TRIES_AN_HOUR = 6
NOT_OWED = "no longer what is due"
S = AttemptState


def offer_card(desk: Desk, application_id: uuid.UUID, nonce: str) -> uuid.UUID:
    """Looks a card up and keeps it ready to be charged; charges nothing. Raises Refused.

    A card offered before and not confirmed is let go.
    """
    card = _look_up(desk, nonce)
    refusal = _refusal(desk, card)
    application = locked(Application, application_id)
    _not_too_many(desk, application.person_id)
    due = ledger.payable_cents(application)
    if due == 0:
        db.session.rollback()
        raise Refused(Sentence("There is nothing to pay for this application."))
    _let_go(desk, application_id)
    attempt = PaymentAttempt(
        id=uuid.uuid4(), application_id=application_id, cents=due,
        fee_ids=[fee.id for fee in ledger.due_fees(application)], brand=card.brand.value,
        last_four=card.last_four, started_at=desk.now(), moved_at=desk.now(),
        state=S.REFUSED if refusal else S.PREPARED, reason=refusal or "",
        durbin_regulated=card.durbin_regulated,
    )  # fmt: skip
    if refusal is None:
        attempt.sealed_nonce = desk.vault.seal(nonce, f"payment_attempt/{attempt.id}")
    db.session.add(attempt)
    attempt_id = attempt.id
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Refused(UNDER_WAY) from None
    if refusal is not None:
        raise Refused(cards.explained(refusal, _accepted(desk)))
    return attempt_id


def _not_too_many(desk: Desk, person_id: int) -> None:
    """Nobody tries out a list of cards here. Raises Refused after some that were not taken."""
    tried = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(PaymentAttempt)
        .join(Application, PaymentAttempt.application_id == Application.id)
        .where(Application.person_id == person_id)
        .where(PaymentAttempt.state.in_((S.REFUSED, S.DECLINED)))
        .where(PaymentAttempt.started_at > desk.now() - timedelta(hours=1))
    )
    if (tried or 0) >= TRIES_AN_HOUR:
        db.session.rollback()
        raise Refused(
            Sentence(
                "Several cards were not taken, and nothing was charged. "
                "Wait an hour, or pay by mail."
            )
        )


UNDER_WAY = Sentence(
    "A payment for this application is under way. Do not pay again; look here in a few minutes."
)


def pay(desk: Desk, application_id: uuid.UUID, attempt_id: uuid.UUID) -> AttemptState:
    """Charges the card that was offered; gives the state reached. Never charges twice.

    A live state means that the answer is not known yet; `reconcile` finds it. Raises Gone.
    """
    attempt = _own(application_id, attempt_id)
    if attempt.state is not S.PREPARED or attempt.sealed_nonce is None:
        return attempt.state
    nonce = desk.vault.unseal(attempt.sealed_nonce, f"payment_attempt/{attempt.id}")
    cents = attempt.cents
    # Committed before the call: from here on the charge can be found, whatever happens.
    if not _move(desk, attempt_id, S.PREPARED, S.CALLING, sealed_nonce=None):
        return _own(application_id, attempt_id).state
    try:
        outcome = desk.card_gateway.authorise(str(attempt_id), cents, nonce)
    except GatewayError:
        return S.CALLING
    return _after_authorisation(desk, attempt_id, outcome)


def reconcile(desk: Desk, quiet: timedelta = QUIET) -> int:
    """Finds out at the gateway how old open attempts ended; gives how many it closed.

    Starts no charge. Safe to run again and by several at once.
    """
    moved = PaymentAttempt.moved_at
    # A move that lies ahead was written while the clock was wrong: nobody waits until then.
    is_quiet = sa.or_(moved <= desk.now() - quiet, moved > desk.now() + QUIET)
    rows = db.session.execute(
        sa.select(PaymentAttempt.id, PaymentAttempt.state)
        .where(PaymentAttempt.state.in_(UNCERTAIN), is_quiet)
        .order_by(PaymentAttempt.moved_at)
    ).all()
    forgotten = db.session.scalars(
        sa.select(PaymentAttempt.id)
        .where(PaymentAttempt.state == S.PREPARED)
        .where(PaymentAttempt.moved_at <= desk.now() - FORGOTTEN)
    ).all()
    db.session.rollback()
    closed = sum(
        _move(desk, id, S.PREPARED, S.FAILED, reason="not confirmed", sealed_nonce=None)
        for id in forgotten
    )
    for attempt_id, state in rows:
        if not _claim_look(desk, attempt_id):
            continue
        try:
            closed += _find_out(desk, attempt_id, state) not in LIVE
        except GatewayError:
            continue  # the gateway does not answer; the next run asks again
    return closed


def look_again(desk: Desk, application_id: uuid.UUID) -> None:
    """Finds out how one application's payment ended, once it is quiet; for who asks about it."""
    live = live_attempt(application_id)
    due = live is not None and live.state in UNCERTAIN and live.moved_at <= desk.now() - QUIET
    if live is None or not due:
        return
    attempt_id, state = live.id, live.state
    if not _claim_look(desk, attempt_id):
        return
    with suppress(GatewayError):  # the worker asks again
        _find_out(desk, attempt_id, state)


def _claim_look(desk: Desk, attempt_id: uuid.UUID) -> bool:
    """Whether nobody looked within a minute: what was left is gone on with by one at a time."""
    writing()
    looked, now = PaymentAttempt.looked_at, desk.now()
    # A look that lies ahead was noted while the clock was wrong.
    is_free = sa.or_(looked.is_(None), looked <= now - timedelta(minutes=1), looked > now)
    claimed = db.session.execute(
        sa.update(PaymentAttempt)
        .where(PaymentAttempt.id == attempt_id)
        .where(is_free)
        .values(looked_at=now)
        .returning(PaymentAttempt.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return bool(claimed)


def _find_out(desk: Desk, attempt_id: uuid.UUID, state: AttemptState) -> AttemptState:
    """Goes on where an attempt was left. What was decided is done, not decided anew."""
    if state is S.AUTHORISED:
        return _decide(desk, attempt_id)
    if state is not S.CALLING:
        return _carry_out(desk, attempt_id)
    charges = desk.card_gateway.find_by_order(str(attempt_id))
    if any(charge.state is ChargeState.PENDING for charge in charges):
        return state
    for charge in charges:
        if charge.state in STANDS:
            return _after_authorisation(desk, attempt_id, Outcome(charge, None))
    wanted = S.DECLINED if charges else S.FAILED
    _move(desk, attempt_id, S.CALLING, wanted, reason="no charge stands at the gateway")
    return _state(attempt_id)


def _after_authorisation(desk: Desk, attempt_id: uuid.UUID, outcome: Outcome) -> AttemptState:
    charge = outcome.charge
    if outcome.decline is not None or charge is None:
        reason = outcome.decline.value if outcome.decline else "no charge"
        _move(desk, attempt_id, S.CALLING, S.DECLINED, reason=reason)
        return _state(attempt_id)
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    expected = (str(attempt_id), attempt.cents, "USD")
    refusal = _refusal(desk, charge.card)
    db.session.rollback()
    if refusal is not None or (charge.order_id, charge.cents, charge.currency) != expected:
        reason = refusal or "the charge is not the one asked for"
        if not _move(desk, attempt_id, S.CALLING, S.VOIDING, charge_id=charge.id, reason=reason):
            return _state(attempt_id)
        return _carry_out(desk, attempt_id)
    if not _move(desk, attempt_id, S.CALLING, S.AUTHORISED, charge_id=charge.id):
        return _state(attempt_id)
    return _decide(desk, attempt_id)


def _decide(desk: Desk, attempt_id: uuid.UUID) -> AttemptState:
    """What is still owed will be taken, else it is given up: decided once, by one worker.

    Committed before the gateway hears of it, so that nobody gives up what another takes.
    """
    attempt, application = held(attempt_id)
    if attempt.state is not S.AUTHORISED:
        db.session.rollback()
        return _state(attempt_id)
    due = ledger.due_fees(application) if ledger.payable_cents(application) else []
    owed = attempt.fee_ids and {fee.id for fee in due} >= set(attempt.fee_ids)
    attempt.state, attempt.moved_at = (S.CAPTURING if owed else S.VOIDING), desk.now()
    attempt.reason = "" if owed else NOT_OWED
    db.session.commit()
    return _carry_out(desk, attempt_id)


def _carry_out(desk: Desk, attempt_id: uuid.UUID) -> AttemptState:
    """Takes, or gives up, as was decided; again is harmless. A lost answer leaves it as it is."""
    attempt = db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)
    state, charge_id, reason = attempt.state, attempt.charge_id or "", attempt.reason
    db.session.rollback()
    if state not in DECIDED:
        return state
    gateway = desk.card_gateway
    try:
        charge = gateway.capture(charge_id) if state is S.CAPTURING else gateway.void(charge_id)
    except GatewayError:
        return state
    if state is S.CAPTURING and charge.state in TAKEN:
        return _paid(desk, attempt_id)
    if charge.state in STANDS or charge.state is ChargeState.PENDING:
        return state
    if state is S.CAPTURING:
        reason = f"capture: {charge.state.value}"
    refused = state is S.VOIDING and reason != NOT_OWED
    _move(desk, attempt_id, state, S.REFUSED if refused else S.FAILED, reason=reason)
    return _state(attempt_id)


def _paid(desk: Desk, attempt_id: uuid.UUID) -> AttemptState:
    """The fee is paid and the attempt closed in one transaction."""
    attempt, application = held(attempt_id)
    if attempt.state is S.CAPTURING:
        attempt.state, attempt.moved_at = S.PAID, desk.now()
        attempt.paid_at, attempt.settlement = desk.now(), Settlement.WAITING
        attempt.looked_at = None  # its settlement was not looked at yet
        paid_on = desk.day_of(attempt.started_at)
        by, ids = application.person_id, attempt.fee_ids
        ledger.settle(desk, application, ids, by, paid_on, payment_attempt_id=attempt.id)
        receipts.mail(desk, attempt)
    state = attempt.state
    db.session.commit()
    return state


def _move(
    desk: Desk,
    attempt_id: uuid.UUID,
    present: AttemptState,
    wanted: AttemptState,
    **columns: str | bytes | None,
) -> bool:
    """Compare and set, committed: False when another was faster."""
    assert may_become(present, wanted), (present, wanted)
    writing()
    moved = db.session.execute(
        sa.update(PaymentAttempt)
        .where(PaymentAttempt.id == attempt_id, PaymentAttempt.state == present)
        .values(state=wanted, moved_at=desk.now(), **columns)
        .returning(PaymentAttempt.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return len(moved) == 1


def _state(attempt_id: uuid.UUID) -> AttemptState:
    """Where an attempt stands now."""
    db.session.rollback()
    state = db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True).state
    db.session.rollback()
    return state


def _let_go(desk: Desk, application_id: uuid.UUID) -> None:
    """Closes a card offered before. Raises Refused when one is being charged."""
    live = live_attempt(application_id, hold=True)
    if live is None:
        return
    if live.state is not S.PREPARED:
        db.session.rollback()
        raise Refused(UNDER_WAY)
    live.state, live.reason, live.sealed_nonce = S.FAILED, "another card was offered", None
    live.moved_at = desk.now()
    db.session.flush()


def _own(application_id: uuid.UUID, attempt_id: uuid.UUID) -> PaymentAttempt:
    attempt = db.session.get(PaymentAttempt, attempt_id, populate_existing=True)
    if attempt is None or attempt.application_id != application_id:
        raise Gone(f"PaymentAttempt {attempt_id}")
    return attempt


def _look_up(desk: Desk, nonce: str) -> cards.Card:
    try:
        return desk.card_gateway.look_up(nonce)
    except NotAtGateway:
        raise Refused(Sentence("Enter the card again. Nothing was charged.")) from None
    except GatewayError:
        raise Refused(
            Sentence("We cannot reach the card service now. Nothing was charged. Try again later.")
        ) from None


def _refusal(desk: Desk, card: cards.Card) -> cards.Refusal | None:
    unknown_is_taken = desk.settings.card_funding_unknown == "accept"
    return cards.refusal(card, _accepted(desk), unknown_is_taken)


def _accepted(desk: Desk) -> set[cards.Brand]:
    names = desk.regime.office.accepted_card_brands
    return {brand for brand in cards.Brand if brand.value in names}
