"""Forms of the mail room. Fields stand in the order in which an envelope is typed."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from cecs.domain import references
from cecs.domain.mailed_payments import NEVER_TAKEN, Instrument
from cecs.services.mailed_payments import Received
from cecs.web.forms.bureau import AMOUNT, cents_of, instruments
from cecs.web.forms.days import DayField


def stripped(text: str | None) -> str:
    return (text or "").strip()


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
    received_on = DayField(_l("Received"), [InputRequired(_l("Enter the day."))])
    postmarked_on = DayField(_l("Postmark"), [Optional()])
    payer = StringField(_l("Name on it"), [Length(max=100)], [stripped])
    address = StringField(_l("Address on the envelope"), [Length(max=200)], [stripped])
    documents = StringField(
        _l("Papers in the envelope"), [Optional(), Length(max=1000)], [stripped]
    )
    agreement = HiddenField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        # Wanted in some cases only, which a validator that stops at nothing would not see.
        self.payer.flags.optional = self.address.flags.optional = True

    def validate_number(self, field: StringField) -> None:
        self._must_be_there(field, _l("Enter its number."))

    def validate_issuer(self, field: StringField) -> None:
        self._must_be_there(field, _l("Enter the bank or issuer."))

    def validate_amount(self, field: StringField) -> None:
        if AMOUNT.fullmatch(field.data) is None or not cents_of(field.data):
            raise ValidationError(_l("Enter an amount such as 200.00."))

    def validate_payer(self, field: StringField) -> None:
        if not self.named and not field.data:
            raise ValidationError(_l("Without a reference, enter the name on it."))

    def validate_address(self, field: StringField) -> None:
        if not self.named and self.instrument.data in NEVER_TAKEN and not field.data:
            raise ValidationError(_l("Without a reference, enter where it goes back to."))

    def _must_be_there(self, field: StringField, words: str) -> None:
        if self.instrument.data != Instrument.CASH and not field.data:
            raise ValidationError(words)

    @property
    def named(self) -> list[str]:
        """The references that came with it; none while they cannot be read."""
        return [] if self.references.errors else references.apart(self.references.data)

    @property
    def known(self) -> dict[str, Any]:
        """What can be read so far of what lay in the envelope, by the names of `Received`."""
        facts = {
            "instrument": self.instrument, "number": self.number, "issuer": self.issuer,
            "cents": self.amount, "received_on": self.received_on,
            "postmarked_on": self.postmarked_on, "payer": self.payer,
            "payer_address": self.address, "documents": self.documents,
        }  # fmt: skip
        known = {name: field.data for name, field in facts.items() if not field.errors}
        if "cents" in known:
            known["cents"] = cents_of(known["cents"])
        if "instrument" in known:
            known["instrument"] = Instrument(known["instrument"])
        return known

    @property
    def received(self) -> Received:
        """What lay in the envelope; call it once the form is valid."""
        return Received(**self.known)


def as_typed(received: Received, named: tuple[str, ...]) -> dict[str, Any]:
    """What was typed of an entry, to be put right in an `EnvelopeForm`."""
    return {
        "references": ", ".join(named), "instrument": received.instrument.value,
        "number": received.number, "issuer": received.issuer,
        "amount": f"{received.cents // 100}.{received.cents % 100:02}",
        "received_on": received.received_on, "postmarked_on": received.postmarked_on,
        "payer": received.payer, "address": received.payer_address,
        "documents": received.documents,
    }  # fmt: skip


class OwnerForm(FlaskForm):
    """Whose a payment is that waits in suspense."""

    references = StringField(
        _l("References"), [DataRequired(_l("Enter a reference.")), Length(max=400)]
    )
    agreement = HiddenField()


class SendBackForm(FlaskForm):
    """Where something goes whose owner is not found; pressed twice, the second time to agree."""

    address = StringField(
        _l("Address to which it goes back"),
        [DataRequired(_l("Enter the address to which it goes back.")), Length(max=200)],
        [stripped],
    )
    agreement = HiddenField()


class NameForm(FlaskForm):
    """What to see of the suspense list; sent by POST, so that no log keeps a name."""

    name = StringField(_l("Name on it"), [Optional(), Length(max=100)])


class CloseForm(FlaskForm):
    """Confirms; carries what was counted, so that nothing else is closed."""

    counted = HiddenField()

    def validate_counted(self, field: HiddenField) -> None:
        if not re.fullmatch("[0-9: ]+", field.data or ""):
            raise ValidationError(_l("Count again."))
