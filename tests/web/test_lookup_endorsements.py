"""A district's educators by endorsement: on our page, in a district's frame, for programs."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.widgets import EmbedKey
from tests.pages import Visitor
from tests.people import People

MATHS, ELEMENTARY = "029", "305"
API = "/api/v1/educators"


@pytest.fixture
def hill(app: Flask) -> str:
    """A district, which shows the lookup under the key "hill", too."""
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        key = sorted(desk.regime.districts)[0]
        db.session.add(EmbedKey(key="hill", district_code=key, origins=["https://hill.example"]))
        db.session.commit()
        return key


@pytest.fixture
def staff(people: People, hill: str) -> str:
    """The same district, with three educators."""
    people.reported("Ana Rivera", hill, MATHS)
    people.reported("Ben Rivera", hill, ELEMENTARY)
    people.reported("Carla Adams", hill, ELEMENTARY, MATHS)
    return hill


def names_on(page: Any) -> list[str]:
    return [heading.get_text() for heading in page.soup.find_all("h3")]


def choices(page: Any) -> list[str]:
    options = page.soup.find("select", id="endorsement").find_all("option")
    return [option.get_text() for option in options]


def test_a_district_and_an_endorsement_need_no_name(visitor: Visitor, staff: str) -> None:
    form = "last_name=&first_name=&number="
    listed = visitor.get(f"/lookup?{form}&district={staff}&endorsement={MATHS}")
    named = visitor.get(f"/lookup?last_name=riv&district={staff}&endorsement={MATHS}")

    assert names_on(listed) == ["Carla Adams", "Ana Rivera"] and names_on(named) == ["Ana Rivera"]
    assert "with the endorsement Mathematics, 7-12 (029)" in listed.text
    for words in ("last name beginning", "first name beginning"):
        assert words not in listed.text
    assert "last name beginning with “riv”" in named.text
    assert listed.soup.find("select", id="endorsement")["class"] == ["usa-select"]
    assert listed.value("last_name") == "" and named.value("last_name") == "riv"


def test_each_endorsement_is_answered_by_its_own_page(visitor: Visitor, staff: str) -> None:
    """What is printed once must not answer who chose another."""
    for code, second in ((MATHS, "Ana Rivera"), (ELEMENTARY, "Ben Rivera")):
        page = visitor.get(f"/lookup?district={staff}&endorsement={code}")
        chosen = page.soup.find("select", id="endorsement").find("option", selected=True)

        assert (
            chosen["value"] == code
            and names_on(page) == ["Carla Adams", second]
            and f"({code})" in page.text
        )


def test_the_answer_is_printed_and_read_on_at_its_address(
    visitor: Visitor, people: People, hill: str
) -> None:
    for number in range(30):
        people.reported(f"Ana{number:02} Rivera", hill, MATHS)
    page = visitor.get(f"/lookup?district={hill}&endorsement={MATHS}&active=yes")
    proof = visitor.get(page.soup.find("a", string="Print this answer")["href"])
    rest = visitor.get(page.soup.find("a", rel="next")["href"])

    assert proof.url == f"/lookup/proof?district={hill}&endorsement={MATHS}&active=yes"
    assert "only with a certificate that carries it and is in force" in proof.text
    assert names_on(page) + names_on(rest) == [f"Ana{number:02} Rivera" for number in range(30)]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("endorsement=029", "Choose a district, too"),
        ("last_name=rivera&endorsement=029", "Choose a district, too"),
        ("last_name=&district={hill}", "or choose a district and an endorsement"),
        ("district={hill}&endorsement=nonsense", "an endorsement that we do not know"),
        ("last_name=rivera&district=nonsense", "a district that we do not know"),
        ("lang=es&last_name=rivera&district=nonsense", "un distrito que no conocemos"),
    ],
)
def test_what_is_no_question_is_told_so(
    visitor: Visitor, staff: str, question: str, words: str
) -> None:
    page = visitor.get(f"/lookup?{question.format(hill=staff)}")

    assert page.status == 422 and words in page.errors and names_on(page) == []


def test_the_list_is_in_order_of_the_readers_titles(visitor: Visitor, staff: str) -> None:
    english, spanish = (choices(visitor.get(f"/lookup?lang={code}")) for code in ("en", "es"))

    assert english[0] == "Any endorsement" and spanish[0] == "Cualquier especialidad"
    assert "Mathematics, 7-12 (029)" in english and "Matemáticas, 7-12 (029)" in spanish
    assert english[1:] == sorted(english[1:]) and spanish[1:] == sorted(spanish[1:])


def test_it_is_answered_in_spanish(visitor: Visitor, staff: str) -> None:
    page = visitor.get(f"/lookup?district={staff}&endorsement={MATHS}&active=yes&lang=es")

    for words in (
        "con la especialidad Matemáticas, 7-12 (029)",
        "solo con un certificado vigente que la incluya",
        "Carla Adams",
    ):
        assert words in page.text


def test_in_a_frame_the_district_is_chosen_and_the_endorsement_is_enough(
    visitor: Visitor, staff: str
) -> None:
    form = visitor.get("/embed/hill")
    sent = {name: form.value(name) for name in ("last_name", "first_name", "number")}
    chosen = form.soup.find("select", id="district").find("option", selected=True)["value"]
    query = "&".join(f"{name}={value}" for name, value in sent.items())
    listed = visitor.get(f"/embed/hill?{query}&district={chosen}&endorsement={MATHS}")
    anywhere = visitor.get(f"/embed/hill?last_name=rivera&district=&endorsement={MATHS}")

    assert names_on(listed) == ["Carla Adams", "Ana Rivera"]
    assert anywhere.status == 422 and "Choose a district, too" in anywhere.errors


def test_a_program_asks_by_district_and_endorsement(app: Flask, people: People, staff: str) -> None:
    client: FlaskClient = app.test_client()
    asked = f"{API}?district={staff}&endorsement={MATHS}"
    found = client.get(asked).json
    in_force = client.get(f"{asked}&active=true&last=riv").json

    assert [each["last_name"] for each in found["found"]] == ["Adams", "Rivera"]
    assert found["asked"] == {"district": staff, "endorsement": MATHS}
    assert [each["first_name"] for each in in_force["found"]] == ["Ana"]


@pytest.mark.parametrize(
    ("question", "kind", "parameter"),
    [
        ("district={hill}", "missing-parameter", "last"),
        ("endorsement=029", "missing-parameter", "district"),
        ("last=riv&endorsement=029", "missing-parameter", "district"),
        ("district={hill}&endorsement=x", "wrong-parameter", "endorsement"),
    ],
)
def test_a_program_is_told_what_its_question_lacks(
    app: Flask, hill: str, question: str, kind: str, parameter: str
) -> None:
    answer = app.test_client().get(f"{API}?{question.format(hill=hill)}")

    assert answer.status_code == 400 and answer.json["parameter"] == parameter
    assert answer.json["type"].endswith(f"#problem-{kind}")


def test_a_program_reads_a_long_list_to_its_end(app: Flask, people: People, hill: str) -> None:
    for number in range(51):
        people.reported(f"Ana{number:02} Rivera", hill, MATHS)
    client: FlaskClient = app.test_client()
    url, seen = f"{API}?district={hill}&endorsement={MATHS}&active=true", list[str]()
    while url:
        answer = client.get(url).json
        seen += [each["first_name"] for each in answer["found"]]
        url = (answer["next"] or "").removeprefix("http://127.0.0.1:5000")

    assert seen == [f"Ana{number:02}" for number in range(51)] and answer["searched_all"]
