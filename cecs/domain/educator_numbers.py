"""Educator numbers: random, so that one tells nothing about the next."""

from random import Random


def make(digits: int, rng: Random) -> str:
    """A new number of that many digits that does not start with 0."""
    return str(rng.randrange(10 ** (digits - 1), 10**digits))


def normalise(text: str, digits: int) -> str | None:
    """The digits of what was typed, spaces and hyphens forgiven; None where it is no number."""
    found = "".join(mark for mark in text if not mark.isspace() and mark not in "-‐‑–.")
    return found if len(found) == digits and found.isascii() and found.isdigit() else None
