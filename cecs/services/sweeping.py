"""Gives up what is reserved at the gateway although nobody waits for it any more."""

import uuid

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.payments import LIVE
from cecs.extensions import db
from cecs.gateways.cards import ChargeState, GatewayError
from cecs.models.payments import PaymentAttempt
from cecs.services.payments import QUIET


def sweep(desk: Desk) -> int:
    """Voids reserved charges whose attempt is closed; gives how many.

    A sale that the gateway carried out late, after its attempt was given up, leaves one. Charges
    of others under the same account carry no order id of ours and are left alone.
    """
    voided = 0
    try:
        reserved = desk.card_gateway.reserved()
    except GatewayError:
        return 0
    for charge in reserved:
        if charge.created_at <= desk.now() - QUIET and _is_closed(charge.order_id):
            try:
                voided += desk.card_gateway.void(charge.id).state is ChargeState.VOIDED
            except GatewayError:
                continue  # the next sweep finds it again
    return voided


def _is_closed(order_id: str) -> bool:
    try:
        id = uuid.UUID(order_id)
    except ValueError:
        return False
    state = db.session.scalar(sa.select(PaymentAttempt.state).where(PaymentAttempt.id == id))
    db.session.rollback()
    return state is not None and state not in LIVE
