"""Personal and temporary passwords."""

import secrets

import pytest

from cecs.domain import passwords

COMMON = frozenset({"password1234"})


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("eleven char", "at least 12"),
        ("x" * 257, "at most 256"),
        ("PassWord1234", "easy to guess"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("passwordpassword", "easy to guess"),
        ("mrivera0042 and more", "username"),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(password: str, words: str) -> None:
    assert words in str(passwords.fault(password, COMMON, "mrivera0042"))


def test_a_long_password_needs_no_capitals_or_digits() -> None:
    assert passwords.fault("a quiet river runs", COMMON) is None


def test_a_temporary_password_is_found_again_however_it_is_typed() -> None:
    made = passwords.temporary(secrets.choice)

    assert len(made) == 14 and not set(made) & set("il0o1")
    assert passwords.normalise_temporary(made.upper().replace("-", " ")) == made
    assert passwords.normalise_temporary(f" {made}\n") == made
