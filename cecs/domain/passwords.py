"""What makes a password good enough, and how a temporary one looks."""

from collections.abc import Callable, Sequence

from cecs.domain.sentences import Sentence

AT_LEAST = 12
AT_MOST = 256
# Without what is taken for something else when read from a screen: i l o 0 1.
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def fault(password: str, common: frozenset[str], username: str = "") -> Sentence | None:
    """Why a personal password cannot be taken; None if it can. No rules of composition."""
    if len(password) < AT_LEAST:
        return Sentence(
            "Use at least {count} characters. Three or four words do well.", count=AT_LEAST
        )
    if len(password) > AT_MOST:
        return Sentence("Use at most {count} characters.", count=AT_MOST)
    plain = password.casefold()
    if plain in common or len(set(password)) < 4 or _repeats(plain):
        return Sentence("Many people use this password, so it is easy to guess. Choose another.")
    if username and username.casefold() in plain:
        return Sentence("Your username is in it, so it is easy to guess. Choose another.")
    return None


def _repeats(text: str) -> bool:
    """Whether it is some shorter text, twice or more: passwordpassword."""
    return text in (text + text)[1:-1]


def temporary(choose: Callable[[Sequence[str]], str]) -> str:
    """Three groups of four clear letters and digits, about 59 bits: k7mp-2xqr-9fdh."""
    return "-".join("".join(choose(CLEAR) for _ in range(4)) for _ in range(3))


def normalise_temporary(typed: str) -> str:
    """The password as it was made: spaces, capitals and missing dashes are forgiven."""
    plain = "".join(c for c in typed.casefold() if c.isalnum())
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))
