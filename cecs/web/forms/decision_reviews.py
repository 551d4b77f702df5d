"""Forms about reviews of denials: that one was asked for, and what came of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from cecs.domain import denials
from cecs.domain.denials import AfterDenial, Late, Terms
from cecs.services.decision_reviews import Decision, Request
from cecs.web.filters import say

LATE = [
    SelectChoice(Late.IN_TIME.value, _l("It came in time")),
    SelectChoice(Late.TAKEN.value, _l("It came late and is taken all the same")),
    SelectChoice(Late.REFUSED.value, _l("It came late and is refused")),
]
OUTCOMES = [
    SelectChoice("upheld", _l("The denial stands")),
    SelectChoice("overturned", _l("The denial is overturned")),
]


class ReviewAskedForm(FlaskForm):
    """That somebody asked for a review; `asked` gives it what the day is measured by."""

    terms: Terms | None = None
    came_on = DateField(_l("Day on which the request came"), [InputRequired(_l("Enter the day."))])
    late = RadioField(_l("In time or late"), choices=LATE, default=Late.IN_TIME.value)
    late_note = TextAreaField(
        _l("Why a late request is taken or refused"),
        [Optional(), Length(max=1000, message=_l("Keep the reason under 1,000 letters."))],
    )
    grounds = TextAreaField(
        _l("Why the review is asked for"),
        [Optional(), Length(max=2000, message=_l("Keep the reasons under 2,000 letters."))],
    )

    @property
    def request(self) -> Request:
        """What was recorded; call it once the form is valid."""
        note = self.late_note.data if self.late_note else ""
        grounds = (self.grounds.data or "").strip()
        return Request(self.came_on.data, self._late, (note or "").strip(), grounds)

    @property
    def _late(self) -> Late:
        return Late(self.late.data) if self.late else Late.IN_TIME

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.terms and not self.errors:
            day = self.came_on.data
            fault = self.terms.fault_of_day(day)
            misfit = self.terms.fault_of_late(day, self._late)
            if fault:
                self.came_on.errors = [say(fault)]
            elif misfit:
                (self.late or self.came_on).errors = [say(misfit)]
            elif self._late is not Late.IN_TIME and not self.request.note:
                self.late_note.errors = [_l("Say why.")]
        return not self.errors


def asked(terms: Terms | None) -> type[ReviewAskedForm]:
    """The form for one denial; of a late request it asks only once there can be one."""
    fields: dict[str, Any] = {"terms": terms}
    if terms is None or not terms.may_be_late:
        fields |= {"late": None, "late_note": None}
    return type("ReviewOfOneAskedForm", (ReviewAskedForm,), fields)


class ReviewDecidedForm(FlaskForm):
    """What came of a review; `decided` gives it who may have made it."""

    after: AfterDenial | None = None
    denied_by: tuple[tuple[str, str], ...] = ()
    outcome = RadioField(
        _l("What came of the review"), [InputRequired(_l("Say what came of it."))], choices=OUTCOMES
    )
    panel = TextAreaField(
        _l("Who looked at it again"),
        [Length(max=1000, message=_l("Keep the names under 1,000 letters."))],
    )
    review_reasons = TextAreaField(
        _l("Why"),
        [
            DataRequired(_l("Say why.")),
            Length(max=2000, message=_l("Keep the reasons under 2,000 letters.")),
        ],
    )

    @property
    def decision(self) -> Decision:
        """What was decided; call it once the form is valid."""
        overturned = self.outcome.data == "overturned"
        return Decision(overturned, self.review_reasons.data.strip(), self._panel)

    @property
    def _panel(self) -> tuple[str, ...]:
        lines = (self.panel.data or "").splitlines()
        return tuple(" ".join(line.split()) for line in lines if line.strip())

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        fault = denials.fault_of_panel(self.after, self._panel, self.denied_by)
        if fault and not self.panel.errors:
            self.panel.errors = [say(fault)]
        return not self.errors


def decided(
    after: AfterDenial | None, denied_by: tuple[tuple[str, str], ...]
) -> type[ReviewDecidedForm]:
    """The form for one denial by people of those first and last names."""
    return type(
        "ReviewOfOneDecidedForm", (ReviewDecidedForm,), {"after": after, "denied_by": denied_by}
    )
