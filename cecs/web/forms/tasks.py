"""Forms by which staff settle what waits for a person. They check shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from cecs.web.forms.accounts import EMAIL, first_name, last_name


def _is_id(field: HiddenField) -> bool:
    return field.data.isascii() and field.data.isdigit() and len(field.data) < 10


class LinkForm(FlaskForm):
    educator = HiddenField(validators=[InputRequired()])

    def validate_educator(self, field: HiddenField) -> None:
        if not _is_id(field):
            raise ValidationError(_l("Choose one of the records."))


class OpenAccountForm(FlaskForm):
    """The account of someone for whom the box with the words is no way in."""

    first_name = first_name()
    last_name = last_name()
    email = EmailField(_l("Email address"), EMAIL)


class FindAccountForm(FlaskForm):
    """Which account is meant; sent by POST, so that no log keeps a name or an email address."""

    account = StringField(
        _l("Name, username, email address or educator number of the account"), [Length(max=254)]
    )


class ChangeEmailForm(FlaskForm):
    """The new mailbox of an account that was found."""

    person = HiddenField(validators=[InputRequired()])
    email = EmailField(_l("New email address"), EMAIL)
    how = StringField(
        _l("How you made sure who this is"),
        [
            DataRequired(_l("Say how you made sure who this is: by phone, in person, by papers.")),
            Length(max=200),
        ],
    )

    def validate_person(self, field: HiddenField) -> None:
        if not _is_id(field):
            raise ValidationError(_l("Find the account first."))
