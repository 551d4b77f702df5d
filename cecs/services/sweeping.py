"""Gives up what is reserved at the gateway although nobody waits for it any more."""

import uuid

from cecs.desk import Desk
from cecs.domain.payments import LIVE, AttemptState
from cecs.extensions import db
from cecs.gateways.cards import Charge, ChargeState, GatewayError
from cecs.models.payments import PaymentAttempt
from cecs.services.payments import QUIET


def sweep(desk: Desk) -> int:
    """Voids reserved charges whose attempt is closed; gives how many.

    A sale that the gateway carried out late, after its attempt was given up, leaves one. Charges
    of others under the same account carry no order id of ours and are left alone. The gateway's
    list may be old: what pays a fee by now is never given up.
    """
    voided = 0
    try:
        reserved = desk.card_gateway.reserved()
    except GatewayError:
        return 0
    for charge in reserved:
        if charge.created_at <= desk.now() - QUIET and _is_nobodys(charge):
            try:
                voided += desk.card_gateway.void(charge.id).state is ChargeState.VOIDED
            except GatewayError:
                continue  # the next sweep finds it again
    return voided


def _is_nobodys(charge: Charge) -> bool:
    """Whether its attempt is closed, and never took or will take this charge."""
    try:
        id = uuid.UUID(charge.order_id)
    except ValueError:
        return False
    attempt = db.session.get(PaymentAttempt, id, populate_existing=True)
    nobodys = attempt is not None and attempt.state not in LIVE
    if attempt is not None and attempt.state is AttemptState.PAID:
        nobodys = attempt.charge_id != charge.id
    db.session.rollback()
    return nobodys
