"""The API's answers carry the day on which their version began."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cecs.domain import api_versions
from cecs.domain.roster import Kind
from tests.pages import Visitor
from tests.people import People

SEARCH = "/api/v1/educators?last=rivera"


@pytest.fixture
def client(app: Flask, people: People) -> FlaskClient:
    people.teacher()
    return app.test_client()


@pytest.mark.parametrize(
    "url",
    [SEARCH, *map("/api/v1/".__add__, ["districts", "openapi.json", "educators?last=r", "none"])],
)
@pytest.mark.parametrize("asked", [{}, {"API-Version": api_versions.NEWEST}])
def test_every_answer_names_its_version(
    client: FlaskClient, url: str, asked: dict[str, str]
) -> None:
    answer = client.get(url, headers=asked)

    assert answer.headers.getlist("API-Version") == [api_versions.NEWEST]
    assert answer.headers.getlist("Vary") == ["API-Version"]
    assert "API-Version" in answer.headers["Access-Control-Expose-Headers"]


def test_what_cannot_be_done_at_an_address_is_readable_from_any_site(client: FlaskClient) -> None:
    answer = client.post(SEARCH)

    assert answer.status_code == 405 and answer.headers["API-Version"] == api_versions.NEWEST
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_with_and_without_a_version_the_same_is_answered(client: FlaskClient) -> None:
    plain = client.get(SEARCH)
    asked = client.get(SEARCH, headers={"API-Version": api_versions.NEWEST})

    assert plain.status_code == 200 and plain.json == asked.json
    assert plain.headers["ETag"] == asked.headers["ETag"]


@pytest.mark.parametrize("version", ["2031-01-01", "2020-01-01", "latest", "1"])
@pytest.mark.parametrize("url", [SEARCH, "/api/v1/districts"])
def test_a_version_that_is_not_there_is_a_problem(
    client: FlaskClient, url: str, version: str
) -> None:
    answer = client.get(url, headers={"API-Version": version})

    assert answer.status_code == 400 and answer.mimetype == "application/problem+json"
    assert answer.json["type"].endswith("#problem-unknown-version")
    assert answer.headers["Cache-Control"] == "no-store"


def test_lists_are_checked_in_a_known_version_only(client: FlaskClient) -> None:
    answer = client.post("/api/v1/checks", headers={"API-Version": "2031-01-01"})

    assert answer.json["type"].endswith("#problem-unknown-version")


def test_a_script_of_another_site_may_name_a_version(client: FlaskClient) -> None:
    answer = client.options("/api/v1/educators", headers={"Origin": "https://a.example"})

    assert "API-Version" in answer.headers["Access-Control-Allow-Headers"]


def test_the_documents_list_the_versions(client: FlaskClient, visitor: Visitor) -> None:
    document = client.get("/api/v1/openapi.json").json
    page = visitor.get("/api/v1/")
    section = page.soup.find(id="versions").find_next("ul").get_text()

    assert document["info"]["version"] == api_versions.NEWEST
    for methods in document["paths"].values():
        for about in methods.values():
            assert "API-Version" in [each["name"] for each in about["parameters"]]
    assert all(version.isoformat() in section for version in api_versions.VERSIONS)


def test_the_document_names_every_message_that_is_sent(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    body = document["webhooks"]["roster"]["post"]["requestBody"]["content"]["application/json"]
    described = document["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
    kind = described["properties"]["type"]

    assert set(kind["enum"]) == {each.value for each in Kind}
    assert all(f"{each.value}, " in kind["description"] for each in Kind)
