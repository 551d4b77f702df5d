"""The forms by which the bureau lets a district show the lookup, each fault at its field."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    ColorField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Regexp

from cecs.domain.regime import District
from cecs.domain.sentences import Sentence
from cecs.domain.widgets import Theme, origin
from cecs.services.widgets import LANGUAGES, Wanted
from cecs.web.filters import say
from cecs.web.languages import NAMES

IS_COLOUR = Regexp(r"\A#[0-9a-fA-F]{6}\Z", message=_l("Choose a color, such as #005ea2."))


class OfDistrict(FlaskForm):
    """The district comes first: faults are told in the order in which fields are declared."""

    district = SelectField(_l("District"), [InputRequired(_l("Choose a district."))])


class WidgetForm(FlaskForm):
    """Where a widget may be shown, and how it looks."""

    sites = TextAreaField(
        _l("Pages that will show it"),
        [InputRequired(_l("Enter the address of the page that will show it.")), Length(max=4000)],
    )
    language = RadioField(
        _l("Language"), choices=[SelectChoice(code, NAMES[code]) for code in LANGUAGES]
    )
    accent = ColorField(_l("Color of links and buttons"), [IS_COLOUR])
    text = ColorField(_l("Color of the words"), [IS_COLOUR])
    background = ColorField(_l("Color of the background"), [IS_COLOUR])

    @property
    def wanted(self) -> Wanted:
        """What was decided; call it once the form is valid."""
        return Wanted(self.sites.data.splitlines(), self.language.data, self._theme)

    @property
    def _theme(self) -> Theme:
        return Theme(*(one.data.lower() for one in (self.accent, self.text, self.background)))

    def validate(self, *more: Any, **named: Any) -> bool:
        """Whether all is right; each address and each color that is not is named at its field."""
        super().validate(*more, **named)
        if not self.sites.errors:
            sites = [origin(line) for line in self.sites.data.splitlines() if line.strip()]
            self.sites.errors = [say(fault) for fault in sites if isinstance(fault, Sentence)]
        if not (self.accent.errors or self.text.errors or self.background.errors):
            for name, fault in self._theme.faults().items():
                self[name].errors = [say(fault)]
        return not self.errors


class RegisterForm(OfDistrict, WidgetForm):
    """The same for a district that is chosen here."""

    def __init__(self, districts: Iterable[District], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        by_name = sorted(districts, key=lambda district: district.name)
        self.district.choices = [SelectChoice("", _l("Choose a district"))]
        self.district.choices += [SelectChoice(each.key, each.name) for each in by_name]


class AddressForm(FlaskForm):
    """The page of which the bureau wants to know whether it shows the widget; a GET."""

    class Meta:
        csrf = False

    address = StringField(_l("Address of the page"), [Length(max=2000)])


class AllowForm(FlaskForm):
    """The site of a tested page, to be added."""

    site = HiddenField(validators=[InputRequired(), Length(max=300)])
