"""What a person says of themselves to be matched with the registry."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, FormField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional

from cecs.web.forms.dates import DateForm


class RegisterForm(FlaskForm):
    """Shape only; whether a number can exist is the domain's business."""

    no_ssn = HiddenField()  # not empty: the statement stands in place of the number
    ssn = PasswordField(_l("Social Security number"), [Length(max=20)])
    signature = StringField(_l("Your full name, as a signature"), [Length(max=200)])
    first_name = StringField(
        _l("First name"), [InputRequired(_l("Enter your first name.")), Length(max=100)]
    )
    last_name = StringField(
        _l("Last name"), [InputRequired(_l("Enter your last name.")), Length(max=100)]
    )
    other_last_names = StringField(
        _l("Other last names you have used"), [Optional(), Length(max=300)]
    )
    birth_date = FormField(DateForm, _l("Date of birth"))
    email = EmailField(
        _l("Email address of your account"), [InputRequired(_l("Enter your email address."))]
    )

    def fits(self, email: str, today: date) -> bool:
        """Checks what account and calendar tell; faults go to their fields."""
        if self.birth_date.form.value >= today:
            self.birth_date.form.form_errors = [_("A date of birth lies in the past.")]
            return False
        if not self.first_name.data.strip():
            self.first_name.errors = [_("Enter your first name.")]
        if not self.last_name.data.strip():
            self.last_name.errors = [_("Enter your last name.")]
        if any(len(name) > 100 for name in (self.other_last_names.data or "").split(",")):
            self.other_last_names.errors = [_("A name has at most 100 characters.")]
        if (self.email.data or "").strip().casefold() != email.casefold():
            self.email.errors = [_("This is not the email address of your account.")]
        if self.no_ssn.data and not (self.signature.data or "").strip():
            self.signature.errors = [_("Type your full name to sign the statement.")]
        if not self.no_ssn.data and not self.ssn.data:
            self.ssn.errors = [_("Enter your number, or say that you have none.")]
        return not any(field.errors for field in self)


class PlainForm(FlaskForm):
    """A button and its token."""
