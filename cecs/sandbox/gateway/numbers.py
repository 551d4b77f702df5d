"""The test cards: Braintree's documented numbers and nonces, and what comes of each.

Numbers and nonces as published in the SDK (`braintree.test`) and the gateway's testing guide.
Other numbers are turned away, so that nobody leaves a real card here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cecs.domain.cards import Brand, brand_of

INDICATORS = (
    "business commercial consumer corporate debit durbin-regulated healthcare payroll prepaid"
    " prepaid-reloadable purchase"
).split()
# The gateway's own names where they differ from ours.
BRAND_NAMES = {Brand.UNIONPAY: "China UnionPay", Brand.OTHER: "Unknown"}


@dataclass(frozen=True, slots=True)
class TestCard:
    """A number and how it behaves; `indicator` is the one that says Yes, or "unknown" for all."""

    __test__ = False

    number: str
    note: str
    indicator: str = ""
    declined: bool = False


TEST_CARDS = (
    TestCard("4111111111111111", "Visa credit card: accepted"),
    TestCard("4012888888881881", "Visa credit card: accepted"),
    TestCard("4111111111310101", "Visa credit card: accepted"),
    TestCard("5555555555554444", "MasterCard credit card: accepted"),
    TestCard("2223000048400011", "MasterCard credit card: accepted"),
    TestCard("4000111111111115", "Visa credit card: its bank declines", declined=True),
    TestCard("5105105105105100", "MasterCard credit card: its bank declines", declined=True),
    TestCard("4117101010101010", "Visa debit card", "debit"),
    TestCard("4111161010101010", "Visa credit card, regulated: accepted", "durbin-regulated"),
    TestCard("4111111111111210", "Visa prepaid card", "prepaid"),
    TestCard("4500600000000061", "Visa prepaid card", "prepaid"),
    TestCard("4229989900000002", "Visa prepaid card, reloadable", "prepaid-reloadable"),
    TestCard("4111111114101010", "Visa payroll card", "payroll"),
    TestCard("4111111510101010", "Visa healthcare card", "healthcare"),
    TestCard("4111111111131010", "Visa commercial card", "commercial"),
    TestCard("4111111111112101", "Visa, kind not known", "unknown"),
    TestCard("378282246310005", "American Express"),
    TestCard("378734493671000", "American Express"),
    TestCard("6011111111111117", "Discover"),
    TestCard("6011000990139424", "Discover"),
    TestCard("36259600000004", "Diners Club"),
    TestCard("3530111333300000", "JCB"),
    TestCard("6304000000000000", "Maestro"),
)
BY_NUMBER = {card.number: card for card in TEST_CARDS}

TEST_NONCES = {
    "fake-valid-nonce": "4012888888881881",
    "fake-valid-visa-nonce": "4012888888881881",
    "fake-valid-mastercard-nonce": "5555555555554444",
    "fake-valid-amex-nonce": "378282246310005",
    "fake-valid-discover-nonce": "6011111111111117",
    "fake-valid-dinersclub-nonce": "36259600000004",
    "fake-valid-jcb-nonce": "3530111333300000",
    "fake-valid-maestro-nonce": "6304000000000000",
    "fake-valid-debit-nonce": "4117101010101010",
    "fake-valid-durbin-regulated-nonce": "4111161010101010",
    "fake-valid-prepaid-nonce": "4111111111111210",
    "fake-valid-prepaid-reloadable-nonce": "4229989900000002",
    "fake-valid-payroll-nonce": "4111111114101010",
    "fake-valid-healthcare-nonce": "4111111510101010",
    "fake-valid-commercial-nonce": "4111111111131010",
    "fake-valid-no-indicators-nonce": "4111111111310101",
    "fake-valid-unknown-indicators-nonce": "4111111111112101",
    "fake-processor-declined-visa-nonce": "4000111111111115",
    "fake-processor-declined-mastercard-nonce": "5105105105105100",
    "fake-consumed-nonce": "4012888888881881",
}


def describe(number: str, month: str = "12", year: str = "") -> dict[str, Any]:
    """A test card in the gateway's words: all that is kept of it. The number itself is not."""
    known = BY_NUMBER[number]
    brand = brand_of(number) or Brand.OTHER
    return {
        "bin": number[:6],
        "last-4": number[-4:],
        "card-type": BRAND_NAMES.get(brand, brand.value),
        "expiration-month": month,
        "expiration-year": year or str(datetime.now(UTC).year + 2),
        "declined": known.declined,
        "indicators": _indicators(known),
    }


def _indicators(card: TestCard) -> dict[str, str]:
    if card.indicator == "unknown":
        return dict.fromkeys(INDICATORS, "Unknown")
    said = {name: "Yes" if name == card.indicator else "No" for name in INDICATORS}
    if card.indicator == "prepaid-reloadable":
        said["prepaid"] = "Yes"
    return said
