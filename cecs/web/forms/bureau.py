"""Forms of the bureau. They check shape only; each field's name is its own on the page."""

import re
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from cecs.domain.mailed_payments import TAKEN
from cecs.services.mailed_payments import Instrument, Received
from cecs.services.receipts import INSTRUMENTS as NAMED
from cecs.web.filters import say

AMOUNT = re.compile(r"\$?(\d{1,3},\d{3}|\d{1,6})(?:\.(\d\d))?")


def cents_of(amount: str) -> int:
    """Whole cents of an amount that `AMOUNT` fits. Raises ValueError for others."""
    fits = AMOUNT.fullmatch(amount.strip())
    if fits is None:
        raise ValueError("not an amount")
    dollars, cents = fits.groups()
    return int(dollars.replace(",", "")) * 100 + int(cents or 0)


def instruments(kinds: Iterable[Instrument]) -> list[SelectChoice]:
    """Choices among what may lie in an envelope."""
    return [SelectChoice(kind.value, say(NAMED[kind])) for kind in kinds]


class QueueForm(FlaskForm):
    """What to see of the queue. Words are sent by POST, so that no log keeps a name."""

    class Meta:
        csrf = False  # what is shown by GET has no token; a POST's is looked at before

    words = StringField(
        _l("Reference, last name or educator number"), [Optional(), Length(max=100)]
    )
    status = SelectField(_l("Status"), [Optional()])
    kind = SelectField(_l("What was asked for"), [Optional()])


class PressForm(FlaskForm):
    """A button that needs nothing said."""


class ItemForm(FlaskForm):
    item = IntegerField(
        validators=[InputRequired(_l("Say which item came."))], widget=HiddenInput()
    )


class AskForm(FlaskForm):
    missing = TextAreaField(
        _l("What is missing, one item a line"),
        [InputRequired(_l("Say what is missing."))],
    )

    def validate_missing(self, field: TextAreaField) -> None:
        lines = [line.strip() for line in field.data.splitlines() if line.strip()]
        if not lines:
            raise ValidationError(_l("Say what is missing."))
        if any(len(line) > 500 for line in lines):
            raise ValidationError(_l("Keep each item under 500 letters."))


class HoldForm(FlaskForm):
    hold_reason = TextAreaField(
        _l("Why the review is paused"),
        [InputRequired(_l("Say why.")), Length(max=1000)],
    )


class RecommendForm(FlaskForm):
    recommended = TextAreaField(
        _l("Why you recommend denial"), [InputRequired(_l("Say why.")), Length(max=2000)]
    )


class RecommendApprovalForm(FlaskForm):
    approval_reason = TextAreaField(
        _l("Why you recommend approval"), [InputRequired(_l("Say why.")), Length(max=2000)]
    )


class DenyForm(FlaskForm):
    denial_reason = TextAreaField(
        _l("Why the application is denied"), [InputRequired(_l("Say why.")), Length(max=2000)]
    )
    law = StringField(
        _l("The law or rule that the denial rests on"),
        [InputRequired(_l("Name the law or rule.")), Length(max=300)],
    )


class CertificateForm(FlaskForm):
    certificate = IntegerField(
        validators=[InputRequired(_l("Choose one of the certificates."))], widget=HiddenInput()
    )


class PaymentForm(FlaskForm):
    instrument = SelectField(_l("What came"), choices=lambda: instruments(TAKEN))
    number = StringField(_l("Its number"), [InputRequired(_l("Enter its number.")), Length(max=40)])
    issuer = StringField(
        _l("Bank or issuer"), [InputRequired(_l("Enter the bank or issuer.")), Length(max=100)]
    )
    amount = StringField(
        _l("Amount in dollars"), [InputRequired(_l("Enter the amount.")), Length(max=12)]
    )
    received_on = DateField(_l("Day on which it came"), [InputRequired(_l("Enter the day."))])

    def validate_amount(self, field: StringField) -> None:
        if AMOUNT.fullmatch(field.data.strip()) is None:
            raise ValidationError(_l("Enter an amount such as 200.00."))

    @property
    def received(self) -> Received:
        """What lay in the envelope; call it once the form is valid."""
        return Received(
            instrument=Instrument(self.instrument.data),
            number=self.number.data.strip(),
            issuer=self.issuer.data.strip(),
            cents=cents_of(self.amount.data),
            received_on=self.received_on.data,
        )
