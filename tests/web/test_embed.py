"""The lookup in a frame on a district's own site."""

import pytest
from flask import Flask

from cecs.config import ROOT
from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.applications import EmbedKey
from tests.pages import Page, Visitor
from tests.people import People

ORIGINS = ["https://schools.example", "https://www.schools.example"]


@pytest.fixture
def district(app: Flask) -> str:
    """A district that may show the lookup under the key "hill"."""
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        key = sorted(desk.regime.districts)[0]
        db.session.add(EmbedKey(key="hill", district_code=key, origins=ORIGINS))
        db.session.commit()
        return key


def policy(page: Page) -> str:
    return str(page.response.headers["Content-Security-Policy"])


def sets_no_cookie(page: Page) -> bool:
    return "Set-Cookie" not in page.response.headers


def test_the_districts_own_sites_may_frame_it_and_no_other(visitor: Visitor, district: str) -> None:
    answer = visitor.get("/embed/hill")

    assert policy(answer).endswith("frame-ancestors " + " ".join(ORIGINS))
    assert "X-Frame-Options" not in answer.response.headers


def test_every_other_page_may_not_be_framed(visitor: Visitor) -> None:
    assert policy(visitor.get("/lookup")).endswith("frame-ancestors 'none'")


def test_the_district_is_chosen_already_and_may_be_left_out(
    visitor: Visitor, people: People, district: str
) -> None:
    people.teacher()
    form = visitor.get("/embed/hill")
    here = visitor.get(f"/embed/hill?last_name=rivera&district={district}")
    anywhere = visitor.get("/embed/hill?last_name=rivera&district=")

    assert form.soup.find("option", selected=True)["value"] == district
    assert "Nothing found" in here.text
    assert "Maria Rivera" in anywhere.text and "Active" in anywhere.text


def test_it_sets_no_cookie_and_runs_no_script(visitor: Visitor, district: str) -> None:
    for url in ("/embed/hill", "/embed/hill?last_name=rivera", "/embed/hill?last_name=x"):
        answer = visitor.get(url)

        assert sets_no_cookie(answer)
        assert not answer.soup.find_all("script") and "csrf" not in answer.html


def test_it_sets_no_cookie_for_someone_who_is_signed_in(
    visitor: Visitor, people: People, district: str
) -> None:
    visitor.sign_in(people.teacher())
    answer = visitor.get("/embed/hill?last_name=rivera&district=")

    assert "Maria Rivera" in answer.text
    assert sets_no_cookie(answer)


def test_page_and_style_stay_under_fifteen_kilobytes(visitor: Visitor, district: str) -> None:
    page = visitor.get("/embed/hill")
    style = (ROOT / "static" / "embed.css").read_bytes()

    assert len(page.response.data) + len(style) < 15_000


def test_a_short_name_is_refused_in_the_frame_too(visitor: Visitor, district: str) -> None:
    answer = visitor.get("/embed/hill?last_name=r")

    assert answer.status == 422
    assert "at least two letters" in answer.errors


def test_an_unknown_key_shows_the_way_to_the_lookup(visitor: Visitor) -> None:
    answer = visitor.get("/embed/nobody")

    assert answer.status == 404
    assert "not set up" in answer.h1
    assert answer.soup.find("a", href=lambda to: to.endswith("/lookup"))
    assert sets_no_cookie(answer)


def test_too_many_questions_are_answered_in_the_frame(visitor: Visitor, district: str) -> None:
    for _ in range(60):
        visitor.get("/embed/hill")
    answer = visitor.get("/embed/hill")

    assert answer.status == 429
    assert policy(answer).endswith(" ".join(ORIGINS)) and sets_no_cookie(answer)
