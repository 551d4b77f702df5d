"""What is written once and kept: entries of the lookup, and the page around them."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, request
from markupsafe import Markup

from cecs.blanks import Blank
from cecs.desk import Desk
from cecs.extensions import db
from cecs.gateways import reader
from cecs.gateways.entry_writer import FORMS, EntryWriter
from cecs.models.educators import Educator
from cecs.models.lookup import LookupEntry
from cecs.services import lookup
from cecs.services.lookup import Asked
from tests.pages import Visitor
from tests.people import Character, People


def test_a_blank_is_printed_once_and_its_gaps_hold_what_is_typed() -> None:
    printed = []

    def render(name: str, note: str) -> str:
        printed.append(name)
        return f"<p>100 % {name}: {note} {name}</p>"

    blank = Blank(render, ("name", "note"))
    first = blank.filled(name="<b>%s</b>", note=Markup("<i>so</i>"))
    second = blank.filled(name="Ana", note="%(name)s")

    assert first == "<p>100 % &lt;b&gt;%s&lt;/b&gt;: <i>so</i> &lt;b&gt;%s&lt;/b&gt;</p>"
    assert second == "<p>100 % Ana: %(name)s Ana</p>" and len(printed) == 1


def test_who_types_after_another_sees_nothing_of_theirs(
    visitor: Visitor, another_visitor: Visitor, maria: Character
) -> None:
    visitor.get("/lookup?last_name=rivera&first_name=maria&lang=en")
    other = another_visitor.get('/lookup?last_name=zz"><script>')
    without = another_visitor.get("/lookup?last_name=rivera")
    alone = another_visitor.get("/lookup")

    assert "“rivera”" in without.text and "first name beginning" not in without.text
    assert "maria" not in other.html.lower() and "<script>zz" not in other.html
    assert other.soup.find(id="last_name")["value"] == 'zz"><script>'
    assert alone.soup.find(id="last_name")["value"] == "" and alone.soup.find(id="answer") is None


@pytest.mark.parametrize("address", ["/lookup?", "/lookup?last_name=rivera&"])
@pytest.mark.parametrize("sent", ["false", "planted", ""])
def test_the_box_that_another_ticked_means_what_it_says_for_the_next(
    visitor: Visitor, another_visitor: Visitor, maria: Character, address: str, sent: str
) -> None:
    visitor.get(f"{address}active={sent}")
    box = another_visitor.get(address).soup.find(id="active")
    ticked = another_visitor.get(f"{address}active={box['value']}").soup.find(id="active")

    assert box["value"] == "y" and not box.has_attr("checked")
    assert ticked["value"] == "y" and ticked.has_attr("checked")


def test_who_is_signed_in_keeps_the_own_header(
    visitor: Visitor, another_visitor: Visitor, maria: Character
) -> None:
    another_visitor.get("/lookup?last_name=rivera")
    visitor.sign_in(maria)
    own = visitor.get("/lookup?last_name=rivera")
    others = another_visitor.get("/lookup?last_name=rivera")

    assert "Sign out" in own.text and "Rivera" in own.text
    assert "Sign out" not in others.text and "Login to the" in others.text


def test_what_lies_finished_is_what_would_be_written_now(desk: Desk, maria: Character) -> None:
    row = lookup.find(desk, Asked("Rivera")).rows[0]
    known, today = lookup.known(desk, row), desk.today()
    entry = db.session.scalars(sa.select(LookupEntry)).one()

    assert entry.listed == desk.writer.listed("json", row.public_id, known, today)
    assert entry.page == desk.writer.listed("en", row.public_id, known, today)
    assert entry.edition == desk.writer.edition


@pytest.mark.parametrize("form", FORMS)
def test_words_of_another_edition_are_written_anew_as_they_are_read(
    desk: Desk, maria: Character, form: str
) -> None:
    answer = lookup.find(desk, Asked("Rivera"), form)
    wanted = lookup.told(desk, answer)[0][1]
    db.session.execute(
        sa.update(LookupEntry).values(edition="older", listed=b"old words", page=b"old words")
    )
    db.session.commit()
    now = lookup.told(desk, lookup.find(desk, Asked("Rivera"), form))[0][1]

    assert now == wanted and b"Rivera" in now
    assert lookup.find(desk, Asked("Rivera"), form).rows[0].words != wanted


def test_a_name_is_never_taken_for_a_tag(desk: Desk, maria: Character, visitor: Visitor) -> None:
    educator = db.session.get_one(Educator, maria.educator_id)
    educator.first_name, educator.last_name = "<i>Ana</i> 100 %", "Rivera & 'Co'"
    db.session.commit()
    found = visitor.get("/lookup?last_name=rivera").soup.find(class_="lookup-found")

    assert found.h3.text == "<i>Ana</i> 100 % Rivera & 'Co'" and found.i is None


def test_a_change_of_any_word_is_another_edition(app: Flask, tmp_path: Path) -> None:
    desk: Desk = app.extensions["cecs_desk"]
    package = tmp_path / "cecs"
    law = desk.settings.regime_folder
    for folder in ("domain", "translations"):
        (package / folder).mkdir(parents=True)
    for rules in ("lookup.py", "certificates.py"):
        (package / "domain" / rules).write_text("")
    template = tmp_path / "templates" / "lookup" / "educator.html"
    template.parent.mkdir(parents=True)
    (template.parent / "certificate.html").write_text("{{ title }}")
    (tmp_path / "templates" / "macros").mkdir()
    (tmp_path / "templates" / "macros" / "show.html").write_text("")

    def edition(words: str) -> str:
        template.write_text(words)
        return EntryWriter(desk.regime, law, package).edition

    assert edition("<h3>{{ last_name }}") == edition("<h3>{{ last_name }}")
    assert edition("<h3>{{ last_name }}") != edition("<h4>{{ last_name }}")


@pytest.fixture
def asked_of_flask(app: Flask) -> list[str]:
    """The addresses that were not answered before Flask."""
    seen: list[str] = []
    app.before_request(lambda: seen.append(request.full_path))
    return seen


@pytest.mark.parametrize(
    "question",
    [
        "last_name=rivera",
        "last_name=Ri&first_name=mar&number=&district=",
        "last_name=rivera&lang=es",
        "last_name=%22%3E%3Cb%3E+riv",
        "last_name=rivara",
        "last_name=rivara&lang=es",
        "last_name=nobody",
    ],
)
def test_a_visitor_is_answered_alike_by_flask_and_before_it(
    app: Flask, maria: Character, asked_of_flask: list[str], question: str
) -> None:
    first, second = (app.test_client().get(f"/lookup?{question}") for _ in range(2))
    counted = "X-RateLimit-Remaining"

    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert int(first.headers[counted]) == int(second.headers[counted]) + 1
    varies = [{each.strip() for each in one.headers["Vary"].split(",")} for one in (first, second)]
    assert varies[0] == varies[1]
    unlike = {counted, "Vary", "X-RateLimit-Reset"}
    kept = [{k: v for k, v in one.headers if k not in unlike} for one in (first, second)]
    assert kept[0] == kept[1]
    assert len(asked_of_flask) == 1


@pytest.mark.parametrize(
    ("question", "headers"),
    [
        ("last_name=rivera", {"HX-Request": "true"}),
        ("last_name=rivera&number=123", {}),
        ("last_name=rivera&active=yes", {}),
        ("last_name=rivera&district=0640011&endorsement=305", {}),
        ("last_name=rivera&last_name=other", {}),
        ("last_name=r", {}),
        (f"last_name=rivera&after={'a' * 251}", {}),
        ("last_name=rivera&lang=xx", {}),
        ("", {}),
    ],
)
def test_what_is_unusual_is_left_to_flask(
    app: Flask,
    maria: Character,
    asked_of_flask: list[str],
    question: str,
    headers: dict[str, str],
) -> None:
    app.test_client().get("/lookup?last_name=rivera")
    asked_of_flask.clear()
    app.test_client().get(f"/lookup?{question}", headers=headers)

    assert len(asked_of_flask) == 1


def test_a_budget_holds_whoever_answers(
    app: Flask, maria: Character, asked_of_flask: list[str]
) -> None:
    client = app.test_client()
    statuses = [client.get("/lookup?last_name=rivera").status_code for _ in range(201)]
    last = client.get("/lookup?last_name=rivera")

    assert statuses[:200] == [200] * 200 and len(asked_of_flask) == 3
    assert "two words" in last.text and "Maria" not in last.text


def test_who_has_a_cookie_or_sends_no_text_is_left_to_flask(
    app: Flask, maria: Character, asked_of_flask: list[str]
) -> None:
    client = app.test_client()
    client.get("/lookup?last_name=rivera")
    client.set_cookie("cecs_session", "of-someone")
    client.get("/lookup?last_name=rivera")

    assert len(asked_of_flask) == 2
    assert app.test_client().get("/lookup?last_name=ri%00vera").status_code == 400


def test_the_question_is_repeated_without_what_nobody_typed(
    visitor: Visitor, maria: Character
) -> None:
    alone = visitor.get("/lookup?last_name=rivera").soup.find(id="answer").parent
    both = visitor.get("/lookup?last_name=rivera&first_name=ma").soup.find(id="answer").parent

    assert "“rivera”" in alone.p.text and "first name" not in alone.p.text
    assert "first name beginning with “ma”" in both.p.text


def test_an_accent_may_stand_in_the_address_as_it_is(app: Flask, people: People) -> None:
    people.record("José", "Peña", date(1980, 1, 1), "987654321")
    client, bare = app.test_client(), "Peña".encode().decode("latin-1")
    client.get("/lookup?last_name=Pe")
    asked = client.get("/api/v1/educators", environ_overrides={
        "QUERY_STRING": f"last={bare}"
    })  # fmt: skip
    page = client.get("/lookup", environ_overrides={"QUERY_STRING": f"last_name={bare}"})

    assert asked.json and asked.json["asked"] == {"last": "Peña"}
    assert [each["how"] for each in asked.json["found"]] == ["as_typed"]
    assert "“Peña”" in page.text and "lookup-found" in page.text


def test_what_is_no_text_is_taken_alike_by_flask_and_before_it(
    app: Flask, maria: Character, asked_of_flask: list[str]
) -> None:
    client = app.test_client()
    client.get("/lookup?last_name=ri")
    client.get("/lookup?last_name=ri%ED%A0%80")
    client.get("/api/v1/educators?last=ri%FF")

    assert len(asked_of_flask) == 3


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_found_is_told_in_each_language(visitor: Visitor, language: str) -> None:
    answer = visitor.get(f"/lookup?last_name=nobody&lang={language}")

    assert answer.status == 200 and answer.soup.find(class_="lookup-found") is None


def test_who_is_refused_has_nobody_looked_up_and_is_counted_once(
    app: Flask, desk: Desk, maria: Character, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, read = app.test_client(), []
    for _ in range(200):
        client.get("/lookup?last_name=rivera")
    monkeypatch.setattr(desk.reader, "rows", lambda *asked: read.append(asked) or [])
    refused = [client.get("/lookup?last_name=rivera").status_code for _ in range(101)]

    assert refused == [200] * 100 + [429] and read == []


def test_all_addresses_that_one_visitor_has_share_a_budget(app: Flask, maria: Character) -> None:
    def left(address: str) -> int:
        question, place = "/lookup?last_name=rivera", {"REMOTE_ADDR": address}
        answer = app.test_client().get(question, environ_overrides=place)
        return int(answer.headers["X-RateLimit-Remaining"])

    addresses = ("2600:1:2:3::1", "2600:1:2:3:ffff::2", "2600:1:2:4::1", "::ffff:198.51.100.7")
    assert [left(each) for each in addresses] == [199, 198, 199, 199]
    assert left("198.51.100.7") == 198 and left("198.51.100.8") == 199
    # A proxy may hand on the port, too, which is another one for each connection.
    assert left("198.51.100.7:4711") == 197 and left("[2600:1:2:3::9]:80") == 197


def test_endless_statements_are_not_all_kept() -> None:
    for id in range(2000):
        reader._for_psycopg(f"SELECT 1 FROM lookup_entry WHERE educator_id IN ({id}) AND x = :x")

    assert reader._for_psycopg.cache_info().currsize <= 1000
