"""Codes of certificates: printed on papers, read out and typed, and not to be guessed."""

from cecs.domain.references import ALPHABET

LENGTH = 12


def code(digest: str) -> str:
    """The code that a digest in hexadecimal gives, in symbols that do not look alike.

    29 symbols at 12 places are 58 bits: of the codes of 33 million certificates, two are the same
    in one registry of 650.
    """
    left, symbols = int(digest, 16), ""
    for _ in range(LENGTH):
        left, at = divmod(left, len(ALPHABET))
        symbols += ALPHABET[at]
    return symbols


def plain(typed: str) -> str:
    """A code as it is kept, from what a person typed: capitals, without blanks and dashes."""
    return "".join(mark for mark in typed.upper() if mark.isalnum())
