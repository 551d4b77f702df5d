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
        (
            "Ben Smith-Jones", "Ben Smith-Jones",
            "Found with what you typed taken for a first and a last name",
            "Encontrado al tomar lo que usted escribió por un nombre y un apellido",
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


def test_who_is_called_wholly_so_stands_before_a_line_and_who_only_begins_so_behind(
    visitor: Visitor, people: People
) -> None:
    for last in ("Bergman", "Berg", "Bergamot"):
        people.record("Ana", last, BORN, "987654321")
    line = "From here on, names that only begin as you typed them:"
    for _again in range(2):  # by Flask, which prints the page, and then before it
        page = visitor.get("/lookup?last_name=berg").response.text
        places = [page.index(words) for words in ("Ana Berg<", line, "Ana Bergamot", "Ana Bergman")]

        assert places == sorted(places) and page.count(line) == 1
    assert line not in visitor.get("/lookup?last_name=ber").text
    assert line not in visitor.get("/lookup?last_name=bergman").text
    answer = visitor.get("/api/v1/educators?last=Berg").response.json

    assert [one["how"] for one in answer["found"]] == ["as_typed", "beginning", "beginning"]
