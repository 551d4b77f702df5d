import hashlib

import pytest

from cecs.domain import codes
from cecs.domain.references import ALPHABET


def test_each_digest_gives_a_code_of_its_own_in_symbols_that_do_not_look_alike():
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(20_000)]
    made = {codes.code(digest) for digest in digests}

    assert len(made) == len(digests) and {len(each) for each in made} == {codes.LENGTH}
    assert {mark for each in made for mark in each} == set(ALPHABET)


def test_the_same_digest_gives_the_same_code():
    assert codes.code("0" * 64) == "2" * 12 and codes.code(f"{29:064x}") == "23" + "2" * 10


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("abcd-efgh 2345", "ABCDEFGH2345"), (" a.b ", "AB"), ("", ""), ("---", "")],
)
def test_a_typed_code_is_read_as_it_is_kept(typed, expected):
    assert codes.plain(typed) == expected
