"""Names of people, made comparable: how one writes a name must not hide its owner."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import permutations

# Letters that carry no separable accent, so that Unicode does not take them apart.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)

AT_MOST = 100
WORDS = 8  # of a name typed as one that are looked at
ORDERED = 3  # parts of a last name that are looked for in another order, too
PARTICLES = frozenset(
    "al ap bin da dal de dei del della den der des di do dos du el ibn la las le lo los mac mc"
    " o san st ten ter van vander vom von y zu".split()
)
SUFFIXES = frozenset("jr sr ii iii iv esq phd edd".split())


@lru_cache(20_000)
def key(name: str) -> str:
    """The name without capitals, accents, hyphens, apostrophes and spaces; letters and digits."""
    if name.isascii() and name.isalnum():  # as most are, which saves five sixths of the time
        return name.lower()[:AT_MOST]
    parted = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in parted if letter.isalnum())
    # Some characters come apart into many; what is kept has room for a hundred.
    return bare.translate(_LETTERS)[:AT_MOST]


def other_keys(last_name: str) -> set[str]:
    """Keys under which a last name is looked for, too: without its particles, by each part.

    De la Cruz is found under Cruz, Smith-Jones under Jones, Hale Jr. under Hale.
    """
    # What begins the whole name is found under it already.
    return {found for found in _keys_within(last_name) if not key(last_name).startswith(found)}


def beginnings(last_name: str) -> set[str]:
    """The keys of proper parts with which a last name begins: Garcia of Garcia-Lopez.

    As it is typed, such a part finds the whole name; with a slip in it, the part must be known.
    """
    whole = key(last_name)
    return {found for found in _keys_within(last_name) - {whole} if whole.startswith(found)}


def reordered(last_name: str) -> list[str]:
    """Its keys with the parts in each other order: Jones-Smith may stand for Smith-Jones.

    Particles stay before the part that they belong to. Of more parts there are too many orders.
    """
    parts, before = [], ""
    for part in _parts(last_name):
        before += part
        if part not in PARTICLES:
            parts.append(before)
            before = ""
    parts += [before] if before else []
    if len(parts) > ORDERED:
        return []
    return sorted({_joined(order) for order in permutations(parts)} - {_joined(parts)})


def parted(typed: str) -> list[tuple[str, str]]:
    """Last and first name, as keys, where both may have been typed as one: each way to read it.

    Quill, Robert and Robert Quill and Quill Robert; Ana de la Cruz and Ana Maria de la Cruz.
    """
    before, comma, behind = typed.partition(",")
    words = [found for word in typed.split()[:WORDS] if (found := key(word))]
    if comma:
        ways = [(key(before), key(behind.split()[0] if behind.split() else ""))]
    elif len(words) > 1:
        ways = [(_joined(words[at:]), words[0]) for at in range(1, len(words))]
        ways.append((words[0], words[-1]))
    else:
        return []
    return [(last, first) for last, first in dict.fromkeys(ways) if len(last) > 1 and first]


def _keys_within(last_name: str) -> set[str]:
    """The key of each proper part, and of all from one of them to the end."""
    parts = _proper_parts(last_name)
    wanted = {_joined(parts[at:]) for at in range(len(parts))} | set(parts)
    return {found for found in wanted if len(found) > 1}


def _joined(parts: Iterable[str]) -> str:
    """One key of several, for which there is room as for any other."""
    return "".join(parts)[:AT_MOST]


def bare(last_name: str) -> str:
    """The key without particles and suffixes, which some records lack; empty where that is all.

    De la Cruz and Cruz Jr. are looked for as Cruz, too.
    """
    left = _joined(_proper_parts(last_name))
    return left if len(left) > 1 and left != key(last_name) else ""


def _proper_parts(last_name: str) -> list[str]:
    """The keys of its parts, but for particles and suffixes."""
    return [part for part in _parts(last_name) if part not in PARTICLES]


def _parts(last_name: str) -> list[str]:
    """The keys of its parts, but for suffixes."""
    parts = [key(part) for part in re.split(r"[\s‐-]+", last_name)]
    return [part for part in parts if part and part not in SUFFIXES]


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
