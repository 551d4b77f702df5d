"""Legal days: anniversaries, last days of validity, school years. No clock and no time zone."""

from calendar import monthrange
from datetime import date, timedelta


def add_years(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March, so that nobody loses a day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def last_day(valid_from: date, years: int) -> date:
    """The last day of validity, good through its end: the day before the anniversary."""
    return add_years(valid_from, years) - timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def school_year(day: date) -> str:
    """The school year of a day, 1 July to 30 June, such as 2025–26."""
    start = day.year if day.month >= 7 else day.year - 1
    return f"{start}–{(start + 1) % 100:02d}"
