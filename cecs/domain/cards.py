"""Payment cards: what a number says of its brand, and which cards the office takes.

A number tells the brand only, as advice while typing. Whether a card is credit, debit or prepaid
comes from the card gateway, and the rule is an allow-list: what is not known to be fine is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from cecs.domain.sentences import Sentence


class Brand(Enum):
    """The brands that the table of numbers knows; the value is the name that people read."""

    VISA = "Visa"
    MASTERCARD = "MasterCard"
    AMERICAN_EXPRESS = "American Express"
    DISCOVER = "Discover"
    DINERS = "Diners Club"
    JCB = "JCB"
    UNIONPAY = "UnionPay"
    MAESTRO = "Maestro"
    OTHER = "another brand"


class Funding(Enum):
    """Whose money a card spends, as far as the gateway knows."""

    CREDIT = "credit"
    DEBIT = "debit"
    PREPAID = "prepaid"
    PAYROLL = "payroll"
    UNKNOWN = "unknown"


class Refusal(StrEnum):
    """Why a card is not taken. Stored as text, and counted for the cashier."""

    AMERICAN_EXPRESS = "american_express"
    DISCOVER = "discover"
    OTHER_BRAND = "other_brand"
    DEBIT = "debit"
    PREPAID = "prepaid"
    PAYROLL = "payroll"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Card:
    """A card as the gateway describes it; the whole number never reaches us.

    `durbin_regulated` is the gateway's Yes, No or Unknown, kept as it was said.
    """

    brand: Brand
    funding: Funding
    last_four: str
    durbin_regulated: str = "Unknown"


def funding(
    debit: str, prepaid: str, prepaid_reloadable: str, payroll: str, durbin_regulated: str
) -> Funding:
    """Whose money a card spends, from the gateway's indicators: each is Yes, No or Unknown.

    Credit only when debit and prepaid both say No. That the debit interchange rule (Durbin)
    applies decides only where nothing is known of debit.
    """
    if payroll == "Yes":
        return Funding.PAYROLL
    if "Yes" in (prepaid, prepaid_reloadable):
        return Funding.PREPAID
    if debit == "Yes" or (debit != "No" and durbin_regulated == "Yes"):
        return Funding.DEBIT
    return Funding.CREDIT if debit == prepaid == "No" else Funding.UNKNOWN


# Leading digits, first to last of each range, as the card networks publish them (ISO/IEC 7812
# issuer numbers). Where ranges overlap the longest leading digits decide, so that 6221 26 to
# 6229 25, which Discover shares with UnionPay, reads as Discover. The six-digit rows at the end
# are cards of other networks that begin like a Visa or a MasterCard (docs/card-brands.md).
PREFIXES: tuple[tuple[Brand, str, str], ...] = (
    (Brand.VISA, "4", "4"),
    (Brand.MASTERCARD, "51", "55"),
    (Brand.MASTERCARD, "2221", "2720"),
    (Brand.AMERICAN_EXPRESS, "34", "34"),
    (Brand.AMERICAN_EXPRESS, "37", "37"),
    (Brand.DISCOVER, "6011", "6011"),
    (Brand.DISCOVER, "644", "649"),
    (Brand.DISCOVER, "65", "65"),
    (Brand.DISCOVER, "622126", "622925"),
    (Brand.DINERS, "300", "305"),
    (Brand.DINERS, "309", "309"),
    (Brand.DINERS, "36", "36"),
    (Brand.DINERS, "38", "39"),
    (Brand.JCB, "3528", "3589"),
    (Brand.UNIONPAY, "62", "62"),
    (Brand.UNIONPAY, "81", "81"),
    (Brand.MAESTRO, "50", "50"),
    (Brand.MAESTRO, "56", "59"),
    (Brand.MAESTRO, "63", "63"),
    (Brand.MAESTRO, "67", "67"),
    (Brand.MAESTRO, "493698", "493698"),
    (Brand.OTHER, "401178", "401179"),  # Elo, as the next five
    (Brand.OTHER, "431274", "431274"),
    (Brand.OTHER, "438935", "438935"),
    (Brand.OTHER, "451416", "451416"),
    (Brand.OTHER, "457393", "457393"),
    (Brand.OTHER, "457631", "457632"),
    (Brand.OTHER, "402918", "402918"),  # Naranja, as the next
    (Brand.OTHER, "527572", "527572"),
)


def digits(typed: str) -> str:
    """A number as typed, without the spaces and dashes that people put between groups."""
    return "".join(c for c in typed if c not in " -\u00a0")


def brand_of(number: str) -> Brand | None:
    """The brand that the leading digits tell, or None while they are too few or unknown.

    Advice for someone typing; the gateway's word decides.
    """
    fitting = [
        (len(first), brand)
        for brand, first, last in PREFIXES
        if len(number) >= len(first) and first <= number[: len(first)] <= last
    ]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def passes_luhn(number: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1, annex B); False for anything but digits."""
    if not (number.isascii() and number.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def refusal(
    card: Card, accepted: Collection[Brand], unknown_funding_accepted: bool = False
) -> Refusal | None:
    """Why we cannot take this card; None if we can."""
    if card.brand not in accepted:
        return _BRANDS_REFUSED.get(card.brand, Refusal.OTHER_BRAND)
    if card.funding is Funding.UNKNOWN and unknown_funding_accepted:
        return None
    return _FUNDING_REFUSED.get(card.funding)


def explained(why: Refusal, accepted: Collection[Brand]) -> Sentence:
    """A refusal in the words that the card's owner reads."""
    text = _WORDS[why]
    if "{brands}" not in text.text:
        return text
    names = [known.value for known in Brand if known in accepted]
    return Sentence(text.text, brands=_listed(names))


_BRANDS_REFUSED = {
    Brand.AMERICAN_EXPRESS: Refusal.AMERICAN_EXPRESS,
    Brand.DISCOVER: Refusal.DISCOVER,
}
_FUNDING_REFUSED = {
    Funding.DEBIT: Refusal.DEBIT,
    Funding.PREPAID: Refusal.PREPAID,
    Funding.PAYROLL: Refusal.PAYROLL,
    Funding.UNKNOWN: Refusal.UNKNOWN,
}
_WORDS: Mapping[Refusal, Sentence] = {
    Refusal.AMERICAN_EXPRESS: Sentence(
        "We do not take American Express. You were not charged."
        " Use a {brands} credit card, or pay by mail."
    ),
    Refusal.DISCOVER: Sentence(
        "We do not take Discover. You were not charged. Use a {brands} credit card, or pay by mail."
    ),
    Refusal.OTHER_BRAND: Sentence(
        "We do not take this brand of card. You were not charged."
        " Use a {brands} credit card, or pay by mail."
    ),
    Refusal.DEBIT: Sentence(
        "This is a debit card, and we take credit cards only. You were not charged."
        " Use a credit card, or pay by mail."
    ),
    Refusal.PREPAID: Sentence(
        "This is a prepaid card, and we take credit cards only. You were not charged."
        " Use a credit card, or pay by mail."
    ),
    Refusal.PAYROLL: Sentence(
        "This is a card that an employer loads with pay, and we take credit cards only."
        " You were not charged. Use a credit card, or pay by mail."
    ),
    Refusal.UNKNOWN: Sentence(
        "We could not confirm that this is a credit card. You were not charged."
        " Try another card, or pay by mail."
    ),
}


def _listed(names: list[str]) -> Sentence | str:
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return Sentence("{first} or {last}", first=names[0], last=names[1])
    return Sentence("{first}, {rest}", first=names[0], rest=_listed(names[1:]))
