"""What is typed into the card form, checked in the gateway's place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cecs.domain.cards import digits, passes_luhn
from cecs.sandbox.gateway.numbers import BY_NUMBER, describe

MISTYPED = "Check the card number: one digit may be wrong or missing."
EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/ -]?\s*(?:20)?(\d\d)")


@dataclass(frozen=True, slots=True)
class CardForm:
    """One filling-in; `faults` has one sentence per field that needs another look.

    Number and CVV are never shown again.
    """

    number: str = ""
    expiry: str = ""
    cvv: str = ""
    postal_code: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> "CardForm":
        """The form as posted, with its faults."""
        number = digits(typed.get("number", ""))
        expiry = typed.get("expiry", "").strip()
        cvv = typed.get("cvv", "").strip()
        postal_code = typed.get("postal_code", "").strip()
        found = {
            "number": _number_fault(number),
            "expiry": _expiry_fault(expiry),
            "cvv": "" if re.fullmatch(r"[0-9]{3,4}", cvv) else "Enter the 3 or 4 digits.",
            "postal_code": "" if 3 <= len(postal_code) <= 10 else "Enter the postal code.",
        }
        faults = {name: fault for name, fault in found.items() if fault}
        return cls(number, expiry, cvv, postal_code, faults)

    def card(self) -> dict[str, Any]:
        """The card described, without its number; for a form without faults only."""
        month, year = _month_and_year(self.expiry)
        return describe(self.number, f"{month:02}", str(year))


def _number_fault(number: str) -> str:
    if not 12 <= len(number) <= 19 or not passes_luhn(number):
        return MISTYPED
    if number not in BY_NUMBER:
        return "The sandbox takes test card numbers only. Its start page lists them."
    return ""


def _expiry_fault(expiry: str) -> str:
    if not EXPIRY.fullmatch(expiry):
        return "Enter month and year, such as 08/29."
    month, year = _month_and_year(expiry)
    today = datetime.now(UTC)
    return "This card has expired." if (year, month) < (today.year, today.month) else ""


def _month_and_year(expiry: str) -> tuple[int, int]:
    match = EXPIRY.fullmatch(expiry)
    if match is None:
        raise ValueError("no month and year")
    return int(match[1]), 2000 + int(match[2])
