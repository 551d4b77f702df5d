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
        try:
            known = self.value.year >= 1900
        except (ValueError, OverflowError):
            known = False
        self.form_errors = [] if known else [_("Enter a date such as 5 17 1990.")]
        return known
