"""A date in three fields, as people write it."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField


class DateForm(Form):
    """Month, day and year as text; `value` is the date once `validate` was true."""

    month = StringField(_l("Month"))
    day = StringField(_l("Day"))
    year = StringField(_l("Year"))

    @property
    def value(self) -> date:
        """The date typed. Raises ValueError when there is none."""
        parts = [(field.data or "").strip() for field in (self.year, self.month, self.day)]
        if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:
            raise ValueError("not a date")
        return date(*map(int, parts))

    def validate(self, extra_validators: object = None) -> bool:
        """Whether the three make a date; if not, the fault is this form's own."""
        fault = self._fault()
        self.form_errors = [fault] if fault else []
        return not fault

    def _fault(self) -> str:
        month, day, year = ((field.data or "").strip() for field in self)
        if not (month or day or year):
            return _("Enter a date such as 5 17 1990.")
        if not (month.isdigit() and 1 <= int(month) <= 12):
            return _("Type the month as a number from 1 to 12.")
        if not (year.isascii() and year.isdigit() and len(year) == 4 and int(year) >= 1900):
            return _("Type the year with four digits, such as 1990.")
        try:
            _day = self.value
        except (ValueError, OverflowError):
            return _("That month has no such day.")
        return ""
