"""References of applications, such as CT-7F3K-92QD: safe to read out and to type.

The eight symbols after the prefix come from an alphabet without look-alikes. The last one checks
the rest: 29 is prime, so one wrong symbol, or two neighbours exchanged, is always noticed.
"""

import re
from random import Random

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
LENGTH = 8
# The shape alone, so that a mistyped one is named whole to who typed it.
_WORDS = re.compile(
    r"(?P<shaped>(?<![^\W_])[A-Za-z]+[\s-]*[0-9A-Za-z]{4}[\s-]*[0-9A-Za-z]{4}(?![^\W_]))|\S+"
)


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


def apart(text: str) -> list[str]:
    """The references in what was typed or scanned, parted by commas, lines or blanks.

    Blanks within a reference part nothing, and words that hold none stay together as they are.
    """
    found: list[str] = []
    for part in re.split(r"[,;\n\r]+", text):
        words = list(_WORDS.finditer(part))
        shaped = any(word["shaped"] for word in words)
        found += [word.group() for word in words] if shaped else [part]
    return [" ".join(words.split()) for words in found if any(map(str.isalnum, words))]


def _written(prefix: str, symbols: str) -> str:
    return f"{prefix}-{symbols[:4]}-{symbols[4:]}"


def _check(body: str) -> str:
    """The symbol whose weight makes the weighted sum a multiple of 29."""
    total = sum((LENGTH - place) * ALPHABET.index(mark) for place, mark in enumerate(body))
    return ALPHABET[-total % len(ALPHABET)]
