"""What is shown of an educator, wherever it is shown: what is listed, and when that was true."""

from datetime import date

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate, Educator, FormerName
from cecs.models.widgets import EmbedKey
from cecs.services import bulk_checks
from tests.pages import Visitor
from tests.people import Character

LIST, FRAME, API = "/lookup?last_name=rivera", "/embed/hill?last_name=rivera", "/api/v1"


@pytest.fixture
def shown(app: Flask, visitor: Visitor, maria: Character) -> list[str]:
    """Every address at which anyone is told of Maria Rivera."""
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        district = sorted(desk.regime.districts)[0]
        db.session.add(EmbedKey(key="hill", district_code=district, origins=["https://a.example"]))
        educator = db.session.get_one(Educator, maria.educator_id)
        educator.district_code, educator.school_year = district, "2025–26"
        db.session.commit()
    soup = visitor.get(LIST).soup
    name = soup.find("a", string="Maria Rivera")["href"]
    code = soup.select_one("a[href^='/verify/']")["href"]
    return [
        LIST, LIST.replace("?", "/proof?"), name, code, FRAME, f"{API}/educators?last=rivera",
        f"{API}/educators/{name.rpartition('/')[2]}", f"{API}/certificates/{code[8:]}",
    ]  # fmt: skip


def test_no_column_reaches_an_answer_or_a_page_unless_it_is_listed(
    shown: list[str], visitor: Visitor, desk: Desk, maria: Character
) -> None:
    """Each column of text is filled with words of its own; a new column is tried by itself."""
    listed = {
        "first_name", "last_name", "type_code", "state", "last_key", "first_key", "district_code",
        "school_year",
    }  # fmt: skip
    educator = db.session.get_one(Educator, maria.educator_id)
    db.session.add(FormerName(educator_id=educator.id, last_name="Zqformer", last_key="zqformer"))
    hidden = ["zqformer"]
    for row in (educator, db.session.get_one(Certificate, maria.certificate_ids[0])):
        for column in row.__table__.columns:
            if column.type.python_type is str and column.name not in listed:
                hidden.append(f"zq{column.name}"[: column.type.length])
                setattr(row, column.name, hidden[-1])
    educator.birth_date = date(1951, 2, 3)
    db.session.commit()
    (line,) = bulk_checks.check(desk, [bulk_checks.Line(1, {"last": "Rivera"})])
    told = {address: visitor._browser.open(address).text for address in shown}
    told |= {"list": bulk_checks.as_json(desk, [line]), "table": str(bulk_checks.as_csv([line]))}
    db.session.rollback()

    assert {"zqnumber", "zqformer"} <= set(hidden)
    for address, text in told.items():
        assert "Rivera" in text, address
        private = [*hidden, "1951", maria.email, maria.username]
        assert [words for words in private if words in text.lower()] == [], address


def test_every_answer_says_when_it_was_true(shown: list[str], visitor: Visitor) -> None:
    nobody = [
        LIST.replace("rivera", "quux"), "/lookup/proof?last_name=quux", "/lookup/educators/0",
        "/verify/0000", FRAME.replace("rivera", "quux"), f"{API}/educators?last=quux",
    ]  # fmt: skip
    for address in (*shown, *nobody):
        text = visitor._browser.open(address).text

        assert "2026-11-25T15:00:00+00:00" in text, address
        assert address.startswith(API) or "10:00" in text, address


def test_a_former_last_name_is_said_to_have_been_one_and_not_told(
    shown: list[str], visitor: Visitor, desk: Desk, maria: Character
) -> None:
    db.session.add(
        FormerName(educator_id=maria.educator_id, last_name="Okonkwo", last_key="okonkwo")
    )
    db.session.commit()
    for address in (LIST, LIST.replace("?", "/proof?"), FRAME + "&district="):
        page = visitor.get(address.replace("rivera", "okonk"))

        assert "Maria Rivera" in page.text and "Also found under a former last name" in page.text
        assert "konkwo" not in page.html
    (one,) = visitor._browser.open(f"{API}/educators?last=okonk").json["found"]

    assert one["how"] == "former" and "konkwo" not in str(one)
