"""What a person says of themselves to be matched with the registry."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    FormField,
    HiddenField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from cecs.domain import names
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

    ssn_fault = ""  # why the number that was typed cannot be one

    def fits(self, email: str, today: date) -> bool:
        """Checks what account and calendar tell; faults go to their fields, all of them."""
        _fault(self.first_name, _("Enter your first name."), not _has(self.first_name))
        _fault(self.last_name, _("Enter your last name."), not _has(self.last_name))
        long = any(len(name) > 100 for name in (self.other_last_names.data or "").split(","))
        _fault(self.other_last_names, _("A name has at most 100 characters."), long)
        same = (self.email.data or "").strip().casefold() == email.casefold()
        wrong = _("This is not the email address of your account.")
        _fault(self.email, wrong, _has(self.email) and not same)
        if self.no_ssn.data:
            signed = names.signs(
                self.signature.data or "", self.first_name.data or "", self.last_name.data or ""
            )
            words = _("Type your first and last name to sign the statement.")
            _fault(self.signature, words, not signed)
        elif not _has(self.ssn):
            _fault(self.ssn, _("Enter your number, or say that you have none."), True)
        else:
            _fault(self.ssn, self.ssn_fault, bool(self.ssn_fault))
        born = self.birth_date.form
        if not born.form_errors and born.value >= today:
            born.form_errors = [_("A date of birth lies in the past.")]
        return not any(field.errors for field in self) and not born.form_errors


def _has(field: Field) -> bool:
    return bool((field.data or "").strip())


def _fault(field: Field, words: str, holds: bool) -> None:
    """One fault a field: the first that was found."""
    if holds and not field.errors:
        field.errors = [words]


class AnswerForm(FlaskForm):
    """Answers, in words, one thing that the bureau asked for."""

    answer = TextAreaField(
        _l("Your answer"),
        [
            DataRequired(_l("Write your answer.")),
            Length(max=2000, message=_l("Keep your answer under 2,000 letters.")),
        ],
    )


class PlainForm(FlaskForm):
    """A button and its token."""
