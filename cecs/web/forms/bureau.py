"""Forms of the bureau. They check shape only; each field's name is its own on the page."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from cecs.domain.mailed_payments import TAKEN
from cecs.domain.regime import Document
from cecs.services.mailed_payments import Instrument, Received
from cecs.services.missing_items import Wanted
from cecs.services.receipts import INSTRUMENTS as NAMED
from cecs.web.filters import say

IN_WORDS = 20  # items in a reviewer's own words; who pastes a whole letter would ask for each line
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


class NotNeededForm(FlaskForm):
    """Takes back one thing that was asked for."""

    item = IntegerField(validators=[InputRequired(_l("Say which item."))], widget=HiddenInput())
    why = StringField(
        _l("Why it is no longer needed"),
        [
            DataRequired(_l("Say why it is no longer needed.")),
            Length(max=300, message=_l("Keep the reason under 300 letters.")),
        ],
    )


class AskForm(FlaskForm):
    """What is missing; `asking` gives it a box and a note for each document."""

    documents: tuple[Document, ...] = ()
    missing: TextAreaField

    @property
    def pairs(self) -> list[tuple[BooleanField, StringField]]:
        """The box and the note of each document."""
        return [(self[f"ask_{one.code}"], self[f"note_{one.code}"]) for one in self.documents]

    @property
    def wanted(self) -> list[Wanted]:
        """All that was chosen or said; call it once the form is valid."""
        chosen = zip(self.documents, self.pairs, strict=True)
        return [
            *(
                Wanted(one.title, (note.data or "").strip(), one.code)
                for one, (box, note) in chosen
                if box.data
            ),
            *map(Wanted, self._lines),
        ]

    @property
    def _lines(self) -> list[str]:
        return [line.strip() for line in (self.missing.data or "").splitlines() if line.strip()]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for box, note in self.pairs:
            if (note.data or "").strip() and not box.data:
                note.errors = [_l("Tick the item above, or clear this note.")]
        if not self.errors and not self.wanted:
            first = self.pairs[0][0] if self.pairs else self.missing
            first.errors = [_l("Tick what is missing, or say it.")]
        return not self.errors

    def validate_missing(self, field: TextAreaField) -> None:
        if any(len(line) > 500 for line in self._lines):
            raise ValidationError(_l("Keep each item under 500 letters."))
        if len(self._lines) > IN_WORDS:
            fault = _l("Each line is one item. Ask for %(most)s at most.", most=IN_WORDS)
            raise ValidationError(fault)


def asking(documents: tuple[Document, ...]) -> type[AskForm]:
    """The form that asks for several of these documents at once, each with a note."""
    fields: dict[str, Any] = {"documents": documents}
    for one in documents:
        fields[f"ask_{one.code}"] = BooleanField(one.title)
        label = Markup('{}<span class="usa-sr-only">: {}</span>')
        fields[f"note_{one.code}"] = StringField(
            label.format(_("Note to the applicant"), one.title),
            [Optional(), Length(max=300, message=_l("Keep the note under 300 letters."))],
        )
    words = _l("Something else") if documents else _l("What is missing")
    return type("AskForDocumentsForm", (AskForm,), fields | {"missing": TextAreaField(words)})


class HoldForm(FlaskForm):
    hold_reason = TextAreaField(
        _l("Why the review is paused"),
        [DataRequired(_l("Say why.")), Length(max=1000)],
    )


class RecommendForm(FlaskForm):
    recommended = TextAreaField(
        _l("Why you recommend denial"), [DataRequired(_l("Say why.")), Length(max=2000)]
    )


class RecommendApprovalForm(FlaskForm):
    approval_reason = TextAreaField(
        _l("Why you recommend approval"), [DataRequired(_l("Say why.")), Length(max=2000)]
    )


class DenyForm(FlaskForm):
    denial_reason = TextAreaField(
        _l("Why the application is denied"), [DataRequired(_l("Say why.")), Length(max=2000)]
    )
    law = StringField(
        _l("The law or rule that the denial rests on"),
        [DataRequired(_l("Name the law or rule.")), Length(max=300)],
    )


class CertificateForm(FlaskForm):
    certificate = IntegerField(
        validators=[InputRequired(_l("Choose one of the certificates."))], widget=HiddenInput()
    )


class PaymentForm(FlaskForm):
    instrument = SelectField(_l("What came"), choices=lambda: instruments(TAKEN))
    number = StringField(_l("Its number"), [DataRequired(_l("Enter its number.")), Length(max=40)])
    issuer = StringField(
        _l("Bank or issuer"), [DataRequired(_l("Enter the bank or issuer.")), Length(max=100)]
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
