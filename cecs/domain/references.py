"""References of applications, such as CT-7F3K-92QD: safe to read out and to type.

The eight symbols after the prefix come from an alphabet without look-alikes. The last one checks
the rest: 29 is prime, so one wrong symbol, or two neighbours exchanged, is always noticed.
"""

from random import Random

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
LENGTH = 8


def make(prefix: str, rng: Random) -> str:
    """A new reference. Give a `random.SystemRandom`, so that nobody can guess the next one."""
    body = "".join(rng.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _written(prefix, body + _check(body))


def normalise(text: str) -> str | None:
    """The reference as we write it, from what a person typed or heard; None where it is none."""
    marks = "".join(mark for mark in text.upper() if mark.isalnum())
    prefix, symbols = marks[:-LENGTH], marks[-LENGTH:]
    if not (prefix.isascii() and prefix.isalpha()):
        return None
    if any(symbol not in ALPHABET for symbol in symbols) or symbols[-1] != _check(symbols[:-1]):
        return None
    return _written(prefix, symbols)


def _written(prefix: str, symbols: str) -> str:
    return f"{prefix}-{symbols[:4]}-{symbols[4:]}"


def _check(body: str) -> str:
    """The symbol whose weight makes the weighted sum a multiple of 29."""
    total = sum((LENGTH - place) * ALPHABET.index(mark) for place, mark in enumerate(body))
    return ALPHABET[-total % len(ALPHABET)]
