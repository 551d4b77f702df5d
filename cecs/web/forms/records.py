"""Forms by which staff find a record and propose that it goes. They check shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from cecs.domain import educator_numbers, names
from cecs.domain.regime import Office


class FindForm(FlaskForm):
    """Which record; a GET, so without a token."""

    class Meta:
        csrf = False

    number = StringField(_l("Number of the record"))

    def __init__(self, asked: object, office: Office) -> None:
        super().__init__(formdata=asked)
        self._digits = office.educator_number_digits
        self.number.label.text = office.educator_number

    @property
    def plain(self) -> str:
        """The digits alone; empty where it is no number."""
        return educator_numbers.normalise(self.number.data or "", self._digits) or ""

    def validate_number(self, field: StringField) -> None:
        if field.data and not self.plain:
            raise ValidationError(_l("Enter all %(digits)s digits.", digits=self._digits))


class NameForm(FlaskForm):
    """Whose record; a POST, so that no name stands in a log."""

    last_name = StringField(_l("Last name"), [Length(max=100)])
    first_name = StringField(_l("First name"), [Optional(), Length(max=100)])

    def validate_last_name(self, field: StringField) -> None:
        if len(names.key(field.data or "")) < 2:
            raise ValidationError(_l("Enter at least two letters of the last name."))


class ShieldForm(FlaskForm):
    """Someone is hidden for their safety, or shown again."""

    safety_reason = TextAreaField(
        _l("Why"), [DataRequired(_l("Say why, and how you know.")), Length(max=500)]
    )


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("Why"), [DataRequired(_l("Say why, and how you know.")), Length(max=500)]
    )
