"""The API's versions: each named by the day on which it began, and never changed after it.

What only adds makes no version. Where a field goes, is renamed or means something else, a new
one begins, and the old one is answered for two years more.
"""

from collections.abc import Sequence
from datetime import date

VERSIONS: Sequence[date] = (date(2026, 11, 1),)  # the newest last
NEWEST = VERSIONS[-1].isoformat()
_ANSWERED = frozenset(("", *(version.isoformat() for version in VERSIONS)))


def known(asked: str) -> bool:
    """Whether a version is answered; nothing asked is the newest."""
    return asked in _ANSWERED
