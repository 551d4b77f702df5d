"""Forms by which the bureau makes a key, and says where its holder is told. Shape only."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from cecs.domain.regime import District


class MakeForm(FlaskForm):
    district = SelectField(_l("District"), [InputRequired(_l("Choose a district."))])
    label = StringField(
        _l("For which program"), [DataRequired(_l("Say what the key is for.")), Length(max=80)]
    )

    def __init__(self, districts: Iterable[District], **values: Any) -> None:
        super().__init__(**values)
        by_name = sorted(districts, key=lambda district: district.name)
        self.district.choices = [SelectChoice("", _l("Choose a district"))]
        self.district.choices += [SelectChoice(each.key, each.name) for each in by_name]


class AddressForm(FlaskForm):
    address = StringField(
        _l("Address of the district's program"),
        [InputRequired(_l("Enter the address.")), Length(max=500)],
    )
