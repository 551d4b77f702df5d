"""Old numbers and ids lead the public to the record that stays."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.services import lookup_entries, retirements
from tests.pages import Visitor
from tests.people import Character, People

BORN = date(1990, 5, 17)


@pytest.fixture
def maria(people: People) -> int:
    """The record of Maria Rivera."""
    found: Character = people.teacher()
    assert found.educator_id is not None
    return found.educator_id


@pytest.fixture
def bureau(desk: Desk, people: People) -> "Bureau":
    return Bureau(desk, people)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Bureau:
    """Two people who agree."""

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._lee = people.staff("Lee", "Chandra", "supervisor")
        self._dana = people.staff()

    def retires(self, goes: int, into: int | None) -> None:
        id = retirements.propose(self._desk, goes, into, self._lee.id, "They are one person.")
        retirements.decide(self._desk, id, self._dana.id, approved=True)


def number(id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Educator, id).number


def test_programs_are_sent_on_from_a_merged_record(
    client: FlaskClient, desk: Desk, maria: int, second: int, bureau: Bureau
) -> None:
    was = f"/api/v1/educators/{lookup_entries.public_id(desk, second, 0)}"
    before = client.get(was)
    bureau.retires(second, maria)
    moved = client.get(was)
    told = client.get(moved.headers["Location"].removeprefix("http://127.0.0.1:5000")).json
    document = client.get("/api/v1/openapi.json").json

    assert before.status_code == 200 and moved.status_code == 308
    assert moved.headers["Cache-Control"] == "public, max-age=60"
    assert moved.headers["Access-Control-Allow-Origin"] == "*"
    assert told["educator"]["id"] == lookup_entries.public_id(desk, maria, 0)
    assert len(told["educator"]["certificates"]) == 2
    assert {"308", "410"} <= set(document["paths"]["/educators/{id}"]["get"]["responses"])


def test_programs_are_told_that_a_record_was_removed(
    client: FlaskClient, desk: Desk, people: People, bureau: Bureau
) -> None:
    mistake = people.record("Test", "Record", BORN, "987654321")
    old = number(mistake)
    bureau.retires(mistake, None)
    answer = client.get(f"/api/v1/educators/{lookup_entries.public_id(desk, mistake, 0)}")

    assert answer.status_code == 410 and answer.mimetype == "application/problem+json"
    assert answer.json["type"].endswith("#problem-removed")
    assert client.get(f"/api/v1/educators?ein={old}").json["found"] == []


def test_by_the_old_number_the_record_that_stays_is_found_and_it_says_so(
    client: FlaskClient, visitor: Visitor, people: People, maria: int, second: int, bureau: Bureau
) -> None:
    third = people.record("Mary", "Rivera", BORN, "987654320")
    numbers = [number(id) for id in (second, third)]
    bureau.retires(second, third)
    bureau.retires(third, maria)
    for old in numbers:
        (found,) = client.get(f"/api/v1/educators?ein={old}").json["found"]
        another_name = client.get(f"/api/v1/educators?ein={old}&last=silva").json["found"]
        page = visitor.get(f"/lookup?number={old}")

        assert (found["last_name"], found["how"]) == ("Rivera", "merged") and another_name == []
        assert "This number was merged into another record" in page.text
        assert "Maria Rivera" in page.text
    still = client.get(f"/api/v1/educators?ein={number(maria)}").json["found"]

    assert [one["how"] for one in still] == ["as_typed"]


def test_a_code_on_paper_stays_good(
    visitor: Visitor, desk: Desk, maria: int, second: int, bureau: Bureau
) -> None:
    held = db.session.get_one(Educator, second).certificates[0].id
    bureau.retires(second, maria)
    page = visitor.get(f"/verify/{lookup_entries.verify_code(desk, held, 0)}")

    assert page.status == 200 and "Maria Rivera" in page.text
