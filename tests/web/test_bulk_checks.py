"""A district checks the list of all who teach there."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator, RecordState
from cecs.models.retirements import Retirement, RetirementState
from cecs.services import bulk_checks
from cecs.services.bulk_checks import Line
from tests import schemas
from tests.conftest import Clock
from tests.people import Character, People

URL = "/api/v1/checks"


@pytest.fixture
def sends(app: Flask, key: str) -> Any:
    """Sends a list with the key; gives the answer as it came."""
    client: FlaskClient = app.test_client()

    def send(body: str | bytes, kind: str = "text/csv", **headers: str) -> Any:
        return client.post(
            URL, data=body, content_type=kind, headers={"X-API-Key": key, **headers}
        )  # fmt: skip

    return send


@pytest.fixture
def numbers(app: Flask, people: People) -> list[str]:
    """Maria Rivera with a certificate, two Ana Bergs, Ben Zu whose number begins with zeros."""
    maria = people.teacher()
    people.record("Ana", "Berg", date(1980, 1, 1), "987654321")
    people.record("Ana", "Berg", date(1981, 1, 1), "987654322")
    ben = people.record("Ben", "Zu", date(1982, 1, 1), "987654323", state="active")
    with app.app_context():
        db.session.get_one(Educator, ben).number = "0000123456"
        db.session.commit()
        return [db.session.get_one(Educator, id).number for id in (maria.educator_id, ben)]


def answers(response: Any) -> list[tuple[int, str]]:
    """(line, answer) of all lines, whatever the answer's form."""
    assert response.status_code == 200, response.text
    if response.mimetype == "text/csv":
        rows = csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline=""))
        return [(int(row["line"]), row["answer"]) for row in rows]
    lines = [(one["line"], one["answer"]) for one in response.json["checks"]]
    return sorted(lines + [(one["line"], "unanswered") for one in response.json["unanswered"]])


def test_each_line_of_a_json_list_is_answered(app: Flask, sends: Any, numbers: list[str]) -> None:
    sent = [
        {"last": "Rivera", "first": "Maria"}, {"last": "Berg", "first": "Ana"},
        {"last": "Quux"}, {"ein": numbers[0]}, {"ein": 123456}, {"first": "Maria"},
        {"last": "R"}, {"ein": "12x"}, {"ein": "4.0E+09"}, {"last": "Berg", "district": "Atlantis"},
        "Rivera", {"last": ["Rivera"]}, {"last": "Rivera", "first": "Mar"}, {"last": "Rivara"},
    ]  # fmt: skip
    response = sends(json.dumps(sent), "application/json")
    document = app.test_client().get("/api/v1/openapi.json").json
    schema = document["components"]["schemas"]["Checks"]
    told = response.json
    one, several = told["checks"][:2]

    assert schemas.faults(told, schema, document) == []
    assert [answer for _, answer in answers(response)] == [
        "one", "several", "none", "one", "one", "unanswered", "unanswered", "unanswered",
        "unanswered", "unanswered", "unanswered", "unanswered", "one", "one",
    ]  # fmt: skip
    assert told["counts"] == {"one": 5, "several": 1, "none": 1, "unanswered": 7}
    assert one["educator"]["certificates"][0]["status"] == "active" and one["how"] == "as_typed"
    assert (several["fits"], several["educator"]) == (2, None)
    assert [each["how"] for each in told["checks"][-2:]] == ["beginning", "similar"]
    assert "rounded" in told["unanswered"][3]["why"] and numbers[0] not in str(one["educator"])


@pytest.mark.parametrize(
    "body",
    [
        b"last,first\r\nRivera,Maria\r\nQuux,Al\r\n",
        b"Last Name;First Name;Note\nRivera;Maria;x\nQuux;Al;y\n",
        b"\xef\xbb\xbfsurname\tfirst_name\nRivera\tMaria\nQuux\tAl",
        "last,first\nRivera,Maria\nQuux,Al\n".encode("utf-16"),
        b"Rivera,Maria\nQuux,Al\n",
        b"first,last\nMaria,Rivera\nAl,Quux\n",
        b"last,first\nRiv\0era,Maria\nQuux,\0Al\n",
        b'"last","first"\n"Rivera","Maria"\n"Quux","Al"\n',
    ],
    ids=["crlf", "semicolons", "mark-tabs", "utf-16", "no-header", "swapped", "nul", "quoted"],
)
def test_lists_are_read_as_people_have_them(sends: Any, numbers: list[str], body: bytes) -> None:
    response = sends(body)

    assert response.mimetype == "text/csv" and response.data.startswith(b"\xef\xbb\xbf")
    assert answers(response) == [(1, "one"), (2, "none")]


@pytest.mark.parametrize(
    "typed", ["123456", "0000123456", '"=""0000123456"""', "123456.0", "0000-123456"]
)
def test_zeros_that_a_spreadsheet_took_are_put_back(
    sends: Any, numbers: list[str], typed: str
) -> None:
    assert answers(sends(f"EIN\n{typed}\n")) == [(1, "one")]
    assert answers(sends(f"{numbers[0]}\n123456\n")) == [(1, "one"), (2, "one")]


@pytest.mark.parametrize("heading", ["EIN", "Educator number", "Número de educador"])
def test_the_number_is_called_so_in_both_languages(
    sends: Any, numbers: list[str], heading: str
) -> None:
    assert answers(sends(f"{heading}\n123456\n".encode())) == [(1, "one")]


def test_half_a_letter_in_json_spoils_no_list(sends: Any, numbers: list[str]) -> None:
    response = sends(r'[{"last":"Ri\ud800vera"},{"ein":"\udfff"}]', "application/json")

    assert response.status_code == 200
    assert [each["asked"] for each in response.json["checks"]] == [{"last": "Rivera"}]
    assert response.json["counts"]["unanswered"] == 1


@pytest.mark.parametrize("header", ["", "last,first\n", "\n,,,\nlast,first\n"])
def test_empty_rows_ask_nothing_and_do_not_shift_the_numbers_of_those_below(
    sends: Any, numbers: list[str], header: str
) -> None:
    body = header + "Rivera,Maria\n\n,,,\nNobody,\n"

    assert answers(sends(body)) == [(1, "one"), (4, "none")]


def test_old_encodings_and_accents_find_the_same(sends: Any, people: People) -> None:
    people.record("José", "Núñez", date(1980, 1, 1), "987654325")

    assert answers(sends("last,first\nNúñez,José\n".encode("cp1252"))) == [(1, "one")]
    assert answers(sends("last,first\nNunez,Jose\n")) == [(1, "one")]


def test_the_table_says_what_is_held_and_why_a_line_has_no_answer(
    sends: Any, numbers: list[str]
) -> None:
    text = sends("last,first\nRivera,Maria\nX,\n=Quux,\n").data.decode("utf-8-sig")
    maria, short, formula = csv.DictReader(io.StringIO(text, newline=""))

    assert maria["certificates"].startswith(
        "Initial Educator Certificate (305): Active, last day 2027-"
    )
    assert (maria["found_first"], maria["found_last"], maria["why"]) == ("Maria", "Rivera", "")
    assert (maria["in_force"], short["in_force"]) == ("yes", "")
    assert "two letters" in short["why"] and short["answer"] == "unanswered"
    assert formula["last"] == "'=Quux"


def test_a_district_may_be_named_or_given_by_its_key(
    sends: Any, people: People, desk: Desk
) -> None:
    first, second = [desk.regime.districts[key] for key in sorted(desk.regime.districts)[:2]]
    people.record("Ana", "Berg", date(1980, 1, 1), "987654321", district_code=first.key)
    rows = [first.name.upper(), first.key.lstrip("0"), second.key]
    body = "last,district\n" + "".join(f"Berg,{row}\n" for row in rows)

    assert answers(sends(body)) == [(1, "one"), (2, "one"), (3, "none")]


def test_the_answer_comes_as_it_was_sent_or_as_accept_says(sends: Any, numbers: list[str]) -> None:
    body = "last\nRivera\n"

    assert sends(body).mimetype == "text/csv"
    assert sends(body, Accept="*/*").mimetype == "text/csv"
    assert sends(body, Accept="application/json").json["counts"]["one"] == 1
    assert (
        sends('[{"last": "Rivera"}]', "application/json", Accept="text/csv").mimetype == "text/csv"
    )


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        ("", "text/csv", 400, "no line"),
        ("last,first\n", "text/csv", 400, "no line"),
        ("{", "application/json", 400, "no JSON"),
        ("[" * 100_000, "application/json", 400, "no JSON"),
        ('{"last": "Rivera"}', "application/json", 400, "list"),
        ("last\n" + "Rivera\n" * 5001, "text/csv", 400, "at most 5000"),
        ("x" * 1_000_001, "text/csv", 413, "fewer lines"),
        ("last=Rivera", "application/x-www-form-urlencoded", 415, "text/csv"),
    ],
    ids=["empty", "header", "json", "deep", "object", "lines", "bytes", "form"],
)
def test_what_is_no_list_is_a_problem(
    sends: Any, body: str, kind: str, status: int, words: str
) -> None:
    response = sends(body, kind)

    assert response.status_code == status and response.mimetype == "application/problem+json"
    assert words in response.json["detail"]


def test_nobody_checks_a_list_without_a_key(app: Flask) -> None:
    client = app.test_client()
    bare = client.post(URL, data="last\nRivera\n", content_type="text/csv")
    wrong = client.post(
        URL, data="last\nRivera\n", content_type="text/csv", headers={"X-API-Key": "guess"}
    )

    assert (bare.status_code, wrong.status_code) == (401, 401)
    assert "Ask us" in bare.json["detail"] and "not known" in wrong.json["detail"]


def test_each_of_five_thousand_names_has_its_line_for_a_few_questions_to_the_database(
    desk: Desk, sends: Any, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine is: nobody of these is known, so that all is tried for each.
    monkeypatch.setattr(bulk_checks, "time", SimpleNamespace(monotonic=lambda: 0.0))
    asked, reads = [], desk.reader.rows
    monkeypatch.setattr(desk.reader, "rows", lambda *each: asked.append(1) or reads(*each))
    body = "last,first\n" + "".join(f"Nobody{n},Al\n" for n in range(4999)) + "Rivera,Maria\n"
    told = answers(sends(body))

    assert len(told) == 5000 and told[-1] == (5000, "one")
    assert len(asked) <= 5000 * 20


def test_when_the_time_is_over_the_rest_is_listed(desk: Desk) -> None:
    lines = [Line(number, {"last": "Rivera"}) for number in (1, 2)]
    checked = bulk_checks.check(desk, lines, seconds=-1)
    told = json.loads(bulk_checks.as_json(desk, checked))

    assert told["checks"] == [] and "no time left" in told["unanswered"][1]["why"]


@pytest.fixture
def in_between(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Does something once, after an educator was found and before all of him or her is read."""
    reader = app.extensions["cecs_desk"].reader
    reads = reader.rows

    def arrange(happens: Callable[[], None]) -> None:
        waiting = [happens]

        def rows(sql: str, values: Any) -> Any:
            if waiting and "facts FROM lookup_entry" in sql:
                with app.app_context():
                    waiting.pop()()
                    db.session.commit()
            return reads(sql, values)

        monkeypatch.setattr(reader, "rows", rows)

    return arrange


@pytest.mark.parametrize("accept", ["text/csv", "application/json"])
def test_who_leaves_the_registry_meanwhile_is_not_found_and_all_others_are_answered(
    sends: Any, maria: Character, people: People, in_between: Any, accept: str
) -> None:
    people.record("Ana", "Berg", date(1980, 1, 1), "987654321")

    def leaves() -> None:
        db.session.get_one(Educator, maria.educator_id).state = RecordState.RETIRED

    in_between(leaves)

    assert answers(sends("last\nRivera\nBerg\nQuux\n", Accept=accept)) == [
        (1, "none"), (2, "one"), (3, "none"),
    ]  # fmt: skip


def test_whose_record_is_merged_meanwhile_is_found_in_the_one_that_stays(
    app: Flask, sends: Any, maria: Character, people: People, in_between: Any
) -> None:
    stays = people.record("Maria", "Rivera-Berg", date(1980, 1, 1), "987654321")
    by = people.staff("Lee", "Chandra").id
    with app.app_context():
        number = db.session.get_one(Educator, maria.educator_id).number

    def is_merged() -> None:
        goes = db.session.get_one(Educator, maria.educator_id)
        goes.state = RecordState.RETIRED
        db.session.add(Retirement(
            educator_id=goes.id, into_id=stays, public_id="old", state=RetirementState.DONE,
            reason="Twice", proposed_by_id=by, proposed_at=Clock.real(),
        ))  # fmt: skip

    in_between(is_merged)
    (told,) = sends(f"ein\n{number}\n", Accept="application/json").json["checks"]

    assert (told["answer"], told["how"]) == ("one", "merged")
    assert told["educator"]["last_name"] == "Rivera-Berg"


def test_a_key_checks_sixty_lists_an_hour(sends: Any) -> None:
    statuses = [sends("last\nRivera\n").status_code for _ in range(61)]

    assert statuses == [200] * 60 + [429]


def test_a_name_that_was_not_looked_for_to_the_end_is_unanswered(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cecs.services.lookup_rows.BUDGET", 3)
    monkeypatch.setattr("cecs.services.lookup_rows.FIRST_NAMES", 0)
    for first in ("Ana", "Bo", "Cy", "Zoe"):
        people.record(first, "Bergman", date(1980, 1, 1), "987654321")
    people.record("Ana", "Berg", date(1980, 1, 1), "987654321")
    asked = [{"last": "Berg", "first": first} for first in ("Zoe", "Ana")]
    late, found = bulk_checks.check(desk, [Line(1, cells) for cells in asked])

    assert (late.answer, found.answer) == ("unanswered", "one")
    assert "Too many names" in str(late.why)
