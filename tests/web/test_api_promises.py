"""What programs may rely on, at every address of the API: its document, its budgets, its caches."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.widgets import EmbedKey
from cecs.services import api_keys
from cecs.web import budgets
from tests.pages import Visitor
from tests.people import Character, People

SEARCH = "/api/v1/educators?last=rivera"
HOME, AWAY = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def keys(app: Flask, people: People) -> list[str]:
    """Of two districts."""
    dana = people.staff()
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        first_two = sorted(desk.regime.districts)[:2]
        return [api_keys.make(desk, dana.id, district, "payroll") for district in first_two]


@pytest.fixture
def addresses(client: FlaskClient, maria: Character) -> list[str]:
    """One of each kind that is asked with GET."""
    (found,) = client.get(SEARCH).json["found"]
    code = found["certificates"][0]["verify"]
    paths = (f"educators/{found['id']}", f"certificates/{code}", "districts", "endorsements")
    return [SEARCH, *(f"/api/v1/{path}" for path in (*paths, "openapi.json", ""))]


def inside(value: Any) -> Iterator[dict[str, Any]]:
    """Each object in a document."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from inside(each)


def test_the_document_is_one_that_other_programs_can_read(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    operations = [
        (path, about)
        for part in ("paths", "webhooks")
        for path, methods in document[part].items() for about in methods.values()
    ]  # fmt: skip
    ids = [about["operationId"] for _, about in operations]

    assert document["openapi"] == "3.1.0" and {"title", "version"} <= set(document["info"])
    assert len(ids) == len(set(ids)) >= 7
    for each in inside(document):
        if isinstance(where := each.get("$ref"), str):
            found = document
            for step in where.removeprefix("#/").split("/"):
                found = found[step]
    for path, about in operations:
        named = [each["name"] for each in about["parameters"] if each["in"] == "path"]
        schemes = {name for way in about.get("security", ()) for name in way}

        assert all(f"{{{name}}}" in path for name in named) and path.count("{") == len(named)
        assert all("schema" in each for each in about["parameters"])
        assert all(each["required"] for each in about["parameters"] if each["in"] == "path")
        assert all("description" in each or "$ref" in each for each in about["responses"].values())
        assert schemes <= set(document["components"]["securitySchemes"])


def test_the_documentation_is_ours_alone(visitor: Visitor) -> None:
    page = visitor.get("/api/v1/")
    loaded = page.soup.find_all(["script", "img", "iframe"], src=True)
    addresses = [each["src"] for each in loaded]
    addresses += [each["href"] for each in page.soup.find_all("link")]

    assert len(addresses) >= 4 and all(each.startswith("/static/") for each in addresses)
    assert "http" not in page.response.headers["Content-Security-Policy"]


def test_each_address_may_be_kept_and_says_if_it_changed_and_what_is_left(
    client: FlaskClient, addresses: list[str]
) -> None:
    for address in addresses:
        answer = client.get(address)
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        other = client.get(address, headers={"If-None-Match": 'W/"other"'})

        assert answer.headers["Cache-Control"].startswith("public, max-age="), address
        assert (again.status_code, again.data) == (304, b""), address
        assert (other.status_code, other.data) == (200, answer.data), address
        left = [int(each.headers["X-RateLimit-Remaining"]) for each in (answer, again, other)]
        assert left == [left[0], left[0] - 1, left[0] - 2], address
        assert client.get(address, headers={"If-None-Match": "*"}).status_code == 304, address


def test_whatever_is_refused_is_a_problem_that_any_site_may_read_and_nobody_keeps(
    client: FlaskClient, keys: list[str]
) -> None:
    key = {"X-API-Key": keys[0]}
    answers = [
        client.get(SEARCH, headers={"X-API-Key": "guess"}),
        client.get("/api/v1/educators"),
        client.get("/api/v1/certificates/none"),
        client.post("/api/v1/districts"),
        client.post("/api/v1/checks", data="a", content_type="text/plain", headers=key),
        client.post("/api/v1/checks", data="a" * 1_000_001, content_type="text/csv", headers=key),
        *(client.get(SEARCH, environ_base=AWAY) for _ in range(121)),
    ]
    refused = [each for each in answers if each.status_code != 200]

    assert [each.status_code for each in refused] == [401, 400, 404, 405, 415, 413, 429]
    for each in refused:
        assert each.mimetype == "application/problem+json"
        assert each.json["status"] == each.status_code and each.json["detail"].endswith(".")
        assert each.headers["Access-Control-Allow-Origin"] == "*"
        assert each.headers["Cache-Control"] == "no-store"


def test_a_key_has_its_budget_from_wherever_it_asks_and_takes_it_from_nobody(
    client: FlaskClient, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "KEY", "3/minute")
    places = (HOME, AWAY, HOME, AWAY)
    one, other = ({"X-API-Key": key} for key in keys)
    asked = [client.get(SEARCH, headers=one, environ_base=where) for where in places]
    another = client.get(SEARCH, headers=other, environ_base=HOME)
    nobody = client.get(SEARCH, environ_base=HOME)

    assert [each.status_code for each in asked] == [200, 200, 200, 429]
    assert another.headers["X-RateLimit-Remaining"] == "2"
    assert nobody.headers["X-RateLimit-Remaining"] == "119"


def test_an_address_has_one_budget_for_the_day_too_whatever_it_asks(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "ADDRESS", "120/minute;3/day")
    kinds = ("educators?last=rivera", "districts", "endorsements", "educators/0")
    last, over = [client.get(f"/api/v1/{kind}") for kind in kinds][-2:]
    waits = int(over.headers["Retry-After"])

    assert (last.status_code, over.status_code) == (200, 429) and 3600 < waits <= 86400
    assert abs(int(over.headers["X-RateLimit-Reset"]) - time.time() - waits) < 5


def test_who_has_half_of_an_address_has_one_budget_for_all_of_it(
    client: FlaskClient, maria: Character
) -> None:
    """Of the newer kind everyone has so many that each must not be counted by itself."""
    asked = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    for path in (SEARCH, "/lookup?last_name=rivera"):
        left = [
            client.get(path, environ_base={"REMOTE_ADDR": where}).headers["X-RateLimit-Remaining"]
            for where in asked
        ]

        assert int(left[0]) - 1 == int(left[1]) and left[2] == left[0]


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"last": ""}, {"last": "%"}, {"last": "__"}, {"last": "**"},
        {"first": "maria"}, {"district": "{district}"}, {"active": "true"},
        {"last": "", "first": "", "district": "{district}"}, {"after": "a.a.0"},
        {"last": "", "after": "rivera.maria.0", "district": "{district}"},
    ],
)  # fmt: skip
def test_nobody_lists_everybody(
    app: Flask, client: FlaskClient, maria: Character, asked: dict[str, str]
) -> None:
    with app.app_context():
        district = sorted(app.extensions["cecs_desk"].regime.districts)[0]
        db.session.add(EmbedKey(key="hill", district_code=district, origins=[]))
        db.session.commit()
    sent = {name: each.format(district=district) for name, each in asked.items()}
    pages = {f"{name}_name" if name in ("last", "first") else name: sent[name] for name in sent}
    told = client.get("/api/v1/educators", query_string=sent)
    shown = [client.get(path, query_string=pages) for path in ("/lookup", "/embed/hill")]

    assert told.status_code == 400
    assert all("Maria" not in each.text.replace('"maria"', "") for each in (told, *shown))
    assert all('class="lookup-found' not in each.text for each in shown)


def test_a_list_is_whole_with_a_mark_and_with_nuls_written_out(
    client: FlaskClient, keys: list[str], maria: Character
) -> None:
    sent = json.dumps([{"last": "Riv\0era", "first": "\0"}, {"last": "\0"}])
    answer = client.post(
        "/api/v1/checks", data=b"\xef\xbb\xbf" + sent.encode(), content_type="application/json",
        headers={"Authorization": f"Bearer {keys[0]}"},
    ).json  # fmt: skip

    assert answer["checks"][0]["answer"] == "one" and answer["checks"][0]["asked"] == {
        "last": "Rivera"
    }
    assert [each["line"] for each in answer["unanswered"]] == [2]
