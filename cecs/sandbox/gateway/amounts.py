"""Amounts of money: text with up to two decimals in the API, whole cents here."""

import re
from decimal import Decimal

from cecs.sandbox.gateway.refused import Refused


def cents_of(text: str) -> int:
    """The cents of an amount such as 250 or 250.00. Raises Refused for any other text and zero."""
    if not re.fullmatch(r"-?[0-9]{1,8}(\.[0-9]{1,2})?", text):
        raise Refused("Amount is an invalid format.", "81503", "amount")
    cents = int(Decimal(text) * 100)
    if cents < 0:
        raise Refused("Amount cannot be negative.", "81501", "amount")
    if cents == 0:
        raise Refused("Amount must be greater than zero.", "81531", "amount")
    return cents


def dollars(cents: int) -> str:
    """The amount as the API writes it."""
    return f"{cents // 100}.{cents % 100:02}"
