"""A day in one line of text, for who types many: 11/24/2026, 11/24, or t for today."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField

from cecs.web.desk import desk

WRITTEN = "%m/%d/%Y"
AHEAD = timedelta(days=180)  # in January, December is last year's
_PARTED = re.compile(r"(\d\d?)[/.\- ](\d\d?)(?:[/.\- ](\d\d|\d{4}))?")


def typed_day(text: str, today: date) -> date | None:
    """The day that somebody means; None where it is none.

    t is today and y the day before. Without a year it is this year's, also one that is still to
    come, so that this can be said; unless it lies so far ahead that last year's is meant.
    """
    text = text.strip().lower()
    if text in ("t", "y"):
        return today - timedelta(days=text == "y")
    try:
        if (parts := _PARTED.fullmatch(text)) is None:
            return date.fromisoformat(text)
        month, day = int(parts[1]), int(parts[2])
        if parts[3]:
            return date(int(parts[3]) + (2000 if len(parts[3]) == 2 else 0), month, day)
        meant = date(today.year, month, day)
        return meant.replace(year=today.year - 1) if meant > today + AHEAD else meant
    except ValueError:
        return None


class DayField(StringField):
    """A text field whose data is a day."""

    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime(WRITTEN) if self.data else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist:
            return
        self.data = typed_day(valuelist[0], desk().today())
        if self.data is None:
            raise ValueError(
                _("Enter a day such as %(day)s.", day=desk().today().strftime(WRITTEN))
            )
