"""What a visitor reads who typed a name otherwise than it is recorded."""

from datetime import date

import pytest
from flask import Flask

from cecs.extensions import db
from cecs.models.educators import FormerName
from tests.pages import Visitor
from tests.people import People

BORN = date(1980, 1, 1)


@pytest.mark.parametrize(
    ("typed", "name", "words", "in_spanish"),
    [
        (
            "Curz", "Ana De la Cruz", "Similar to a part of the last name: what you typed may",
            "Parecido a una parte del apellido: quizás haya un error de escritura",
        ),
        (
            "Gracia", "Eva Garcia-Lopez", "Similar to a part of the last name: what you typed may",
            "Parecido a una parte del apellido: quizás haya un error de escritura",
        ),
        (
            "Jones Smith", "Ben Smith-Jones",
            "Found with the parts of the last name in another order",
            "Se encontró con las partes del apellido en otro orden",
        ),
        (
            "Okonkow", "Ida Quist", "Similar to a former last name: what you typed may",
            "Parecido a un apellido anterior: quizás haya un error de escritura",
        ),
    ],
)  # fmt: skip
def test_a_forgiven_name_is_shown_with_how_it_was_found(
    app: Flask,
    visitor: Visitor,
    people: People,
    typed: str,
    name: str,
    words: str,
    in_spanish: str,
) -> None:
    for first, last in (("Ana", "De la Cruz"), ("Ben", "Smith-Jones"), ("Eva", "Garcia-Lopez")):
        people.record(first, last, BORN, "987654321")
    ida = people.record("Ida", "Quist", BORN, "987654322")
    with app.app_context():
        db.session.add(FormerName(educator_id=ida, last_name="Okonkwo", last_key="okonkwo"))
        db.session.commit()
    page = visitor.get(f"/lookup?last_name={typed}")
    spanish = visitor.get(f"/lookup?last_name={typed}&lang=es")

    assert name in page.text and words in page.text and "Okonkwo" not in page.text
    assert name in spanish.text and in_spanish in spanish.text


def test_a_program_reads_how_a_name_was_forgiven(visitor: Visitor, people: People) -> None:
    people.record("Ben", "Smith-Jones", BORN, "987654321")
    asked = ("Jones-Smith", "Jonse", "Smiht")
    answers = [visitor.get(f"/api/v1/educators?last={last}").response.json for last in asked]

    assert [[one["how"] for one in answer["found"]] for answer in answers] == [
        ["reordered"], ["similar_part"], ["similar_part"],
    ]  # fmt: skip
