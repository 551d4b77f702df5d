"""Answers as they are read again: beside their questions, in the order of the steps."""

from flask import Flask

from cecs.web.desk import desk
from cecs.web.forms.steps import sections
from tests.pages import Visitor
from tests.people import People
from tests.web.test_stepped_flow import ready_to_sign


def read(app: Flask, kind: str, answers: dict) -> list[dict]:
    with app.test_request_context("/"):
        regime = desk().regime
        return sections(regime, regime.kind(kind), answers)


def rows(section: dict) -> list[tuple[str, str]]:
    return [(str(row["label"]), str(row["value"])) for row in section["rows"]]


def test_answers_stand_beside_their_questions_in_the_order_of_the_steps(app: Flask) -> None:
    row = {"school": "Elm School", "district": "Hartford", "months": 8}
    no = {"convicted": "no", "disciplined": "no", "dismissed": "no", "explanation": ""}
    answers = {"disclosures": no, "experience": {"first": row}, "request": {"note": ""}}
    asked, experience, disclosures = read(app, "renew_initial", answers)

    assert asked["slug"] == "request" and rows(asked) == []
    assert rows(experience) == [
        ("First school", "School: Elm School; District: Hartford; School months: 8")
    ]
    assert rows(disclosures)[0] == ("Have you been convicted of a crime?", "No")


def test_an_endorsement_that_is_not_offered_any_more_is_still_read(app: Flask) -> None:
    content = {"endorsement": "001", "endorsements": ["001"]}
    [asked] = read(app, "cross_endorsement", {"request": content})

    assert rows(asked) == [("Endorsement you ask for", "001")]


def test_school_district_and_months_are_said_to_belong_together_before_the_error(
    visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    url = ready_to_sign(visitor, maria.certificate_ids[0], "renew_initial")
    shown = visitor.get(url.replace("check", "experience"))

    assert "School, district and months belong together" in shown.text and not shown.errors


def test_who_adds_nothing_to_a_request_reads_what_it_is_for(
    visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    check = visitor.get(ready_to_sign(visitor, maria.certificate_ids[0], "renew_initial"))
    heading = check.soup.find("h2", string="What you are asking for")

    assert heading.find_next("p").get_text() == "Renew an initial certificate"
    assert "You entered nothing here." not in check.text
