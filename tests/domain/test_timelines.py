"""Spans of days drawn to one scale."""

from datetime import date

import pytest

from cecs.domain.timelines import YEARS, Bar, timeline

TODAY = date(2026, 11, 25)


def test_the_scale_is_whole_years_and_reaches_over_today() -> None:
    drawn = timeline([(date(2025, 1, 1), date(2025, 12, 31))], TODAY)

    assert drawn.bars == (Bar(0.0, 49.86),)
    assert drawn.years == ((2025, 0.0), (2026, 50.0))
    assert drawn.today == pytest.approx(50 + 100 * 328 / 730, abs=0.01)


def test_a_span_without_an_end_reaches_to_the_end_of_the_scale() -> None:
    drawn = timeline([(date(2026, 1, 1), None)], TODAY)

    assert drawn.bars == (Bar(0.0, 100.0),)


def test_many_years_are_written_in_steps() -> None:
    drawn = timeline([(date(1990, 9, 1), date(2028, 8, 31)), (date(2020, 1, 1), None)], TODAY)

    assert len(drawn.years) <= YEARS and drawn.years[0] == (1990, 0.0)
    assert all(bar.left >= 0 and bar.left + bar.width <= 100 for bar in drawn.bars)


def test_nothing_at_all_is_this_year() -> None:
    assert timeline([], TODAY).years == ((2026, 0.0),)
