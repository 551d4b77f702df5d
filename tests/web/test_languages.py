"""What anyone may look up, in Spanish."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from cecs.config import ROOT
from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator
from tests.pages import Page, Visitor
from tests.people import People

SPANISH = ROOT / "cecs" / "translations" / "es" / "LC_MESSAGES" / "messages.po"
IN_SPANISH = [
    *sorted((ROOT / "templates" / "lookup").glob("*.html")),
    *sorted((ROOT / "templates" / "embed").glob("*.html")),
    *sorted((ROOT / "templates" / "layouts").glob("*.html")),
    *sorted((ROOT / "templates" / "macros").glob("*.html")),
    ROOT / "cecs" / "web" / "forms" / "lookup.py",
    ROOT / "cecs" / "web" / "forms" / "lists.py",
    ROOT / "cecs" / "web" / "forms" / "two_words.py",
    ROOT / "cecs" / "web" / "embed.py",
    ROOT / "cecs" / "web" / "errors.py",
    ROOT / "cecs" / "web" / "found.py",
    ROOT / "cecs" / "web" / "lists.py",
    ROOT / "cecs" / "services" / "bulk_checks.py",
]
KEYWORDS = {"_": None, "_l": None, "Sentence": None, "gettext": None, "ngettext": (1, 2)}
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


def catalogue() -> Catalog:
    return read_po(io.BytesIO(SPANISH.read_bytes()), locale="es")


def words_of(path: Path) -> list[str]:
    """What a file says, as the keys of translations."""
    way = "jinja2" if path.suffix == ".html" else "python"
    found = extract_from_file(way, str(path), keywords=KEYWORDS)
    return [said[0] if isinstance(said, tuple) else said for _line, said, *_ in found]


def texts(message: Message) -> list[str]:
    said = message.string
    return list(said) if isinstance(said, list | tuple) else [said]


def held(known: Catalog) -> dict[tuple[str, ...], list[str]]:
    """All translations by their keys."""
    return {tuple(m.id) if m.pluralizable else (m.id,): texts(m) for m in known if m.id}


@pytest.mark.parametrize("path", IN_SPANISH, ids=lambda path: path.name)
def test_every_word_of_the_lookup_is_there_in_spanish(path: Path) -> None:
    known = catalogue()
    missing = [said for said in words_of(path) if not (known.get(said) and known[said].string)]

    assert missing == []


def test_every_standing_of_a_certificate_is_there_in_spanish() -> None:
    source = (ROOT / "cecs" / "domain" / "certificates.py").read_text().partition("def in_time")[0]
    later = (ROOT / "cecs" / "domain" / "certificates.py").read_text()
    later = later.partition("def _expired")[2].partition("class ServiceRecord")[0]
    said = re.findall(r'Sentence\(\s*"([^"]+)"', source + later)
    known = catalogue()

    assert len(said) > 20
    assert [words for words in said if words not in known] == []


def test_each_translation_keeps_the_places_for_names_and_days() -> None:
    for message in catalogue():
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple) else message.id

        for text in texts(message):
            assert text and sorted(PLACES.findall(text)) == sorted(PLACES.findall(key)), key


def test_what_is_loaded_is_what_was_translated() -> None:
    """The compiled file is made by hand, so that no start and no installation need compile it."""
    with SPANISH.with_suffix(".mo").open("rb") as file:
        loaded = read_mo(file)

    assert held(loaded) == held(catalogue())


def in_spanish(page: Page) -> bool:
    return bool(page.soup.html["lang"] == "es")


def test_a_visitor_reads_the_answer_in_spanish(
    visitor: Visitor, people: People, desk: Desk
) -> None:
    maria = people.teacher()
    db.session.get_one(Educator, maria.educator_id).school_year = "2025–26"
    db.session.commit()
    answer = visitor.get("/lookup?last_name=rivera&lang=es")

    assert in_spanish(answer) and answer.value("lang") == "es"
    for words in (
        "Se encontró 1 educador", "Certificado inicial de educador", "Activo",
        "Su titular puede ejercer con este certificado.", "Vence", "23 de febrero de 2027",
        "25 de noviembre de 2026, 10:00 (hora estándar oriental)", "puede enseñar",
        "Número de identificación de educador", "Apellido", "Iniciar sesión",
    ):  # fmt: skip
        assert words in answer.text


def test_a_certificate_in_spanish_is_asked_for_again_in_spanish(
    visitor: Visitor, people: People
) -> None:
    people.teacher()
    answer = visitor.get("/lookup?last_name=rivera&lang=es")
    page = visitor.get(answer.soup.find("a", href=lambda to: to and "/verify/" in to)["href"])
    again = page.soup.main.find("a", string=lambda words: words and "/verify/" in words)

    assert in_spanish(page) and "(hora estándar oriental)" in page.text
    assert again["href"].endswith("?lang=es") and again.get_text().endswith(again["href"])


def test_a_mistake_is_told_in_spanish(visitor: Visitor) -> None:
    answer = visitor.get("/lookup?last_name=r&lang=es")

    assert answer.status == 422
    assert "Hay un problema" in answer.errors and "al menos dos letras" in answer.errors


def test_the_other_language_keeps_the_question(visitor: Visitor) -> None:
    english = visitor.get("/lookup?last_name=Nu%C3%B1ez&district=")
    spanish = visitor.get("/lookup" + english.soup.find("a", hreflang="es")["href"])
    back = visitor.get("/lookup" + spanish.soup.find("a", hreflang="en")["href"])

    assert in_spanish(spanish) and spanish.value("last_name") == "Nuñez"
    assert not in_spanish(back) and back.value("last_name") == "Nuñez"


def test_one_language_leaves_no_trace_in_the_other(visitor: Visitor, people: People) -> None:
    """Also where the answer says how a name was found: macros are made once for all."""
    people.teacher(last="Rivera Ortega")
    for language, words in (
        ("en", "Found by a part of the last name"),
        ("es", "Se encontró por una parte del apellido"),
        ("en", "Found by a part of the last name"),
    ):
        assert words in visitor.get(f"/lookup?last_name=ortega&lang={language}").text


def test_pages_that_are_not_translated_stay_english(visitor: Visitor) -> None:
    assert not in_spanish(visitor.get("/?lang=es"))
    assert not in_spanish(visitor.get("/nowhere?lang=es"))


def test_a_page_in_spanish_is_left_by_a_full_load(visitor: Visitor) -> None:
    assert visitor.get("/lookup").soup.body.get("hx-boost:inherited") == "true"
    assert visitor.get("/lookup?lang=es").soup.body.get("hx-boost:inherited") is None
