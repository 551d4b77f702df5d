"""The lookup in a frame on a district's own site."""

import gzip
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask import Flask

from cecs.config import ROOT
from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.widgets import EmbedKey
from cecs.services import widgets
from tests.pages import Page, Visitor
from tests.people import People

ORIGINS = ["https://schools.example", "https://www.schools.example"]
HERE = "http://localhost/embed/hill"


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


def knows_nobody(page: Page) -> bool:
    """Whether the answer is the same for everyone: no cookie is set or was looked at."""
    headers = page.response.headers
    return "Set-Cookie" not in headers and "cookie" not in headers.get("Vary", "").lower()


def rules_in(page: Page) -> str:
    [style] = page.soup.find_all("style")
    return str(style.string)


def zipped(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def test_the_districts_own_sites_and_we_may_frame_it_and_no_other(
    visitor: Visitor, district: str
) -> None:
    answer = visitor.get("/embed/hill")

    assert policy(answer).endswith("frame-ancestors 'self' " + " ".join(ORIGINS))
    assert "X-Frame-Options" not in answer.response.headers


def test_what_it_loads_is_allowed_by_name_for_in_a_sandbox_there_is_no_self(
    app: Flask, visitor: Visitor, district: str
) -> None:
    home = app.extensions["cecs_desk"].settings.public_url
    for address in ("/embed/hill", "/embed/nobody"):
        said = policy(visitor.get(address)).split("; ")

        assert f"script-src 'self' {home}" in said
        assert {f"connect-src 'self' {home}", f"form-action 'self' {home}"} <= set(said)


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


def test_only_those_in_force_are_shown_if_so_asked(
    visitor: Visitor, people: People, district: str
) -> None:
    people.teacher(expires_in=timedelta(days=-1))
    everyone = visitor.get("/embed/hill?last_name=rivera&district=")
    active = visitor.get(f"/embed/hill?last_name=rivera&district={district}&active=y")
    link = active.soup.find("a", href=lambda to: "district=&" in to)

    assert "Maria Rivera" in everyone.text and "Nothing found" in active.text
    assert active.soup.find("input", id="active").has_attr("checked")
    assert "active=yes" in link["href"] and "Nothing found" in visitor.get(link["href"]).text


def test_who_is_not_found_in_the_district_is_asked_for_everywhere_by_one_link(
    visitor: Visitor, people: People, district: str
) -> None:
    people.teacher()
    here = visitor.get(f"/embed/hill?last_name=rivera&first_name=maria&district={district}&lang=es")
    link = here.soup.find("a", href=lambda to: "district=&" in to)
    everywhere = visitor.get(link["href"])
    nowhere = visitor.get("/embed/hill?last_name=nobody&district=")

    assert "Maria Rivera" in everywhere.text
    assert everywhere.value("first_name") == "maria" and everywhere.soup.html["lang"] == "es"
    assert "all districts" not in [a.get_text() for a in nowhere.soup.find_all("a")]


def test_it_sets_no_cookie_and_needs_none(visitor: Visitor, district: str) -> None:
    for url in (
        "/embed/hill", "/embed/hill?last_name=rivera", "/embed/hill?last_name=x",
        "/embed/nobody", f"/oembed?url={quote(HERE)}",
    ):  # fmt: skip
        answer = visitor.get(url)

        assert knows_nobody(answer), url
        assert "csrf" not in answer.html


def test_it_is_the_same_for_someone_who_is_signed_in(
    visitor: Visitor, people: People, district: str
) -> None:
    visitor.sign_in(people.teacher())
    answer = visitor.get("/embed/hill?last_name=rivera&district=")

    assert "Maria Rivera" in answer.text
    assert knows_nobody(answer)


def test_with_the_loader_it_is_three_requests_and_fifteen_kilobytes(
    app: Flask, visitor: Visitor, people: People, district: str
) -> None:
    """As it stands on the wire, without a proxy that makes it smaller; scripts go as they are."""
    client = app.test_client(use_cookies=False)
    for number in range(21):
        people.teacher(last=f"Rivera{number}", ssn=f"9876543{number:02}")
    for url in ("/embed/hill", "/embed/hill?last_name=rivera&district="):
        page = visitor.get(url)
        [script] = page.soup.find_all("script")
        sent = []
        for part in ("/static/embed.js", script["src"], url):
            with client.get(part, headers={"Accept-Encoding": "gzip, br"}) as answer:
                sent.append(answer.data + str(answer.headers).encode())
                whole = answer.data

        assert not page.soup.find_all(["img", "iframe", "object", "svg"])
        assert not page.soup.find_all("link", rel=["stylesheet", "preload"])
        assert "url(" not in rules_in(page) and "@import" not in rules_in(page)
        assert gzip.decompress(whole).decode() == page.html
        assert sum(map(len, sent)) < 15_000


def test_its_rules_stand_in_the_page_and_the_policy_allows_no_others(
    visitor: Visitor, district: str
) -> None:
    """That the digest is of these rules is looked at on every page."""
    for url in ("/embed/hill", "/embed/hill?last_name=r", "/embed/nobody"):
        page = visitor.get(url)
        [allowed] = [said for said in policy(page).split("; ") if said.startswith("style-src")]

        assert (
            rules_in(page) and allowed.startswith("style-src 'sha256-") and " " not in allowed[10:]
        )
        assert "unsafe" not in policy(page)


def test_a_page_from_before_an_update_still_finds_rules(app: Flask) -> None:
    old = "/embed/hill/style.css?v=12345678"
    with app.test_client().get(old, follow_redirects=True) as answer:
        assert answer.mimetype == "text/css" and b"--accent" in answer.data


def test_who_cannot_read_what_is_pressed_gets_it_plain(visitor: Visitor, district: str) -> None:
    for sent in ({}, {"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "br"}):
        headers = visitor.get("/embed/hill", headers=sent).response.headers

        assert "Content-Encoding" not in headers and headers["Vary"] == "Accept-Encoding"


def test_the_loader_stays_under_one_kilobyte() -> None:
    assert zipped((ROOT / "static" / "embed.js").read_bytes()) < 1024


def test_a_short_name_is_refused_in_the_frame_too(visitor: Visitor, district: str) -> None:
    answer = visitor.get("/embed/hill?last_name=r&district=")

    assert answer.status == 422
    assert "at least two letters" in answer.errors


def test_any_page_may_read_the_answer_but_not_as_anybody(visitor: Visitor, district: str) -> None:
    for url in ("/embed/hill?last_name=rivera", "/embed/hill?last_name=r", "/embed/nobody"):
        headers = visitor.get(url, headers={"Origin": "null"}).response.headers

        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers


def test_an_unknown_key_shows_the_way_to_the_lookup(visitor: Visitor) -> None:
    answer = visitor.get("/embed/nobody")

    assert answer.status == 404
    assert "not set up" in answer.h1
    assert answer.soup.find("a", href="http://localhost/lookup?lang=en", target="_blank")
    assert policy(answer).endswith("frame-ancestors *")


def test_a_revoked_key_answers_as_an_unknown_one(
    visitor: Visitor, people: People, desk: Desk, district: str
) -> None:
    dana = people.staff()
    unknown = visitor.get("/embed/nobody")
    widgets.revoke(desk, "hill", dana.id)
    revoked = visitor.get("/embed/hill")

    assert (revoked.status, revoked.html) == (404, unknown.html)


def test_too_many_questions_are_answered_in_the_frame(visitor: Visitor, district: str) -> None:
    for _ in range(60):
        visitor.get("/embed/hill")
    answer = visitor.get("/embed/hill")

    assert answer.status == 429
    assert policy(answer).endswith(" ".join(ORIGINS)) and knows_nobody(answer)
    assert answer.response.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.soup.find("a", href="http://localhost/lookup?lang=en", target="_blank")


def test_too_many_questions_under_an_unknown_key_are_answered_in_the_frame(
    visitor: Visitor, app: Flask
) -> None:
    for _ in range(60):
        visitor.get("/embed/nobody")
    answer = visitor.get("/embed/nobody")

    assert answer.status == 429
    assert policy(answer).endswith("frame-ancestors *") and knows_nobody(answer)


def test_its_budget_is_its_own(visitor: Visitor, district: str) -> None:
    for _ in range(61):
        visitor.get("/embed/hill")

    assert visitor.get("/lookup").status == 200
    assert visitor.get(f"/oembed?url={quote(HERE)}").status == 200


def test_its_colours_are_those_of_the_key(visitor: Visitor, desk: Desk, district: str) -> None:
    plain = rules_in(visitor.get("/embed/hill"))
    db.session.get_one(EmbedKey, "hill").accent = "#7a0019"
    db.session.commit()
    coloured = rules_in(visitor.get("/embed/hill"))

    assert "--accent: #7a0019" not in plain
    assert coloured.endswith(":root { --accent: #7a0019; --text: #1b1b1b; --background: #ffffff; }")


def test_the_key_has_a_language_and_the_reader_may_choose_the_other(
    visitor: Visitor, desk: Desk, district: str
) -> None:
    db.session.get_one(EmbedKey, "hill").language = "es"
    db.session.commit()
    spanish = visitor.get("/embed/hill?last_name=rivera")
    link = spanish.soup.find("a", hreflang="en")
    english = visitor.get("/embed/hill" + link["href"])

    assert spanish.soup.html["lang"] == "es" and spanish.value("lang") == "es"
    assert english.soup.html["lang"] == "en" and english.value("last_name") == "rivera"
    assert visitor.get("/embed/hill?lang=xx").soup.html["lang"] == "es"


def test_a_content_system_finds_how_to_show_it(visitor: Visitor, district: str) -> None:
    page = visitor.get("/embed/hill")
    link = page.soup.find("link", type="application/json+oembed")
    parts = urlsplit(link["href"])
    answer = visitor.get(f"{parts.path}?{parts.query}&maxwidth=400").response
    said = answer.get_json()

    assert parse_qs(parts.query) == {"url": [HERE], "format": ["json"]}
    assert (said["version"], said["type"], said["width"], said["height"]) == (
        "1.0",
        "rich",
        400,
        700,
    )
    assert f'<iframe src="{HERE}" title="Look up an educator" width="400"' in said["html"]
    assert said["html"].startswith('<blockquote><a href="http://localhost/lookup?')
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"url={quote(HERE + '?last_name=x#top')}", 200),
        (f"url={quote(HERE)}&maxheight=-5&maxwidth=wide", 200),
        (f"url={quote('https://localhost/embed/hill')}", 200),
        (f"url={quote(HERE)}&format=xml", 501),
        ("url=http://localhost/embed/nobody", 404),
        ("url=http://localhost/embed/", 404),
        ("url=http://elsewhere.example/embed/hill", 404),
        ("url=http://localhost/lookup", 404),
        ("", 404),
    ],
)
def test_only_the_address_of_a_widget_can_be_shown(
    visitor: Visitor, district: str, query: str, status: int
) -> None:
    assert visitor.get(f"/oembed?{query}").status == status


def test_a_widget_in_a_district_that_left_the_table_still_answers(
    visitor: Visitor, people: People, desk: Desk, district: str
) -> None:
    maria = people.teacher()
    db.session.get_one(EmbedKey, "hill").district_code = "gone"
    db.session.commit()

    assert db.session.get_one(Educator, maria.educator_id).last_name == "Rivera"
    assert visitor.get("/embed/hill").status == 200
    assert "Maria Rivera" in visitor.get("/embed/hill?last_name=rivera&district=").text
