"""The tables. Importing this package knows them all."""

from cecs.models import (
    accounts,
    api_keys,
    applications,
    educators,
    office,
    payments,
    retirements,
    roster,
    shieldings,
    widgets,
)

__all__ = [
    "accounts", "api_keys", "applications", "educators", "office", "payments", "retirements",
    "roster", "shieldings", "widgets",
]  # fmt: skip
