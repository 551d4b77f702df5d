"""Forms of the cashier, and the words for what the cashier's pages list."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from cecs.domain.cards import Refusal
from cecs.domain.mailed_payments import PaymentState
from cecs.domain.payments import RefundState, Settlement
from cecs.domain.sentences import Sentence
from cecs.web.forms.bureau import AMOUNT, cents_of

STATES = {
    PaymentState.MATCHED: Sentence("Mailed payment"),
    PaymentState.SUSPENSE: Sentence("Mailed, in suspense"),
    PaymentState.RETURNED: Sentence("Mailed, sent back"),
}
SETTLEMENTS = {
    Settlement.NONE: Sentence("Not captured"),
    Settlement.WAITING: Sentence("Waits to be settled"),
    Settlement.SETTLED: Sentence("Settled"),
    Settlement.DECLINED: Sentence("Not settled by the bank"),
    Settlement.DISPUTED: Sentence("Disputed"),
    Settlement.LOST: Sentence("Lost in a dispute"),
}
REFUND_STATES = {
    RefundState.PROPOSED: Sentence("Proposed"),
    RefundState.REJECTED: Sentence("Rejected"),
    RefundState.WITHDRAWN: Sentence("Withdrawn"),
    RefundState.APPROVED: Sentence("Approved, not made yet"),
    RefundState.CALLING: Sentence("Sent to the gateway"),
    RefundState.DONE: Sentence("Made"),
    RefundState.FAILED: Sentence("Not made"),
    RefundState.DECLINED: Sentence("Turned down by the card's bank"),
}
REFUSALS = {
    Refusal.AMERICAN_EXPRESS: Sentence("American Express"),
    Refusal.DISCOVER: Sentence("Discover"),
    Refusal.OTHER_BRAND: Sentence("Another brand"),
    Refusal.DEBIT: Sentence("Debit card"),
    Refusal.PREPAID: Sentence("Prepaid card"),
    Refusal.PAYROLL: Sentence("Payroll card"),
    Refusal.UNKNOWN: Sentence("Not known to be a credit card"),
    "declined": Sentence("Declined by the bank"),
    "taken": Sentence("Paid"),
}


class DayForm(FlaskForm):
    """Which day to show; a GET, so without a token."""

    class Meta:
        csrf = False

    day = DateField(_l("Day"))


class FindForm(FlaskForm):
    """Which payments to show; sent by POST, so that no log keeps a name."""

    words = StringField(_l("Find a payment"), [Length(max=100)])


class CheckForm(FlaskForm):
    check_number = StringField(
        _l("Number of the treasury's check"),
        [DataRequired(_l("Enter the number of the check.")), Length(max=40)],
    )


class RefundForm(FlaskForm):
    amount = StringField(
        _l("Amount in dollars"), [InputRequired(_l("Enter the amount.")), Length(max=12)]
    )
    reason = TextAreaField(_l("Why it goes back"), [DataRequired(_l("Say why.")), Length(max=500)])
    told = TextAreaField(_l("What the payer reads about it"), [Optional(), Length(max=300)])
    override = TextAreaField(
        _l("Why the application fee goes back, too"), [Optional(), Length(max=500)]
    )

    reference = RadioField(_l("Whose payment goes back"), validate_choice=False)
    waives_fee = BooleanField(_l("The fee is given up for what goes back: it is not due again"))

    def validate_amount(self, field: StringField) -> None:
        if AMOUNT.fullmatch(field.data.strip()) is None:
            raise ValidationError(_l("Enter an amount such as 150.00."))

    @property
    def cents(self) -> int:
        """The amount in whole cents; call it once the form is valid."""
        return cents_of(self.amount.data)
