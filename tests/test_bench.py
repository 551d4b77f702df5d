"""What measures CECS runs, on a registry small enough to be quick."""

import json
import sqlite3
from contextlib import closing
from unittest import mock

import pytest
from flask import Flask

from bench import __main__ as bench
from bench import comparison, multiplied, queries, registry, writing
from bench.peers.tables import tables
from cecs.gateways.entry_writer import JSON
from cecs.services import lookup
from cecs.services.lookup import Asked


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> registry.Made:
    return registry.registry(2000, tmp_path_factory.mktemp("bench"))


def test_a_registry_is_made_once_and_its_questions_are_answered(made: registry.Made) -> None:
    again = registry.registry(2000, made.folder)
    app = registry.application(made.url, made.folder)
    times = {each.kind: each for each in queries.measure(app, 5)}
    plans = queries.plans(app)

    assert again.seconds_lookup == pytest.approx(made.seconds_lookup)
    assert set(times) == set(queries.KINDS) and times["three letters"].found > 0
    assert times["nobody of that name"].found == 0
    assert plans and not [step for step in plans if "SCAN lookup" in step]
    listed = [step for step in plans if step.startswith("an endorsement")]
    assert [step.partition(": ")[2].partition(" (")[0] for step in listed] == [
        "SEARCH lookup_endorsement USING PRIMARY KEY", "SEARCH lookup_entry USING PRIMARY KEY",
    ]  # fmt: skip


def test_registries_that_are_compared_take_turns(made: registry.Made) -> None:
    asked: list[int] = []
    apps = [registry.application(made.url, made.folder) for _ in range(2)]

    def measured(app: Flask, each: int) -> list[queries.Times]:
        asked.append(apps.index(app))
        return [queries.Times("names", 9.0 - len(asked), 9.0 + len(asked), each)]

    with mock.patch.object(queries, "measure", measured):
        first, second = queries.in_turns(apps, 5)

    assert asked == queries.ROUNDS * [0, 1]
    assert first == [queries.Times("names", 9.0 - 2 * queries.ROUNDS + 1, 10.0, 5)]
    assert second == [queries.Times("names", 9.0 - 2 * queries.ROUNDS, 11.0, 5)]


def test_a_peer_gives_the_answer_that_we_give(made: registry.Made) -> None:
    ours = registry.application(made.url, made.folder).test_client()
    asked = "smi"
    answer = ours.get("/api/v1/educators", query_string={"last": asked}).get_json()
    found = [row for row in answer["found"] if row["how"] == "beginning"]
    with closing(sqlite3.connect(tables(made))) as database:
        database.row_factory = sqlite3.Row
        stored = comparison.STORED.read_text(encoding="utf-8")
        theirs = [dict(row) for row in database.execute(stored, {"last": asked})]
    for row in theirs:
        row["certificates"] = json.loads(row["certificates"])
        row["district"] = row["district"] and json.loads(row["district"])
        row["how"] = "beginning"

    assert theirs == found
    assert any(row["earlier"] for row in theirs)


def test_a_registry_that_is_copied_answers_for_each_copy(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    few = registry.registry(300, tmp_path_factory.mktemp("copied"))
    many = multiplied.once(few, 3)
    app = registry.application(many.url, many.folder)
    with closing(sqlite3.connect(many.url.removeprefix("sqlite:///"))) as database:
        counted, places = database.execute(
            "SELECT count(*), count(DISTINCT place) FROM lookup_entry"
        ).fetchone()
        code, id, number, place, page = database.execute(
            "SELECT code, public_id, number, place, page FROM lookup_code JOIN lookup_entry"
            " USING (educator_id) WHERE place GLOB '?????*eio.*' LIMIT 1"
        ).fetchone()
        name = place.split(".")[0]
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        of_code, of_number = lookup.by_code(desk, code), lookup.find(desk, Asked(number=number))
        known = lookup.known(desk, of_code)
        anew = [desk.writer.listed(form, id, known, desk.today()) for form in (JSON, "en")]
        similar = lookup.find(desk, Asked(name[:3] + "x" + name[4:]))
        desk.reader.close()

    assert (counted, places) == (900, 900) and multiplied.once(few, 3).url == many.url
    assert of_code.public_id == id and [row.place for row in of_number.rows] == [of_code.place]
    assert code in {each.verify for each in known.certificates}
    assert known.last_name.lower() == of_code.last_key == name
    assert [of_code.words, page] == anew
    assert {row.last_key for row in similar.rows} == {name}


def test_what_is_imported_and_issued_is_timed() -> None:
    found = writing.importing(60)

    assert found.read > found.whole > 0 and found.again > 0
    assert writing.amplification(3, 200) > 0


def test_a_goal_says_whether_it_is_met() -> None:
    assert bench.goal("as fast", 0.7, 0.65).endswith("met")
    assert bench.goal("as slow", 1.4, 1.2, below=True).endswith("not met")
