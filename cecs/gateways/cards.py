"""Card payments, as the office sees them: look a card up, authorise, capture, void, find.

Callers see dataclasses, enums and four exceptions. No call is ever repeated by a gateway; a call
whose outcome is unknown raises `GatewayUnknown`, and the caller finds out by `find_by_order`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from cecs.domain.cards import Card


class GatewayError(Exception):
    """A call to the card gateway that brought no usable answer."""


class GatewayUnknown(GatewayError):
    """The call may or may not have taken effect: time ran out, the line broke, or it failed."""


class GatewayClosed(GatewayError):
    """The gateway does not know our keys; nothing took effect."""


class NotAtGateway(GatewayError):
    """The gateway has no such nonce or charge."""


class NotFromGateway(GatewayError):
    """A message that the gateway did not sign."""


class ChargeState(Enum):
    """How far a charge has come."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    SETTLED = "settled"
    SENT_BACK = "sent_back"  # captured, but its bank did not settle
    VOIDED = "voided"
    DECLINED = "declined"
    PENDING = "pending"


STANDS = frozenset({ChargeState.AUTHORISED, ChargeState.CAPTURED, ChargeState.SETTLED})
TAKEN = frozenset({ChargeState.CAPTURED, ChargeState.SETTLED})


class Dispute(Enum):
    """What the cardholder's bank says about a charge."""

    NONE = "none"
    OPEN = "open"
    WON = "won"  # by us
    LOST = "lost"


class Decline(Enum):
    """Why a charge was not authorised. None of them takes money."""

    BY_BANK = "by_bank"
    BY_GATEWAY = "by_gateway"
    NONCE_USED = "nonce_used"
    NOT_VALID = "not_valid"


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge at the gateway, or, with `is_refund`, money given back.

    `order_id` is the id we gave, "" if none; `created_at` is in UTC.
    """

    id: str
    order_id: str
    cents: int
    currency: str
    state: ChargeState
    card: Card
    created_at: datetime
    is_refund: bool = False
    dispute: Dispute = Dispute.NONE


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to `authorise`. `decline` is None exactly when the charge is authorised.

    A charge that bank or gateway declined is given too; a request turned down before has none.
    """

    charge: Charge | None
    decline: Decline | None


class CardGateway(Protocol):
    """The calls that payments need. Every one may raise GatewayUnknown or GatewayClosed."""

    def client_token(self) -> str:
        """What the gateway's own script in the browser needs to begin."""

    def look_up(self, nonce: str) -> Card:
        """The card behind a nonce, without using it up. Raises NotAtGateway."""

    def authorise(self, order_id: str, cents: int, nonce: str) -> Outcome:
        """Reserves the amount on the card and takes nothing yet; uses the nonce up."""

    def capture(self, transaction_id: str) -> Charge:
        """Takes what was authorised, whole; again is harmless. The state tells if it worked.

        Raises NotAtGateway.
        """

    def void(self, transaction_id: str) -> Charge:
        """Gives an authorisation up; again is harmless. The state tells if it worked.

        Raises NotAtGateway.
        """

    def find_by_order(self, order_id: str) -> tuple[Charge, ...]:
        """Every charge made for that order id, newest first, declined ones included."""

    def find(self, transaction_id: str) -> Charge:
        """One charge as it is now. Raises NotAtGateway."""

    def refund(self, transaction_id: str, cents: int, order_id: str) -> Charge | None:
        """Gives a part, or all, of a settled charge back; None when the gateway refuses.

        Raises NotAtGateway.
        """

    def find_refund(self, order_id: str) -> Charge | None:
        """The refund that was made under that order id, if there is one."""

    def reserved(self) -> tuple[Charge, ...]:
        """Every charge that is authorised and neither taken nor given up."""

    def between(self, start: datetime, end: datetime) -> tuple[Charge, ...]:
        """Charges and refunds created from `start` on and before `end`, the oldest first."""

    def disputed_charge(self, signature: str, payload: str) -> str | None:
        """The charge that a signed message of the gateway is about; None when about none.

        Asks no gateway. Raises NotFromGateway.
        """
