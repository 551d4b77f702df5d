"""What every answer says to the browser about trust and keeping, and that it says it once."""

from collections import Counter

import pytest
from flask import Flask

from tests.people import Character

ALWAYS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
}


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/lookup",
        "/lookup?last_name=rivera",
        "/nowhere",
        "/educator/",
        "/static/embed.css",
        "/embed/unknown",
        "/api/v1/",
        "/api/v1/educators?last=rivera",
        "/api/v1/educators?lastname=rivera",
        "/api/v1/educators/unknown",
        "/api/v1/districts",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_every_answer_says_whom_to_trust_and_says_it_once(
    app: Flask, maria: Character, method: str, url: str
) -> None:
    with app.test_client().open(url, method=method) as answer:
        said = Counter(name.lower() for name, _ in answer.headers if name != "Set-Cookie")

    assert set(said) >= ALWAYS
    assert set(said.values()) == {1}


def test_a_page_varies_by_what_it_depends_on(app: Flask) -> None:
    answer = app.test_client().get("/lookup")

    assert set(answer.vary) >= {"HX-Request", "HX-Boosted", "Cookie"}


def test_an_answer_for_programs_varies_by_no_cookie(app: Flask, maria: Character) -> None:
    client = app.test_client()
    for url in ("/api/v1/educators?last=rivera", "/api/v1/districts"):
        answer = client.get(url, headers={"Cookie": "cecs_session=any"})

        assert "Cookie" not in answer.vary and "Set-Cookie" not in answer.headers


def test_a_broken_cookie_is_as_good_as_none(app: Flask) -> None:
    answer = app.test_client().get("/help", headers={"Cookie": "cecs_session=forged"})

    assert answer.status_code == 200
