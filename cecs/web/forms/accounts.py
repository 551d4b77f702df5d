"""Forms to open an account and to get into it. They check shape only."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length, Regexp

from cecs.web.forms.two_words import TwoWords, words_field

# A name goes into mails to an address that nobody has confirmed: it must not be a message.
PLAIN = Regexp(r"^[^\x00-\x1f<>/:@\\]*$", message=_l("A name has no such characters."))
EMAIL = [
    InputRequired(_l("Enter your email address.")),
    Email(_l("Enter an email address such as name@example.org."), allow_smtputf8=False),
    Length(max=254),
]


def first_name() -> StringField:
    fault = DataRequired(_l("Enter the first name."))
    return StringField(_l("First name"), [fault, Length(max=100), PLAIN])


def last_name() -> StringField:
    fault = DataRequired(_l("Enter the last name."))
    return StringField(_l("Last name"), [fault, Length(max=100), PLAIN])


class CreateForm(TwoWords, FlaskForm):
    last_name = last_name()
    first_name = first_name()
    email = EmailField(_l("Email address"), EMAIL)
    email_again = EmailField(
        _l("Email address again"),
        [InputRequired(_l("Enter your email address again.")),
         EqualTo("email", _l("The two email addresses differ."))],
    )  # fmt: skip
    challenge = HiddenField()
    words = words_field()


class SignInForm(FlaskForm):
    username = StringField(_l("Username"), [InputRequired(_l("Enter your username."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])


class ChoosePasswordForm(FlaskForm):
    old = PasswordField(
        _l("Temporary password"), [InputRequired(_l("Enter the password you have now."))]
    )
    new = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))])
    again = PasswordField(
        _l("New password again"),
        [InputRequired(_l("Enter the new password again.")),
         EqualTo("new", _l("The two new passwords differ."))],
    )  # fmt: skip


class EmailForm(FlaskForm):
    email = EmailField(_l("Email address of your account"), EMAIL)


class RequestForm(FlaskForm):
    first_name = first_name()
    last_name = last_name()
    email = EmailField(_l("An email address where you can be reached"), EMAIL)
    message = TextAreaField(
        _l("What we should know"), [DataRequired(_l("Tell us what you need.")), Length(max=2000)]
    )

    def validate_message(self, field: TextAreaField) -> None:
        if re.search(r"\b\d{3}[- ]?\d{2}[- ]?\d{4}\b", field.data):
            words = _l("Take the Social Security number out: it must not stand in a message.")
            raise ValidationError(words)
