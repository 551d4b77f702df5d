"""The form by which the bureau lets a district show the lookup. It checks shape only."""

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
from cecs.domain.widgets import Theme
from cecs.services.widgets import LANGUAGES, Wanted
from cecs.web.languages import NAMES

IS_COLOUR = Regexp(r"\A#[0-9a-fA-F]{6}\Z", message=_l("Choose a color, such as #005ea2."))


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
        colours = (self.accent.data, self.text.data, self.background.data)
        theme = Theme(*(colour.lower() for colour in colours))
        return Wanted(self.sites.data.splitlines(), self.language.data, theme)


class RegisterForm(WidgetForm):
    """The same for a district that is chosen here."""

    district = SelectField(_l("District"), [InputRequired(_l("Choose a district."))])

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
