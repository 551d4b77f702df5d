"""Answers as they are read again: beside their questions, in the order of the steps."""

from flask import Flask

from cecs.web.desk import desk
from cecs.web.forms.steps import sections


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
