import pytest

from cecs.domain.shares import LEAST, shares


def test_each_part_has_its_share_after_the_one_before():
    first, none, last = shares([30, 0, 10])

    assert (first.left, first.width) == (0, 75)
    assert none.width == 0
    assert (last.left, last.width) == (75, 25)


def test_a_small_part_can_be_seen_and_the_whole_fills_the_bar():
    small, large = shares([1, 4999])

    assert LEAST / 2 < small.width < 2 * LEAST
    assert small.width + large.width == pytest.approx(100, abs=0.02)


@pytest.mark.parametrize("parts", [[], [0, 0]])
def test_of_nothing_nothing_is_drawn(parts):
    assert [bar.width for bar in shares(parts)] == [0 for _ in parts]
