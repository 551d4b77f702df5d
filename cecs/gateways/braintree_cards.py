"""Braintree, behind the office's own words: the one place that knows the SDK."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

from cecs.domain.cards import Brand, Card, Funding, funding
from cecs.gateways.cards import (
    Charge,
    ChargeState,
    Decline,
    Dispute,
    GatewayClosed,
    GatewayUnknown,
    NotAtGateway,
    NotFromGateway,
    Outcome,
)

TIMEOUT_SECONDS = 20


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
                    "amount": _amount(cents),
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

        found = self._search(TransactionSearch.order_id == order_id)
        return tuple(charge for charge in found if not charge.is_refund)

    def find(self, transaction_id: str) -> Charge:
        with _plain_errors():
            return _charge(self._sdk.transaction.find(transaction_id))

    def refund(self, transaction_id: str, cents: int, order_id: str) -> Charge | None:
        asked = {"amount": _amount(cents), "order_id": order_id}
        with _plain_errors():
            answer = self._sdk.transaction.refund(transaction_id, asked)
        if answer is None:
            raise GatewayUnknown("the answer held no refund and no error")
        return _charge(answer.transaction) if answer.is_success else None

    def find_refund(self, order_id: str) -> Charge | None:
        from braintree import TransactionSearch

        found = self._search(TransactionSearch.order_id == order_id)
        return next((charge for charge in found if charge.is_refund), None)

    def reserved(self) -> tuple[Charge, ...]:
        from braintree import Transaction, TransactionSearch

        return self._search(TransactionSearch.status == Transaction.Status.Authorized)

    def between(self, start: datetime, end: datetime) -> tuple[Charge, ...]:
        from braintree import TransactionSearch

        found = self._search(TransactionSearch.created_at.between(start, end))
        within = (charge for charge in found if start <= charge.created_at < end)
        return tuple(sorted(within, key=lambda charge: charge.created_at))

    def disputed_charge(self, signature: str, payload: str) -> str | None:
        from braintree.exceptions.invalid_signature_error import InvalidSignatureError

        try:
            told = self._sdk.webhook_notification.parse(signature, payload)
        except (InvalidSignatureError, ExpatError, LookupError, ValueError) as fault:
            raise NotFromGateway("not signed by the card gateway") from fault
        dispute = getattr(told, "dispute", None)
        return str(dispute.transaction.id) if dispute else None

    def _search(self, *criteria: Any) -> tuple[Charge, ...]:
        with _plain_errors():
            found = self._sdk.transaction.search(*criteria)
            return tuple(_charge(each) for each in found.items)

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


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


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
    "settled": ChargeState.SETTLED,
    "voided": ChargeState.VOIDED,
    "authorization_expired": ChargeState.VOIDED,
    "processor_declined": ChargeState.DECLINED,
    "gateway_rejected": ChargeState.DECLINED,
    "failed": ChargeState.DECLINED,
    "settlement_declined": ChargeState.SENT_BACK,
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
        created_at=found.created_at.replace(tzinfo=UTC),
        is_refund=found.type == "credit",
        dispute=_dispute(found),
    )


def _dispute(found: Any) -> Dispute:
    """The newest word about it. What the bank accepted, or let pass in our favour, is won."""
    said = [str(dispute.status).lower() for dispute in getattr(found, "disputes", None) or ()]
    if not said:
        return Dispute.NONE
    if "open" in said or "disputed" in said or "under_review" in said:
        return Dispute.OPEN
    return Dispute.WON if said[-1] == "won" else Dispute.LOST


_BRANDS = {brand.value: brand for brand in Brand} | {"China UnionPay": Brand.UNIONPAY}


def _card(brand: str | None, facts: Any, last_four: str | None) -> Card:
    def says(name: str) -> str:
        return str(getattr(facts, name, None) or "Unknown")

    spends = funding(
        # Where the gateway tells the kind of account, it says as much as the indicator.
        "Yes" if says("account_type") == "debit" else says("debit"),
        says("prepaid"),
        says("prepaid_reloadable"),
        says("payroll"),
        says("durbin_regulated"),
    )
    known = _BRANDS.get(brand or "", Brand.OTHER)
    return Card(known, spends, last_four or "", says("durbin_regulated"))
