"""A district's clerk checks a list of educators on a page."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from cecs.domain.shares import shares
from cecs.extensions import db
from cecs.models.api_keys import ApiKey
from cecs.services import bulk_checks
from cecs.web import lists
from cecs.web.forms.lists import MOST
from tests.conftest import Clock
from tests.pages import Page, Visitor
from tests.people import Character, People

URL = "/lookup/list"
LIST = "last,first\nRivera,Maria\nBerg,Ana\nQuux,Al\nX,\n"


@pytest.fixture
def registry(maria: Character, people: People) -> None:
    """Maria Rivera with a certificate, two Ana Bergs, Ben Zu without a certificate."""
    people.record("Ana", "Berg", date(1980, 1, 1), "987654321")
    people.record("Ana", "Berg", date(1981, 1, 1), "987654322")
    people.record("Ben", "Zu", date(1982, 1, 1), "987654323")


def file_of(content: str | bytes) -> FileStorage:
    read = content.encode() if isinstance(content, str) else content
    return FileStorage(io.BytesIO(read), "list.csv")


def sends(visitor: Visitor, url: str = URL, **fields: Any) -> Page:
    visitor.get(url)
    return visitor.post(url, fields, content_type="multipart/form-data")


def sends_much(app: Flask, **fields: Any) -> Page:
    """The same, made in memory: the test client would leave a file behind."""
    client = app.test_client()
    token = Page(client.get(URL), URL).value("csrf_token")
    boundary, body = encode_multipart({"csrf_token": token} | fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return Page(client.post(URL, data=body, content_type=kind), URL)


def counts(page: Page) -> list[int]:
    """Found once, several, none, not answered."""
    rows = page.soup.find("caption", string=lambda s: s).parent.tbody.find_all("tr")
    return [int(row.td.text) for row in rows]


def table(page: Page, label: str) -> list[str]:
    """The rows of a table of the page, as words."""
    found = page.soup.find(attrs={"aria-label": label})
    rows = found.tbody.find_all("tr") if found else []
    return [" ".join(row.get_text(" ").split()) for row in rows]


def fields_of(page: Page, button: str) -> dict[str, str]:
    """What the form of a button sends, as it stands there."""
    form = page.soup.find("button", string=button).find_parent("form")
    named = form.find_all(["input", "textarea"], attrs={"name": True})
    return {each["name"]: each.get("value", "") or each.get_text() for each in named}


def rows_of(answer: Page) -> list[dict[str, str]]:
    assert answer.response.mimetype == "text/csv", answer.errors
    text = answer.response.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_lookup_leads_to_the_list_in_both_languages(visitor: Visitor) -> None:
    for language, words in (("en", "Check a list of educators"), ("es", "Verificar una lista")):
        link = visitor.get(f"/lookup?lang={language}").soup.find("a", href=lambda to: URL in to)
        page = visitor.get(link["href"])

        assert page.h1.startswith(words) and page.soup.html["lang"] == language
        assert page.soup.find(id="key")["autocomplete"] == "off"


@pytest.mark.parametrize("way", ["file", "lines"])
def test_a_list_is_told_as_a_bar_a_table_and_what_needs_a_look_first(
    visitor: Visitor, registry: None, key: str, way: str
) -> None:
    sent: dict[str, Any] = {way: file_of(LIST) if way == "file" else LIST}
    page = sends(visitor, key=key, **sent)
    look = table(page, "Lines that need a look")

    assert page.h1 == "Answers to your list" and counts(page) == [1, 1, 1, 1]
    assert len(page.soup.find(class_="shares").svg.find_all("rect")) == 4
    assert [row.split()[0] for row in look] == ["3", "2", "4"]
    assert "Nobody fits" in look[0] and "at least two letters" in look[2]
    assert "Fitting: 2" in look[1] and "first_name=Ana" in page.html
    assert table(page, "Found once") == ["1 Rivera, Maria Maria Rivera In force"]
    assert page.response.headers["Cache-Control"] == "no-store"


def test_who_was_found_without_a_certificate_in_force_or_otherwise_comes_first(
    visitor: Visitor, registry: None, key: str
) -> None:
    page = sends(visitor, key=key, lines="last,first\nRivera,Maria\nRivara,Maria\nZu,B\n")

    assert [row[0] for row in table(page, "Found once")] == ["3", "2", "1"]
    assert "without a certificate in force: 1" in page.text
    assert "only begins like" in page.text and "one typing error" in page.text
    assert page.soup.find("details").has_attr("open")


def test_a_number_that_nobody_has_is_not_called_a_name(
    visitor: Visitor, registry: None, key: str
) -> None:
    page = sends(visitor, key=key, lines="ein\n9999999999\n")
    (row,) = table(page, "Lines that need a look")

    assert "Nobody has this number" in row and "name" not in row


def test_a_line_with_a_district_in_which_nobody_fits_is_told_that_it_may_be_the_district(
    visitor: Visitor, registry: None, key: str
) -> None:
    district = "Kent School District"
    answer = sends(visitor, key=key, lines=f"last,first,district\nRivera,Maria,{district}\n")

    assert "another district or none reported" in answer.text


def test_all_answers_are_downloaded_without_sending_list_or_key_again(
    visitor: Visitor, registry: None, key: str
) -> None:
    page = sends(visitor, key=key, file=file_of(LIST.replace("Quux", "=Quux")))
    sent = fields_of(page, "Download all answers as CSV")
    answer = visitor.post(URL, sent, content_type="multipart/form-data")
    rows = rows_of(answer)

    assert key not in page.html and key not in str(sent)
    assert [row["Answer"] for row in rows] == [
        "Found once", "Several fit", "Nobody fits", "Not answered",
    ]  # fmt: skip
    assert rows[0]["In force"] == "yes" and rows[0]["Last name found"] == "Rivera"
    assert rows[2]["Last name"] == "'=Quux" and "at least two letters" in rows[3]["What to do"]
    assert 'attachment; filename="answers.csv"' in answer.response.headers["Content-Disposition"]
    assert answer.response.headers["Cache-Control"] == "no-store"


def test_what_lets_one_download_serves_for_that_list_and_an_hour_only(
    visitor: Visitor, registry: None, key: str, clock: Clock, app: Flask
) -> None:
    page = sends(visitor, key=key, lines=LIST)
    sent = fields_of(page, "Download all answers as CSV")
    other = visitor.post(URL, sent | {"lines": "last\nZu\n"})
    forged = visitor.post(URL, sent | {"carried": "x"})
    clock.advance(minutes=59)
    in_time = visitor.post(URL, sent)
    clock.advance(minutes=2)
    late = visitor.post(URL, sent)

    assert [other.status, forged.status, in_time.status, late.status] == [422, 422, 200, 422]
    assert "too long ago" in late.errors and "Quux" in late.value("lines")
    clock.advance(minutes=-30)
    with app.app_context():
        db.session.query(ApiKey).one().revoked_at = clock()
        db.session.commit()
    assert visitor.post(URL, sent).status == 422


def test_lines_without_an_answer_stand_ready_to_be_sent_again(
    visitor: Visitor, registry: None, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_checks.check, "__defaults__", (-1,))
    late = sends(visitor, key=key, lines=LIST)
    monkeypatch.undo()
    sent = fields_of(late, "Check these lines")
    again = visitor.post(URL, sent | {"key": key})

    assert counts(late) == [0, 0, 0, 4] and "no time left" in late.text
    assert sent["key"] == "" and sent["lines"].strip().startswith("last,first,ein,district\nRivera")
    assert counts(again) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"lines": ""}, "lines", "Choose a file, or paste"),
        ({"lines": "last,first\n"}, "lines", "no line in it"),
        ({"file": file_of("last\n")}, "file", "no line in it"),
        ({"file": file_of(b"PK\x03\x04\0\0")}, "file", "save it as CSV"),
        ({"file": file_of("last\nZu\n"), "lines": "last\nZu\n"}, "file", "not both"),
        ({"lines": "last\n" + "Zu\n" * 5001}, "lines", "at most 5000"),
        ({"lines": "last\nZu\n", "key": ""}, "key", "Enter the key"),
        ({"lines": "last\nZu\n", "key": "guess"}, "key", "not known"),
    ],
    ids=["nothing", "header", "empty", "xlsx", "both", "lines", "no-key", "wrong-key"],
)
def test_each_fault_stands_at_its_field(
    visitor: Visitor, key: str, fields: dict[str, Any], field: str, words: str
) -> None:
    page = sends(visitor, **{"key": key} | fields)

    assert page.status == 422 and words in page.errors
    assert words in page.soup.find(id=f"{field}-error").text
    assert page.soup.find(id=field)["aria-invalid"] == "true"
    assert page.value("key") == "" and key not in page.html


def test_all_faults_are_told_at_once_and_what_was_sent_is_kept_but_the_key(
    visitor: Visitor, key: str
) -> None:
    both = sends(visitor, key="secret-guess", lines=" ")
    pasted = sends(visitor, key="secret-guess", lines="last\nZu\n")
    chosen = sends(visitor, key="secret-guess", file=file_of("last\nPeña\n".encode("cp1252")))

    assert "not known" in both.errors and "paste lines" in both.errors
    assert pasted.value("lines").strip() == "last\nZu"
    assert chosen.value("lines").strip() == "last\nPeña"
    assert "you need not choose it again" in chosen.text and "need not" not in pasted.text
    assert "secret-guess" not in both.html + pasted.html + chosen.html


def test_what_is_far_too_large_is_told_at_the_file(app: Flask, key: str) -> None:
    page = sends_much(app, key=key, file=file_of(b"x" * 2_000_001))

    pasted = sends_much(app, key=key, lines="x" * (MOST + 1))

    assert page.status == 413 and "too large" in page.soup.find(id="file-error").text
    assert pasted.status == 422 and "too large" in pasted.soup.find(id="lines-error").text


def test_the_largest_list_is_taken_and_carried(app: Flask, key: str) -> None:
    rows = "".join(f"Q{n:04},,,,,{'x' * 185}\n" for n in range(4999))
    page = sends_much(app, key=key, file=file_of(f"last,first\n{rows}"))
    sent = fields_of(page, "Download all answers as CSV")
    del sent["csrf_token"]
    answer = sends_much(app, **sent)

    assert counts(page) == [0, 0, 4999, 0]
    assert len(table(page, "Lines that need a look")) == lists.SHOWN
    assert "Shown here: 200 of 4999" in page.text
    assert len(page.html) - len(sent["lines"]) < 200_000
    assert len(rows_of(answer)) == 4999


def test_page_and_programs_share_the_budget_of_a_key(
    app: Flask, visitor: Visitor, registry: None, key: str
) -> None:
    client = app.test_client()
    for _ in range(59):
        client.post(
            "/api/v1/checks", data="last\nZu\n", content_type="text/csv",
            headers={"X-API-Key": key},
        )  # fmt: skip
    last, over = (sends(visitor, key=key, lines="last\nZu\n") for _ in range(2))

    assert (last.status, over.status) == (200, 429)
    assert "as many lists" in over.errors and over.value("lines").strip() == "last\nZu"


def test_no_other_page_takes_a_file_and_this_one_takes_one(visitor: Visitor, key: str) -> None:
    visitor.get(URL)
    elsewhere = visitor.post("/lookup/words", {"words": file_of("x")})
    two = visitor.post(URL, {"key": key, "file": [file_of("x"), file_of("y")]})

    assert (elsewhere.status, two.status) == (400, 400)


def test_the_answers_come_in_spanish(visitor: Visitor, registry: None, key: str) -> None:
    page = sends(visitor, f"{URL}?lang=es", key=key, lines=LIST)

    assert page.soup.html["lang"] == "es" and counts(page) == [1, 1, 1, 1]
    for words in ("Se encontró una vez", "Nadie coincide", "al menos dos letras", "Vigente"):
        assert words in page.text


def test_lines_to_send_again_are_headed_in_the_language_of_the_page(
    visitor: Visitor, registry: None, key: str
) -> None:
    unknown = "last,first,district\nNowak,Peter,9999999\n"
    answer = sends(visitor, f"{URL}?lang=es", key=key, lines=unknown)
    again = fields_of(answer, "Verificar estas líneas")["lines"].strip()

    assert again.startswith("apellido,nombre,ein,distrito\nNowak,Peter")
    assert "No existe ese distrito." in sends(visitor, f"{URL}?lang=es", key=key, lines=again).text


def test_the_table_is_in_the_language_of_the_page_and_dates_and_codes_stay(
    visitor: Visitor, registry: None, key: str
) -> None:
    listed = LIST + "Rivara,Maria\nZu,Ben\n"
    page = sends(visitor, f"{URL}?lang=es", key=key, lines=listed)
    sent = fields_of(page, "Descargar todas las respuestas en CSV")
    answer = visitor.post(f"{URL}?lang=es", sent)
    once, several, nobody, short, similar, without = rows_of(answer)

    assert 'filename="respuestas.csv"' in answer.response.headers["Content-Disposition"]
    assert list(once)[:6] == [
        "Línea", "Apellido", "Nombre", "Número de educador", "Distrito", "Respuesta",
    ]  # fmt: skip
    assert (once["Respuesta"], once["Vigente"]) == ("Se encontró una vez", "sí")
    assert re.search(r"\([\d ]+\): Activo, último día \d{4}-\d\d-\d\d", once["Certificados"])
    assert once["Cómo se encontró"] == "" and "un error" in similar["Cómo se encontró"]
    assert "Coinciden: 2" in several["Qué hacer"] and several["Coinciden"] == "2"
    assert "escribirse de otra manera" in nobody["Qué hacer"] and nobody["Apellido"] == "Quux"
    assert "al menos dos letras" in short["Qué hacer"] and short["Id en la búsqueda"] == ""
    assert (without["Vigente"], without["Certificados"]) == ("no", "")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_table_can_be_sent_as_a_list_again(
    visitor: Visitor, registry: None, key: str, language: str
) -> None:
    page = sends(visitor, f"{URL}?lang={language}", key=key, lines=LIST)
    words = {"en": "Download all answers as CSV", "es": "Descargar todas las respuestas en CSV"}
    table = visitor.post(f"{URL}?lang={language}", fields_of(page, words[language]))
    again = sends(visitor, key=key, file=file_of(table.response.data))

    assert counts(again) == counts(page) == [1, 1, 1, 1]


def test_the_smallest_part_of_a_bar_is_seen() -> None:
    small, none, large = shares([1, 0, 4999])

    assert small.width > 0.9 and none.width == 0 and small.width + large.width == pytest.approx(100)
    assert large.left == small.width and [bar.width for bar in shares([0, 0])] == [0, 0]
