"""The form of the public lookup, on our page and on the pages of districts."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.i18n import get_translations
from wtforms.validators import Length, Optional
from wtforms.widgets import Select

from cecs.domain import codes, educator_numbers, names
from cecs.domain.regime import District, Endorsement, Office
from cecs.services.lookup import Asked
from cecs.web.forms.two_words import TwoWords, words_field
from cecs.web.languages import ENGLISH, language, translated

ASKING = ("last_name", "first_name", "number")
CHOSEN = ("district", "endorsement")


def is_asked(sent: Mapping[str, Any]) -> bool:
    """Whether an address holds a question, be it a wrong one; a district alone is none."""
    return any(name in sent for name in (*ASKING, "endorsement"))


@cache
def _words_of_wtforms(code: str) -> Any:
    return get_translations([code])


@lru_cache(1000)
def _districts(code: str, districts: tuple[District, ...]) -> list[SelectChoice]:
    """All districts by name, in the language of that code."""
    by_name = sorted(districts, key=lambda district: district.name)
    every = SelectChoice("", _("All districts"))
    return [every, *(SelectChoice(each.key, each.name) for each in by_name)]


@lru_cache(1000)
def _endorsements(code: str, known: tuple[Endorsement, ...]) -> list[SelectChoice]:
    """All endorsements by title, in the language of that code; some share one."""
    titled = sorted((translated(each), each.code) for each in known)
    every = SelectChoice("", _("Any endorsement"))
    return [every, *(SelectChoice(code, f"{title} ({code})") for title, code in titled)]


class WrittenOnce(Select):
    """A long list of choices, written once for each language, choice and set of attributes."""

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[Any, Any] = {}

    def __call__(self, field: SelectField, **attributes: Any) -> Any:
        """The list as HTML; what is not among the choices is as good as nothing."""
        values = tuple(each.value for each in field.choices)
        chosen = field.data if field.data in values else ""
        key = (language(), chosen, values, *sorted(attributes.items()))
        if key not in self._written:
            self._written[key] = super().__call__(field, **attributes)
        return self._written[key]


class LongListField(SelectField):
    """One of a list that is so long that it is not looked through to check one."""

    def __init__(self, *args: Any, unknown: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.unknown = unknown

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in {each.value for each in self.choices}:
            raise ValidationError(self.unknown)


class BoxField(BooleanField):
    """A box whose value is ours, whatever was sent: others are shown it, too (`printing`)."""

    def _value(self) -> str:
        return "y"


class LookupForm(FlaskForm):
    """A question by GET: it changes nothing, so it carries no token and needs no cookie."""

    class Meta:
        csrf = False

        def get_translations(self, form: Any) -> Any:
            """WTForms' own words, read once for each language."""
            return _words_of_wtforms(language())

    last_name = StringField(_l("Last name"), [Optional(), Length(max=100)])
    first_name = StringField(_l("First name"), [Optional(), Length(max=100)])
    number = StringField(validators=[Optional()])
    district = LongListField(
        _l("District"), [Optional()], widget=WrittenOnce(),
        unknown=_l("The address names a district that we do not know. Choose one of the list."),
    )  # fmt: skip
    endorsement = LongListField(
        _l("Endorsement"), [Optional()], widget=WrittenOnce(),
        unknown=_l("The address names an endorsement that we do not know. Choose one of the list."),
    )  # fmt: skip
    active = BoxField(_l("Only those with a certificate that is in force"))
    after = StringField(validators=[Optional(), Length(max=250)])

    def __init__(
        self,
        asked: Mapping[str, Any] | None,
        office: Office,
        districts: Iterable[District],
        endorsements: Iterable[Endorsement],
    ) -> None:
        super().__init__(formdata=asked)
        self.digits = office.educator_number_digits
        self.number.label.text = translated(office, "educator_number")
        for field in self:
            # One of several is needed, so that none is called optional.
            field.flags.optional = False
        self.district.choices = _districts(language(), tuple(districts))
        self.endorsement.choices = _endorsements(language(), tuple(endorsements))

    @property
    def question(self) -> Asked:
        """What was asked; call it once the form is valid."""
        return Asked(
            last_name=(self.last_name.data or "").strip(),
            first_name=(self.first_name.data or "").strip(),
            number=educator_numbers.normalise(self.number.data or "", self.digits) or "",
            district=self.district.data or "",
            endorsement=self.endorsement.data or "",
            active_only=self.active.data,
            after=self.after.data or "",
        )

    @property
    def again(self) -> dict[str, str]:
        """What an address needs to ask the same again: only what was asked."""
        asked = {name: (self[name].data or "").strip() for name in (*ASKING, *CHOSEN, "after")}
        asked |= {"active": "yes"} if self.active.data else {}
        asked |= {"lang": language()} if language() != ENGLISH else {}
        return {name: words for name, words in asked.items() if words}

    @property
    def chosen(self) -> dict[str, str]:
        """By list, the key of what was chosen, if it is there."""
        return {name: self[name].data if self.called(name) else "" for name in CHOSEN}

    def called(self, name: str) -> str:
        """What was chosen of that list, as people call it."""
        field = self[name]
        return next((str(each.label) for each in field.choices if each.value == field.data), "")

    def validate_last_name(self, field: StringField) -> None:
        if len(names.key(field.data)) < 2:
            raise ValidationError(_l("Enter at least two letters of the last name."))

    def validate_number(self, field: StringField) -> None:
        if educator_numbers.normalise(field.data, self.digits) is None:
            raise ValidationError(_l("Enter all %(digits)s digits.", digits=self.digits))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        fits: bool = super().validate(extra_validators)
        if self.endorsement.data and not self.district.data:
            self.district.errors = [
                _l("Choose a district, too: an endorsement is looked for in one district.")
            ]
            return False
        if fits and not (self.last_name.data or self.number.data or self.endorsement.data):
            self.last_name.errors = [self._nothing_asked]
            return False
        return fits

    @property
    def _nothing_asked(self) -> Any:
        if len(self.endorsement.choices) > 1:
            return _l(
                "Enter a last name or the educator's number, or choose a district and an "
                "endorsement."
            )
        return _l("Enter a last name or the educator's number.")


class CodeForm(FlaskForm):
    """The code of a certificate, typed from a paper; a GET, as the lookup is."""

    class Meta(LookupForm.Meta):
        pass

    code = StringField(_l("Code"), [Length(max=40)])

    @property
    def plain(self) -> str:
        """Its letters and digits alone."""
        return codes.plain(self.code.data or "")

    def validate_code(self, field: StringField) -> None:
        if not self.plain:
            raise ValidationError(_l("Enter the code."))


class WordsForm(TwoWords, FlaskForm):
    """Two words, typed once after many searches from one address."""

    challenge = HiddenField()
    question = HiddenField(validators=[Length(max=1000)])
    words = words_field()
