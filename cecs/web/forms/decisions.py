"""The form by which the second of two people decides."""

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SubmitField


class DecisionForm(FlaskForm):
    """Two buttons. Sent without either, or with both, it decides nothing."""

    approve = SubmitField()
    reject = SubmitField()

    def validate(self, *more: Any, **named: Any) -> bool:
        """Whether exactly one of the buttons was pressed."""
        if not super().validate(*more, **named):
            return False
        if self.approve.data == self.reject.data:
            self.form_errors = [_("Nothing was decided. Press one of the two buttons.")]
        return not self.form_errors
