"""Names of people, made comparable: how one writes a name must not hide its owner."""

import unicodedata

# Letters that carry no separable accent, so that Unicode does not take them apart.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)

AT_MOST = 100


def key(name: str) -> str:
    """The name without capitals, accents, hyphens, apostrophes and spaces; letters and digits."""
    parted = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in parted if letter.isalnum())
    # Some characters come apart into many; what is kept has room for a hundred.
    return bare.translate(_LETTERS)[:AT_MOST]


def signs(signature: str, first_name: str, last_name: str) -> bool:
    """Whether a typed signature is that person's: first and last name in it, however written.

    A middle name or a title more does no harm.
    """
    typed = key(signature)
    wanted = [key(first_name), key(last_name)]
    return all(wanted) and all(name in typed for name in wanted)


def username_stem(first_name: str, last_name: str) -> str:
    """The letters that a username starts with: first initial and up to ten of the last name.

    Only a to z; "educator" where the name has none of them.
    """
    first, last = (_latin(key(name)) for name in (first_name, last_name))
    return (first[:1] + last[:10]) or "educator"


def _latin(name: str) -> str:
    return "".join(letter for letter in name if letter.isascii() and letter.isalpha())
