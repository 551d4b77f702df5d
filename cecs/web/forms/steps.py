"""What each step asks. A step of a kind is a row of the regime; its fields are here, by slug."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp

from cecs.domain import steps
from cecs.domain.regime import ApplicationKind, Regime

ZIP = r"\d{5}(-\d{4})?"
PHONE = r"^\s*\+?[\d\s().-]{7,25}\s*$"
YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]
# Codes of the Postal Service; teachers move between all of them.
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ"
    " NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
).split()
ABROAD = "other"
EXPLANATION = [Length(max=4000)]


class StepForm(FlaskForm):
    """A step's form; `content` is what is kept, and can be given back as `data`."""

    @property
    def content(self) -> dict[str, Any]:
        return {k: v for k, v in self.data.items() if k != "csrf_token"}


class KeepForm(StepForm):
    """For a renewal or an advance: the endorsements stay as they are."""

    note = TextAreaField(
        _l("Anything the bureau should know about this request"), [Optional(), Length(max=1000)]
    )


class EndorsementForm(StepForm):
    endorsement = SelectField(
        _l("Endorsement you ask for"), [DataRequired(_l("Choose an endorsement."))]
    )

    @property
    def content(self) -> dict[str, Any]:
        return {"endorsement": self.endorsement.data, "endorsements": [self.endorsement.data]}


class DetailsForm(StepForm):
    first_name = StringField(
        _l("First name"), [DataRequired(_l("Enter your first name.")), Length(max=100)]
    )
    last_name = StringField(
        _l("Last name"), [DataRequired(_l("Enter your last name.")), Length(max=100)]
    )
    street = StringField(
        _l("Street address"), [DataRequired(_l("Enter your street address.")), Length(max=200)]
    )
    city = StringField(
        _l("City or town"), [DataRequired(_l("Enter your city or town.")), Length(max=100)]
    )
    state = SelectField(_l("State"), [DataRequired(_l("Choose your state."))])
    zip_code = StringField(
        _l("ZIP code"), [DataRequired(_l("Enter your ZIP code.")), Length(max=12)]
    )
    phone = StringField(
        _l("Phone"),
        [Optional(), Regexp(PHONE, message=_l("Enter a phone number such as 860-555-0123."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [
            SelectChoice("", _("Choose one")),
            *(SelectChoice(code, code) for code in STATES),
            SelectChoice(ABROAD, _("Outside the United States")),
        ]

    def validate_zip_code(self, field: StringField) -> None:
        if self.state.data != ABROAD and not re.fullmatch(ZIP, field.data.strip()):
            raise ValidationError(_l("Enter a ZIP code such as 06103."))


class ServiceForm(Form):
    """One school served at; an empty row is no row."""

    school = StringField(_l("School"), [Optional(), Length(max=150)])
    district = StringField(
        _l("District"), [Optional(), Length(max=150)], render_kw={"list": "districts"}
    )
    months = IntegerField(
        _l("School months"),
        [Optional(), NumberRange(1, 600, _l("Enter a number of months between 1 and 600."))],
    )


class ExperienceForm(StepForm):
    first = FormField(ServiceForm, _l("First school"))
    second = FormField(ServiceForm, _l("Second school"))
    third = FormField(ServiceForm, _l("Third school"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each row is whole or empty."""
        fine = super().validate(extra_validators)
        for row in (self.first.form, self.second.form, self.third.form):
            if any(row.data.values()) and not all(row.data.values()):
                missing = next(field for field in row if not field.data)
                words = _("Give school, district and months, or leave the three empty.")
                missing.errors = [*missing.errors, words]
                fine = False
        return fine


class EducationForm(StepForm):
    institution = StringField(
        _l("College or university"),
        [DataRequired(_l("Enter where you studied.")), Length(max=200)],
    )
    degree = StringField(
        _l("Degree or credits"),
        [DataRequired(_l("Enter your degree or credits.")), Length(max=200)],
    )
    tests = TextAreaField(_l("Tests taken, with dates"), [Optional(), Length(max=1000)])


class DisclosuresForm(StepForm):
    convicted = RadioField(
        _l("Have you been convicted of a crime?"),
        [DataRequired(_l("Say whether you have been convicted."))],
        choices=YES_NO,
    )
    convicted_how = TextAreaField(_l("If yes: what happened, when and where"), EXPLANATION)
    disciplined = RadioField(
        _l("Has any state denied, suspended or revoked a certificate of yours?"),
        [DataRequired(_l("Say whether a state acted against a certificate of yours."))],
        choices=YES_NO,
    )
    disciplined_how = TextAreaField(_l("If yes: which state, when and why"), EXPLANATION)
    dismissed = RadioField(
        _l("Have you been dismissed from a school for misconduct?"),
        [DataRequired(_l("Say whether you have been dismissed."))],
        choices=YES_NO,
    )
    dismissed_how = TextAreaField(_l("If yes: which school, when and why"), EXPLANATION)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each yes needs its explanation."""
        fine = super().validate(extra_validators)
        for asked in steps.DISCLOSURES:
            how = self[f"{asked}_how"]
            if self[asked].data == "yes" and not (how.data or "").strip():
                how.errors = [_("Explain what happened, since you answered yes.")]
                fine = False
        return fine


class CheckForm(StepForm):
    affidavit = HiddenField()  # the version of the text that was on the page
    signature = StringField(
        _l("Type your full name to sign"),
        [DataRequired(_l("Type your full name to sign the affidavit.")), Length(max=200)],
    )


FORMS: dict[str, type[StepForm]] = {
    "details": DetailsForm,
    "experience": ExperienceForm,
    "education": EducationForm,
    "disclosures": DisclosuresForm,
    "check": CheckForm,
}


def form_for(
    regime: Regime, kind: ApplicationKind, slug: str, data: Any, held: Collection[str] = ()
) -> StepForm:
    """The form of a step, filled with what is sent, else with `data`. KeyError: no such step.

    Endorsements that are `held` already are not offered.
    """
    if slug == "request":
        if kind.endorsements == "keep":
            return KeepForm(data=data)
        form = EndorsementForm(data=data)
        offered = [
            SelectChoice(one.code, f"{one.code} {one.title}")
            for one in regime.offered_endorsements(kind, held)
        ]
        form.endorsement.choices = [SelectChoice("", _("Choose one")), *offered]
        return form
    return FORMS[slug](data=data)


def sections(
    regime: Regime, kind: ApplicationKind, answers: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What was answered beside its question, by step in their order: slug, title and rows."""
    found = []
    for step in steps.path(regime, kind.code):
        if step.slug in answers:
            form = form_for(regime, kind, step.slug, None)
            # Not what was sent with this request, which may be another form's.
            form.process(data=answers[step.slug])
            found.append({"slug": step.slug, "title": step.title, "rows": list(_rows(form))})
    return found


def _rows(form: StepForm) -> Iterator[dict[str, str]]:
    for field in form:
        if field.type == "FormField":
            parts = [f"{part.label.text}: {part.data}" for part in field.form if part.data]
            value = "; ".join(parts)
        elif field.type in ("SelectField", "RadioField"):
            # What was chosen then may not be offered any more.
            labels = (one.label for one in field.choices if one.value == field.data)
            value = next(labels, field.data)
        else:
            value = field.data
        if field.name != "csrf_token" and value:
            yield {"label": field.label.text, "value": value}
