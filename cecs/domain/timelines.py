"""Spans of days drawn to one scale: where each begins and how wide it is, in percent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# At most so many years are written below, so that they fit on a phone.
YEARS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a span is drawn, in percent of the whole width."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars in the order of their spans, the years to write below, and where today is."""

    bars: tuple[Bar, ...]
    years: tuple[tuple[int, float], ...]
    today: float


def timeline(spans: Sequence[tuple[date, date | None]], today: date) -> Timeline:
    """The scale reaches over whole years, from the first day to the last one or today.

    A span without an end reaches to the end of the scale.
    """
    days = [today, *(day for span in spans for day in span if day)]
    first, last = min(days).year, max(days).year + 1
    begins, ends = date(first, 1, 1).toordinal(), date(last, 1, 1).toordinal()

    def at(day: date) -> float:
        return round(100 * (day.toordinal() - begins) / (ends - begins), 2)

    def bar(start: date, end: date | None) -> Bar:
        return Bar(at(start), round((at(end) if end else 100) - at(start), 2))

    step = -(-(last - first) // YEARS)
    years = tuple((year, at(date(year, 1, 1))) for year in range(first, last, step))
    return Timeline(tuple(bar(*span) for span in spans), years, at(today))
