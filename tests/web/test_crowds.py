"""A crowd at many addresses: who asks a few times is answered all the same."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cecs.extensions import db
from cecs.models.widgets import EmbedKey
from cecs.web import budgets, embed
from cecs.web.desk import desk
from tests.people import Character

API, PAGE = "/api/v1/educators?last=rivera", "/lookup?last_name=rivera"
FRAME = "/embed/hill?last_name=rivera"
PARENT, GREEDY = "203.0.113.7", "203.0.113.8"


@pytest.fixture
def client(app: Flask, maria: Character, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Someone without a cookie, where twenty requests together are many, and three are few."""
    monkeypatch.setattr(budgets, "EVERYONE", "20/minute")
    monkeypatch.setattr(budgets, "IN_A_CROWD", "3/minute")
    return app.test_client(use_cookies=False)


def ask(client: FlaskClient, url: str, address: str) -> TestResponse:
    return client.get(url, environ_base={"REMOTE_ADDR": address})


def crowd(client: FlaskClient, url: str) -> None:
    """As many as may ask together, each from an address of its own."""
    for number in range(20):
        assert ask(client, url, f"198.51.100.{number}").status_code == 200


def test_a_program_that_asks_a_few_times_is_answered_in_a_crowd(client: FlaskClient) -> None:
    crowd(client, API)
    answers = [ask(client, API, PARENT) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["X-RateLimit-Limit"] == "3"
    assert answers[0].headers["X-RateLimit-Remaining"] == "2"
    assert ask(client, API, GREEDY).status_code == 200


def test_a_parent_is_answered_in_a_crowd_and_types_two_words_only_after_a_few_searches(
    client: FlaskClient,
) -> None:
    crowd(client, PAGE)
    answers = [ask(client, PAGE, PARENT) for _ in range(4)]

    assert ["Maria" in answer.text for answer in answers] == [True, True, True, False]
    assert "two words" in answers[-1].text
    assert "Maria" in ask(client, PAGE, GREEDY).text


def test_the_crowd_of_the_pages_takes_nothing_from_programs(client: FlaskClient) -> None:
    crowd(client, PAGE)

    assert int(ask(client, API, PARENT).headers["X-RateLimit-Remaining"]) == 19


def test_where_nobody_crowds_an_address_has_its_whole_budget(client: FlaskClient) -> None:
    answers = [ask(client, API, PARENT) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}


def at_the_frame(app: Flask, crowd: int) -> None:
    """A district's frame, and as many as have asked there this minute."""
    with app.app_context():
        db.session.add(EmbedKey(key="hill", district_code="1", origins=["https://a.example"]))
        db.session.commit()
        for _ in range(crowd):
            budgets.tightest(desk(), (embed.TOGETHER, "all of hill widget"))


def test_a_crowd_at_a_districts_frame_shuts_out_nobody_who_asks_there_a_few_times(
    app: Flask, client: FlaskClient
) -> None:
    at_the_frame(app, crowd=1200)
    answers = [ask(client, FRAME, PARENT) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Maria" in ask(client, FRAME, GREEDY).text


def test_a_key_that_a_stranger_makes_up_takes_little_memory(
    app: Flask, client: FlaskClient
) -> None:
    ask(client, f"/embed/{'x' * 50_000}", PARENT)
    with app.app_context():
        counted = desk().counters._counts

    assert max(map(len, counted)) < 200


@pytest.mark.parametrize("url", [API, PAGE])
def test_who_has_many_addresses_of_one_site_spends_them_together(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(budgets, "SITE", "5/minute")
    answers = [ask(client, url, f"2600:1:2:{number}::1") for number in range(6)]

    assert ["Maria" in answer.text for answer in answers] == [True] * 5 + [False]
    assert "Maria" in ask(client, url, "2600:1:3::1").text
    assert "Maria" in ask(client, url, PARENT).text


def test_who_asks_on_after_being_refused_does_not_make_it_crowded_for_others(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "ADDRESS", "5/minute")
    answers = [ask(client, API, GREEDY) for _ in range(30)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 25
    assert ask(client, API, PARENT).headers["X-RateLimit-Limit"] == "5"


def test_who_has_many_addresses_of_one_site_has_no_whole_budget_for_each(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "TIMES", 1)
    answers = [ask(client, "/oembed", f"2600:1:2:{number}::1") for number in range(61)]

    assert [answer.status_code for answer in answers] == [404] * 60 + [429]
    assert ask(client, "/oembed", "2600:1:3::1").status_code == 404


def test_a_site_has_ten_times_the_budget_of_an_address() -> None:
    assert budgets._times("60/minute;3000/day", 10) == "600/minute;30000/day"
    assert budgets._times("200/10minutes", 10) == "2000/10minutes"
