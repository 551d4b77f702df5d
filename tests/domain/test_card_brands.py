"""What the office takes, prefix by prefix, beside what a widely used table of brands says.

How the table was made: docs/card-brands.md.
"""

import csv
from bisect import bisect_right
from pathlib import Path

from cecs.domain.cards import PREFIXES, Brand, brand_of

ALL = 1_000_000  # six digits
OURS = frozenset({Brand.VISA, Brand.MASTERCARD})
THEIRS = frozenset({"visa", "mastercard"})


def ranges() -> list[tuple[int, int, frozenset[str]]]:
    """First and last prefix of each range of the table, and the brands that it may be."""
    with (Path(__file__).parent / "credit_card_type.csv").open(newline="") as file:
        return [
            (int(row["first"]), int(row["last"]), frozenset(row["answers"].split("|")))
            for row in csv.DictReader(file)
        ]


TABLE = ranges()
STARTS = [first for first, _, _ in TABLE]


def their_brands(prefix: int) -> frozenset[str]:
    """Nothing where the table knows no brand."""
    place = bisect_right(STARTS, prefix) - 1
    first, last, brands = TABLE[max(place, 0)]
    return brands if first <= prefix <= last else frozenset()


def pieces() -> list[tuple[int, int]]:
    """All prefixes, cut wherever either table begins or ends a range: on a piece, both stand."""
    cuts = {0, ALL}
    for first, last, _ in TABLE:
        cuts |= {first, last + 1}
    for _, low, high in PREFIXES:
        cuts |= {int(low.ljust(6, "0")), int(high.ljust(6, "9")) + 1}
    edges = sorted(cuts)
    return [(first, after - 1) for first, after in zip(edges, edges[1:], strict=False)]


def test_the_table_is_in_order_and_no_prefix_stands_in_it_twice():
    for (_, last, _), (first, _, _) in zip(TABLE, TABLE[1:], strict=False):
        assert last < first
    assert all(first <= last and brands for first, last, brands in TABLE)


def test_every_six_digit_prefix_is_taken_or_refused_as_the_table_says():
    covered, differing = 0, []
    for first, last in pieces():
        covered += last - first + 1
        for prefix in (first, last):
            # Taken only where nothing but a Visa or a MasterCard begins so.
            theirs = their_brands(prefix)
            taken_there = bool(theirs) and theirs <= THEIRS
            if (brand_of(f"{prefix:06}") in OURS) is not taken_there:
                differing.append((first, last, sorted(theirs)))

    assert covered == ALL
    assert differing == []


def test_cards_of_other_networks_that_begin_like_ours_are_not_taken():
    begin_alike = [
        (first, last, brands)
        for first, last, brands in TABLE
        if not brands & THEIRS and (f"{first:06}"[0] == "4" or "51" <= f"{first:06}"[:2] <= "55")
    ]
    names = {name for _, _, brands in begin_alike for name in brands}
    prefixes = [prefix for first, last, _ in begin_alike for prefix in range(first, last + 1)]

    assert names == {"elo", "naranja", "maestro"} and len(prefixes) == 11
    assert {brand_of(str(prefix)) for prefix in prefixes} == {Brand.OTHER, Brand.MAESTRO}
    assert brand_of("493697") is brand_of("493699") is Brand.VISA
