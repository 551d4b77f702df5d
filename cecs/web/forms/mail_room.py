"""Forms of the mail room. Fields stand in the order in which an envelope is typed."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from cecs.domain.mailed_payments import Instrument
from cecs.services.mailed_payments import Received
from cecs.web.forms.bureau import AMOUNT, instruments


def stripped(text: str | None) -> str:
    return (text or "").strip()


def references_in(text: str | None) -> list[str]:
    """The references in what was scanned or typed, apart by blanks, commas or lines."""
    return [words for words in re.split(r"[\s,;]+", text or "") if words]


class EnvelopeForm(FlaskForm):
    references = StringField(_l("References"), [Length(max=400)], [stripped])
    instrument = SelectField(
        _l("What came"),
        [InputRequired(_l("Choose what came."))],
        choices=lambda: [SelectChoice("", ""), *instruments(Instrument)],
    )
    number = StringField(_l("Its number"), [Length(max=40)], [stripped])
    issuer = StringField(_l("Bank or issuer"), [Length(max=100)], [stripped])
    amount = StringField(
        _l("Amount in dollars"),
        [InputRequired(_l("Enter the amount.")), Length(max=12)],
        [stripped],
    )
    received_on = DateField(_l("Received"), [InputRequired(_l("Enter the day."))])
    postmarked_on = DateField(_l("Postmark"), [Optional()])
    payer = StringField(_l("Name on it"), [Length(max=100)], [stripped])
    documents = StringField(
        _l("Papers in the envelope"), [Optional(), Length(max=1000)], [stripped]
    )

    def validate_number(self, field: StringField) -> None:
        self._must_be_there(field, _l("Enter its number."))

    def validate_issuer(self, field: StringField) -> None:
        self._must_be_there(field, _l("Enter the bank or issuer."))

    def validate_amount(self, field: StringField) -> None:
        if AMOUNT.fullmatch(field.data) is None or not self._cents:
            raise ValidationError(_l("Enter an amount such as 200.00."))

    def validate_payer(self, field: StringField) -> None:
        if not self.named and not field.data:
            raise ValidationError(_l("Without a reference, enter the name on it."))

    def _must_be_there(self, field: StringField, words: str) -> None:
        if self.instrument.data != Instrument.CASH and not field.data:
            raise ValidationError(words)

    @property
    def named(self) -> list[str]:
        """The references that came with it."""
        return references_in(self.references.data)

    @property
    def _cents(self) -> int:
        dollars, cents = AMOUNT.fullmatch(self.amount.data).groups()
        return int(dollars.replace(",", "")) * 100 + int(cents or 0)

    @property
    def received(self) -> Received:
        """What lay in the envelope; call it once the form is valid."""
        return Received(
            instrument=Instrument(self.instrument.data),
            number=self.number.data,
            issuer=self.issuer.data,
            cents=self._cents,
            received_on=self.received_on.data,
            postmarked_on=self.postmarked_on.data,
            payer=self.payer.data,
            documents=self.documents.data,
        )


class OwnerForm(FlaskForm):
    """Whose a payment is that waits in suspense."""

    references = StringField(
        _l("References"), [InputRequired(_l("Enter a reference.")), Length(max=400)]
    )


class NameForm(FlaskForm):
    """What to see of the suspense list; a GET, so without a token."""

    class Meta:
        csrf = False

    name = StringField(_l("Name on it"), [Optional(), Length(max=100)])


class CloseForm(FlaskForm):
    """Confirms; carries the sum that was shown, so that no other is closed."""

    counted = HiddenField()

    def validate_counted(self, field: HiddenField) -> None:
        if not re.fullmatch("[0-9]{1,12}", field.data or ""):
            raise ValidationError(_l("Count again."))
