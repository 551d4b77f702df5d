"""Card payments, as the office sees them: look a card up, authorise, capture, void, find.

`BraintreeCards` keeps the SDK's words on this side: callers see dataclasses, enums and four
exceptions. No call is ever repeated here; a call whose outcome is unknown raises
`GatewayUnknown`, and the caller finds out by `find_by_order`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

from cecs.domain.cards import Brand, Card, Funding

TIMEOUT_SECONDS = 20


class GatewayError(Exception):
    """A call to the card gateway that brought no usable answer."""


class GatewayUnknown(GatewayError):
    """The call may or may not have taken effect: time ran out, the line broke, or it failed."""


class GatewayClosed(GatewayError):
    """The gateway does not know our keys; nothing took effect."""


class NotAtGateway(GatewayError):
    """The gateway has no such nonce or charge."""


class ChargeState(Enum):
    """How far a charge has come."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    DECLINED = "declined"
    PENDING = "pending"


class Decline(Enum):
    """Why a charge was not authorised. None of them takes money."""

    BY_BANK = "by_bank"
    BY_GATEWAY = "by_gateway"
    NONCE_USED = "nonce_used"
    NOT_VALID = "not_valid"


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge at the gateway; `order_id` is the id we gave, "" if none."""

    id: str
    order_id: str
    cents: int
    currency: str
    state: ChargeState
    card: Card


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


class BraintreeCards:
    """Braintree, through its unmodified SDK.

    `where` is "sandbox" or "production" for Braintree's own, or the http address of a stand-in
    on this machine.
    """

    def __init__(
        self,
        where: str,
        merchant_id: str,
        public_key: str,
        private_key: str,
        timeout: int = TIMEOUT_SECONDS,
    ) -> None:
        if where not in ("sandbox", "production") and urlsplit(where).scheme != "http":
            raise ValueError(f"{where!r} is no card gateway: a stand-in needs an http address")
        self._where = where
        self._keys = {
            "merchant_id": merchant_id,
            "public_key": public_key,
            "private_key": private_key,
        }
        self._timeout = timeout

    def client_token(self) -> str:
        with _plain_errors():
            return str(self._sdk.client_token.generate())

    def look_up(self, nonce: str) -> Card:
        with _plain_errors():
            found = self._sdk.payment_method_nonce.find(nonce)
        details = found.details or {}
        if found.type != "CreditCard":
            return Card(Brand.OTHER, Funding.UNKNOWN, "")
        return _card(details.get("card_type"), found.bin_data, details.get("last_four"))

    def authorise(self, order_id: str, cents: int, nonce: str) -> Outcome:
        with _plain_errors():
            answer = self._sdk.transaction.sale(
                {
                    "amount": f"{cents // 100}.{cents % 100:02d}",
                    "payment_method_nonce": nonce,
                    "order_id": order_id,
                    "options": {"submit_for_settlement": False},
                }
            )
        return _outcome(answer)

    def capture(self, transaction_id: str) -> Charge:
        return self._change(transaction_id, self._sdk.transaction.submit_for_settlement)

    def void(self, transaction_id: str) -> Charge:
        return self._change(transaction_id, self._sdk.transaction.void)

    def find_by_order(self, order_id: str) -> tuple[Charge, ...]:
        from braintree import TransactionSearch

        with _plain_errors():
            found = self._sdk.transaction.search(TransactionSearch.order_id == order_id)
            return tuple(_charge(each) for each in found.items if each.type == "sale")

    def _change(self, transaction_id: str, call: Callable[[str], Any]) -> Charge:
        with _plain_errors():
            answer = call(transaction_id)
            if answer is not None and answer.is_success:
                return _charge(answer.transaction)
            # Refused, perhaps because an earlier call already did it: the charge itself tells.
            return _charge(self._sdk.transaction.find(transaction_id))

    @cached_property
    def _sdk(self) -> Any:
        from braintree import BraintreeGateway, Configuration, Environment

        settings: dict[str, Any] = dict(
            self._keys, timeout=self._timeout, wrap_http_exceptions=True
        )
        if self._where in ("sandbox", "production"):
            environment = Environment.All[self._where]
            return BraintreeGateway(Configuration(environment=environment, **settings))
        from cecs.gateways.direct_http import DirectHttp

        place = urlsplit(self._where)
        environment = Environment(
            "stand-in", place.hostname or "", str(place.port or 80), self._where, False, None
        )
        return BraintreeGateway(
            Configuration(environment=environment, http_strategy=DirectHttp, **settings)
        )


@contextmanager
def _plain_errors() -> Iterator[None]:
    from braintree.exceptions.authentication_error import AuthenticationError
    from braintree.exceptions.authorization_error import AuthorizationError
    from braintree.exceptions.braintree_error import BraintreeError
    from braintree.exceptions.not_found_error import NotFoundError

    try:
        yield
    except NotFoundError as fault:
        raise NotAtGateway("not found at the card gateway") from fault
    except (AuthenticationError, AuthorizationError) as fault:
        raise GatewayClosed("the card gateway refuses our keys") from fault
    except (BraintreeError, ExpatError, LookupError) as fault:
        # The last two: an answer that is no XML, or not the XML that was asked for.
        raise GatewayUnknown(type(fault).__name__) from fault


def _outcome(answer: Any) -> Outcome:
    if answer is None:
        raise GatewayUnknown("the answer held no charge and no error")
    if answer.is_success:
        return Outcome(_charge(answer.transaction), None)
    if answer.transaction is None:
        codes = {error.code for error in answer.errors.deep_errors}
        return Outcome(None, Decline.NONCE_USED if "91564" in codes else Decline.NOT_VALID)
    rejected = answer.transaction.status == "gateway_rejected"
    return Outcome(_charge(answer.transaction), Decline.BY_GATEWAY if rejected else Decline.BY_BANK)


_STATES = {
    "authorized": ChargeState.AUTHORISED,
    "submitted_for_settlement": ChargeState.CAPTURED,
    "settling": ChargeState.CAPTURED,
    "settlement_pending": ChargeState.CAPTURED,
    "settlement_confirmed": ChargeState.CAPTURED,
    "settled": ChargeState.CAPTURED,
    "voided": ChargeState.VOIDED,
    "authorization_expired": ChargeState.VOIDED,
    "processor_declined": ChargeState.DECLINED,
    "gateway_rejected": ChargeState.DECLINED,
    "failed": ChargeState.DECLINED,
    "settlement_declined": ChargeState.DECLINED,
}


def _charge(found: Any) -> Charge:
    card = found.credit_card_details
    return Charge(
        id=found.id,
        order_id=found.order_id or "",
        cents=int(found.amount * 100),
        currency=found.currency_iso_code,
        state=_STATES.get(found.status, ChargeState.PENDING),
        card=_card(card.card_type, card, card.last_4),
    )


_BRANDS = {brand.value: brand for brand in Brand} | {"China UnionPay": Brand.UNIONPAY}


def _card(brand: str | None, facts: Any, last_four: str | None) -> Card:
    return Card(_BRANDS.get(brand or "", Brand.OTHER), _funding(facts), last_four or "")


def _funding(facts: Any) -> Funding:
    """Credit only when both "debit" and "prepaid" say No and nothing else speaks against it."""

    def says(name: str) -> str:
        return getattr(facts, name, None) or "Unknown"

    # Payroll cards are prepaid by an employer; the Durbin rule regulates debit cards.
    if "Yes" in (says("prepaid"), says("prepaid_reloadable"), says("payroll")):
        return Funding.PREPAID
    if "Yes" in (says("debit"), says("durbin_regulated")) or says("account_type") == "debit":
        return Funding.DEBIT
    if says("debit") == says("prepaid") == "No":
        return Funding.CREDIT
    return Funding.UNKNOWN
