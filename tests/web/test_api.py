"""The lookup for programs, held to its own document."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate, Educator
from cecs.services import api_keys
from cecs.services.lookup import Asked
from tests import looking, schemas
from tests.conftest import Clock
from tests.pages import Visitor
from tests.people import Character, People

SEARCH = "/api/v1/educators?last=rivera"
# All that the API tells of an educator. What is added here is told to everyone.
SHOWN = {
    "id", "first_name", "last_name", "district", "school_year", "certificates", "earlier",
    "how",
    "verify", "type", "title", "endorsements", "issued_on", "valid_from", "expires_on",
    "status", "status_words", "code", "key", "name",
}  # fmt: skip


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def as_documented(client: FlaskClient, answer: Any, path: str, method: str = "get") -> Any:
    """The answer's JSON, found to be what the document says of this path and status."""
    document = client.get("/api/v1/openapi.json").json
    said = document["paths"][path][method]["responses"][str(answer.status_code)]
    kind = "application/json" if answer.status_code == 200 else "application/problem+json"
    if "$ref" in said:
        said = document["components"]["responses"]["Problem"]

    assert answer.mimetype == kind
    assert schemas.faults(answer.json, said["content"][kind]["schema"], document) == []
    return answer.json


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in keys_in(each)}
    return {key for each in value for key in keys_in(each)} if isinstance(value, list) else set()


def test_a_program_finds_a_teacher(client: FlaskClient, maria: Character) -> None:
    answer = as_documented(client, client.get(f"{SEARCH}&first=mar&active=true"), "/educators")
    (found,) = answer["found"]

    assert (found["first_name"], found["last_name"], found["how"]) == (
        "Maria",
        "Rivera",
        "beginning",
    )
    assert found["certificates"][0]["status"] == "active"
    assert answer["asked"] == {"last": "rivera", "first": "mar", "active": True}
    assert (answer["as_of"], answer["next"], answer["searched_all"]) == (
        "2026-11-25T15:00:00+00:00", None, True,
    )  # fmt: skip


def test_nobody_found_is_an_answer(client: FlaskClient) -> None:
    answer = as_documented(client, client.get("/api/v1/educators?last=quux"), "/educators")

    assert answer["found"] == []


def test_each_thing_has_an_address_of_its_own(client: FlaskClient, maria: Character) -> None:
    found = client.get(SEARCH).json["found"][0]
    code = found["certificates"][0]["verify"]
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()
    educator = as_documented(
        client, client.get(f"/api/v1/educators/{found['id']}"), "/educators/{id}"
    )
    certificate = as_documented(
        client, client.get(f"/api/v1/certificates/{typed}"), "/certificates/{code}"
    )
    districts = as_documented(client, client.get("/api/v1/districts"), "/districts")
    allowed = as_documented(client, client.get("/api/v1/endorsements"), "/endorsements")

    assert educator["educator"] == {
        name: found[name] for name in found if name not in ("how", "earlier")
    }
    assert certificate["certificate"] == found["certificates"][0]
    assert certificate["educator"]["last_name"] == "Rivera"
    assert len(districts["districts"]) > 100
    held = certificate["certificate"]["endorsements"][0]
    (known,) = [each for each in allowed["endorsements"] if each["code"] == held["code"]]
    assert known["title"] == held["title"] and known["sentence"].startswith("may ")


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/educators/{id}", "/api/v1/educators/0000"),
        ("/certificates/{code}", "/api/v1/certificates/0000"),
        ("/certificates/{code}", "/api/v1/nothing/here"),
    ],
)
def test_what_is_not_there_is_a_problem_of_its_own(
    client: FlaskClient, path: str, url: str
) -> None:
    answer = client.get(url)

    assert as_documented(client, answer, path)["type"].endswith("#problem-not-found")
    assert answer.status_code == 404 and answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("asked", "kind", "parameter"),
    [
        ("last=riv&sort=age", "unknown-parameter", "sort"),
        ("last=riv&last=ber", "wrong-parameter", "last"),
        ("", "missing-parameter", "last"),
        ("first=maria", "missing-parameter", "last"),
        ("last=r", "wrong-parameter", "last"),
        ("last=..", "wrong-parameter", "last"),
        (f"last={'r' * 101}", "wrong-parameter", "last"),
        ("ein=123", "wrong-parameter", "ein"),
        ("last=riv&district=atlantis", "wrong-parameter", "district"),
        ("last=riv&active=maybe", "wrong-parameter", "active"),
        ("last=riv&after=0000", "wrong-parameter", "after"),
        ("last=ri%00v", "unreadable", None),
    ],
)
def test_a_question_that_is_wrong_is_told_where(
    client: FlaskClient, asked: str, kind: str, parameter: str | None
) -> None:
    answer = client.get(f"/api/v1/educators?{asked}")
    told = as_documented(client, answer, "/educators")

    assert answer.status_code == 400 and told["type"] == f"/api/v1/#problem-{kind}"
    assert told.get("parameter") == parameter
    assert answer.headers["Cache-Control"] == "no-store" and told["detail"].endswith(".")


def test_a_list_is_read_page_by_page_and_each_is_seen_once(
    client: FlaskClient, people: People
) -> None:
    for number in range(60):
        people.record(f"Ana{number}", "Rivera", date(1980, 1, 1), "987654320")
    url, seen = "/api/v1/educators?last=riv&first=ana", []
    while url:
        answer = as_documented(client, client.get(url), "/educators")
        seen += [found["id"] for found in answer["found"]]
        url = (answer["next"] or "").removeprefix("http://127.0.0.1:5000")

    assert len(seen) == len(set(seen)) == 60


def test_forgiven_names_that_are_too_many_have_no_next_page(
    app: Flask, client: FlaskClient, people: People
) -> None:
    for _ in range(21):
        people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")
    answer = client.get("/api/v1/educators?last=rivara").json

    assert len(answer["found"]) == 20 and {one["how"] for one in answer["found"]} == {"similar"}
    assert answer["next"] is None and answer["searched_all"] is False


def test_a_number_is_told_to_whom_typed_it_only(
    client: FlaskClient, app: Flask, maria: Character
) -> None:
    with app.app_context():
        number = db.session.get_one(Educator, maria.educator_id).number
    by_number = client.get(f"/api/v1/educators?ein={number[:4]}-{number[4:]}").json

    assert number not in client.get(SEARCH).text
    assert by_number["found"][0]["last_name"] == "Rivera"
    assert number not in json.dumps(by_number["found"])


def test_no_more_is_told_than_the_list_of_fields(
    client: FlaskClient, app: Flask, desk: Desk, maria: Character
) -> None:
    educator = db.session.get_one(Educator, maria.educator_id)
    educator.district_code, educator.school_year = sorted(desk.regime.districts)[0], "2025–26"
    db.session.commit()
    found = client.get(SEARCH).json["found"]
    one = client.get(f"/api/v1/certificates/{found[0]['certificates'][0]['verify']}").json

    assert keys_in(found) == SHOWN
    assert keys_in([one["certificate"], one["educator"]]) <= SHOWN


def test_an_answer_is_kept_a_minute_and_never_beyond_midnight(
    client: FlaskClient, maria: Character, clock: Clock
) -> None:
    usual = client.get(SEARCH).headers["Cache-Control"]
    clock.set(datetime(2026, 11, 26, 4, 59, 48, 500_000, tzinfo=UTC))  # 11.5 s before midnight
    late = client.get(SEARCH).headers["Cache-Control"]

    assert (usual, late) == ("public, max-age=60", "public, max-age=11")


def test_what_has_not_changed_is_not_sent_again(
    client: FlaskClient, app: Flask, maria: Character, clock: Clock
) -> None:
    tag = client.get(SEARCH).headers["ETag"]
    clock.advance(minutes=5)
    again = client.get(SEARCH, headers={"If-None-Match": tag})
    with app.app_context():
        db.session.get_one(Certificate, maria.certificate_ids[0]).state = "revoked"
        db.session.commit()
    revoked = client.get(SEARCH, headers={"If-None-Match": tag})

    assert again.status_code == 304 and again.data == b"" and again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == "public, max-age=60"
    assert revoked.status_code == 200 and "revoked" in revoked.text


def test_words_and_tag_change_at_midnight_by_themselves(
    client: FlaskClient, desk: Desk, maria: Character, clock: Clock
) -> None:
    last = db.session.get_one(Certificate, maria.certificate_ids[0]).expires_on
    db.session.rollback()
    clock.instant, _ = desk.bounds(last + timedelta(days=1))
    clock.instant -= timedelta(seconds=1)
    before = client.get(SEARCH)
    clock.instant += timedelta(seconds=1)
    after = client.get(SEARCH, headers={"If-None-Match": before.headers["ETag"]})

    assert '"active"' in before.text and before.headers["Cache-Control"] == "public, max-age=1"
    assert after.status_code == 200 and '"expired"' in after.text


def test_any_site_may_read_and_no_cookie_is_set_or_asked_for(
    client: FlaskClient, maria: Character
) -> None:
    client.set_cookie("cecs_session", "of-someone")
    for url in (
        SEARCH,
        "/api/v1/nothing",
        "/api/v1/educators?last=r",
        "/api/v1/",
        "/api/v1/districts",
    ):
        answer = client.get(url)

        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", ""), url


def test_a_browser_may_ask_first(client: FlaskClient) -> None:
    answer = client.options("/api/v1/educators", headers={"Origin": "https://a.example"})

    assert (
        answer.status_code == 200 and "X-API-Key" in answer.headers["Access-Control-Allow-Headers"]
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_head_says_what_get_would(client: FlaskClient, maria: Character) -> None:
    got, head = client.get(SEARCH), client.head(SEARCH)

    assert head.status_code == 200 and head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_other_methods_are_refused_in_the_same_form(client: FlaskClient) -> None:
    answer = client.post("/api/v1/educators")

    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]
    assert answer.mimetype == "application/problem+json" and answer.json["status"] == 405


def test_an_address_has_its_budget_and_a_key_a_larger_one(client: FlaskClient, key: str) -> None:
    keyed = client.get(SEARCH, headers={"X-API-Key": key})
    left = [client.get(SEARCH).headers["X-RateLimit-Remaining"] for _ in range(120)]
    over = client.get(SEARCH)
    still = client.get(SEARCH, headers={"Authorization": f"Bearer {key}"})

    assert keyed.headers["X-RateLimit-Limit"] == "3000"
    assert (left[0], left[-1]) == ("119", "0")
    assert as_documented(client, over, "/educators")["status"] == 429
    assert int(over.headers["Retry-After"]) <= 60
    assert still.status_code == 200 and still.headers["X-RateLimit-Remaining"] == "2998"


def test_a_wrong_key_is_refused_and_counted(client: FlaskClient) -> None:
    answers = [client.get(SEARCH, headers={"X-API-Key": "guess"}) for _ in range(121)]

    assert as_documented(client, answers[0], "/educators")["status"] == 401
    assert answers[0].headers["WWW-Authenticate"] == "Bearer" and answers[-1].status_code == 429


def test_a_key_that_was_revoked_opens_nothing(app: Flask, client: FlaskClient, key: str) -> None:
    with app.app_context():
        found = api_keys.made()[0]
        api_keys.revoke(app.extensions["cecs_desk"], found.id, found.made_by_id)

    assert client.get(SEARCH, headers={"X-API-Key": key}).status_code == 401


def test_the_documentation_shows_every_address_field_and_problem(visitor: Visitor) -> None:
    page = visitor.get("/api/v1/")
    document = json.loads(visitor._browser.open("/api/v1/openapi.json", method="GET").text)

    assert page.h1 == "The lookup for programs" and "curl" in page.text
    for path, methods in {**document["paths"], **document["webhooks"]}.items():
        assert path in page.text
        for about in methods.values():
            assert all(each["description"] in page.text for each in about.get("parameters", ()))
    for name in document["components"]["schemas"]:
        assert page.soup.find(id=name) is not None
    assert page.soup.find(id="problem-too-many-requests") is not None
    links = {a["href"][1:] for a in page.soup.main.find_all("a") if a["href"].startswith("#")}
    contents = {a["href"][1:] for a in page.soup.find("nav", class_="contents").find_all("a")}
    sections = {each.get("id") for each in page.soup.main.find_all(["h2", "h3"])}
    assert all(page.soup.find(id=link) for link in links)
    assert contents == sections - {"contents"}


def test_the_statuses_of_the_document_are_those_of_the_law(client: FlaskClient) -> None:
    from cecs.domain.certificates import CertificateState

    document = client.get("/api/v1/openapi.json").json
    told = set(document["components"]["schemas"]["Certificate"]["properties"]["status"]["enum"])

    assert {state.value for state in CertificateState} <= told


def test_page_and_program_are_told_the_same(
    client: FlaskClient, desk: Desk, maria: Character
) -> None:
    told = client.get(SEARCH).json["found"][0]
    shown = looking.search(desk, Asked("rivera")).found[0]

    assert (told["id"], told["last_name"]) == (shown.public_id, shown.last_name)
    assert told["certificates"][0]["status"] == shown.certificates[0].standing.code


def test_only_staff_make_and_revoke_keys(
    visitor: Visitor, another_visitor: Visitor, people: People, client: FlaskClient, app: Flask
) -> None:
    another_visitor.sign_in(people.teacher())
    refused = (
        another_visitor.get("/bureau/api-keys"),
        another_visitor.post("/bureau/api-keys/1/revoke"),
    )
    visitor.sign_in(people.staff())
    with app.app_context():
        district = sorted(app.extensions["cecs_desk"].regime.districts)[0]
    wrong = visitor.post("/bureau/api-keys", {"district": district, "label": ""})
    made = visitor.post("/bureau/api-keys", {"district": district, "label": "payroll"})
    key, named_next = str(made.soup.find(id="made")["value"]), made.value("label")
    later = visitor.get("/bureau/api-keys")
    works = client.get(SEARCH, headers={"X-API-Key": key}).status_code
    visitor.post("/bureau/api-keys/1/revoke")

    assert [page.status for page in refused] == [404, 404] and wrong.status == 422
    assert made.response.headers["Cache-Control"] == "no-store"
    assert key not in later.html and "payroll" in later.text and named_next == ""
    assert works == 200 and client.get(SEARCH, headers={"X-API-Key": key}).status_code == 401
    assert visitor.post("/bureau/api-keys/1/revoke").status == 404
