from datetime import date

import pytest

from cecs.domain.days import add_years, last_day, months_before, school_year


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [
        (date(2026, 7, 1), 3, date(2029, 7, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 3, date(2027, 3, 1)),
    ],
)
def test_an_anniversary_after_29_february_takes_no_day_away(start, years, expected):
    assert add_years(start, years) == expected


@pytest.mark.parametrize(
    ("valid_from", "years", "expected"),
    [
        (date(2026, 7, 1), 3, date(2029, 6, 30)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 8, date(2032, 2, 28)),
        (date(2023, 3, 1), 5, date(2028, 2, 29)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
    ],
)
def test_the_last_day_is_the_day_before_the_anniversary(valid_from, years, expected):
    assert last_day(valid_from, years) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 6, 30), 6, date(2025, 12, 30)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 29), 6, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_before_a_day_stay_within_the_month(day, months, expected):
    assert months_before(day, months) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 30), "2025–26"),
        (date(2026, 7, 1), "2026–27"),
        (date(1999, 9, 1), "1999–00"),
    ],
)
def test_a_school_year_begins_on_1_july(day, expected):
    assert school_year(day) == expected
