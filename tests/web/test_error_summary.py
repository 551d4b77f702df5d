"""The summary of what is wrong: written in one place, and each fault leads to where it is mended.

`tests/pages.py` looks at its focus and its links on every page that a test sees.
"""

from pathlib import Path

import pytest
from flask import Flask, get_template_attribute
from flask_wtf import FlaskForm
from wtforms import FieldList, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from cecs.domain.applications import Status
from tests.applying import applies
from tests.pages import Visitor
from tests.people import Character

TEMPLATES = Path(__file__).parents[2] / "templates"


class EveryKindForm(FlaskForm):
    """One field of each kind, all wanted."""

    name = StringField(validators=[InputRequired("Say your name.")])
    way = RadioField(choices=["a", "b"], validators=[InputRequired("Choose one.")])
    several = SelectMultipleField(choices=["a", "b"], validators=[InputRequired("Choose some.")])
    lines = FieldList(StringField(validators=[InputRequired("Fill this line.")]), min_entries=2)
    carried = HiddenField(validators=[InputRequired("Start again.")])


@pytest.fixture
def summed_up(app: Flask) -> str:
    """The summary of a form in which all is wrong, with a fault of no field, too."""
    with app.test_request_context(method="POST", data={"x": "y"}):
        form = EveryKindForm(meta={"csrf": False})
        assert not form.validate()
        form.form_errors = ["It has moved on."]
        return str(get_template_attribute("macros/forms.html", "error_summary")(form))


def test_only_one_template_writes_it() -> None:
    written = [path for path in TEMPLATES.rglob("*.html") if "error-summary" in path.read_text()]

    assert written == [TEMPLATES / "macros" / "forms.html"]


@pytest.mark.parametrize(
    "link",
    ["#name", "#way-0", "#several-0", "#lines-0", "#lines-1"],
)
def test_each_fault_leads_to_its_field(summed_up: str, link: str) -> None:
    assert summed_up.count(f'href="{link}"') == 1


def test_a_fault_of_no_field_that_one_sees_has_no_link(summed_up: str) -> None:
    assert "<li>It has moved on.</li>" in summed_up and "<li>Start again.</li>" in summed_up
    assert summed_up.count("<a ") == 5


def test_it_takes_the_focus_and_is_read_out(summed_up: str) -> None:
    assert 'id="error-summary"' in summed_up
    assert 'role="alert"' in summed_up and 'tabindex="-1"' in summed_up


def test_nothing_wrong_says_nothing(app: Flask) -> None:
    with app.test_request_context():
        assert get_template_attribute("macros/forms.html", "error_summary")().strip() == ""


def test_a_button_without_its_item_says_so(app: Flask, dana: Visitor, maria: Character) -> None:
    at = f"/bureau/applications/{applies(app, maria, Status.MISSING_CREDENTIALS)}"
    dana.get(at)
    answer = dana.post(f"{at}/receive")

    assert answer.status == 422 and "Say which item came." in answer.errors


def test_a_fault_of_a_form_that_is_not_offered_any_more_says_that_it_is_not(
    app: Flask, dana: Visitor, maria: Character
) -> None:
    at = f"/bureau/applications/{applies(app, maria, Status.MISSING_CREDENTIALS)}"
    dana.get(at)
    answer = dana.post(f"{at}/hold", {"hold_reason": ""})

    assert answer.status == 422 and "has moved on meanwhile" in answer.errors
    assert not answer.soup.select("#error-summary a")
