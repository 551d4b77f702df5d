"""The lookup as a visitor meets it."""

from datetime import date, timedelta

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator
from tests.pages import Visitor
from tests.people import People


def test_a_visitor_finds_a_teacher_without_an_account(visitor: Visitor, people: People) -> None:
    people.teacher()
    answer = visitor.get("/lookup?last_name=riv")

    assert answer.status == 200
    for word in ("Maria Rivera", "Active", "Initial Educator Certificate", "305", "Issued"):
        assert word in answer.text
    assert "The holder may serve under this certificate." in answer.text
    assert "No district is reported" in answer.text
    assert "November 25, 2026" in answer.text and "10:00 AM EST" in answer.text.replace(
        "\u202f", " "
    )


def test_the_district_that_reported_is_shown(visitor: Visitor, people: People, desk: Desk) -> None:
    hartford = next(d for d in desk.regime.districts.values() if "Hartford" in d.name)
    people.record(
        "Ana", "Rivera", date(1980, 1, 1), "987654320",
        district_code=hartford.key, school_year="2025–26",
    )  # fmt: skip
    answer = visitor.get(f"/lookup?last_name=rivera&district={hartford.key}")

    assert f"Reported by {hartford.name} for 2025–26" in answer.text


def test_the_empty_form_asks_and_complains_of_nothing(visitor: Visitor) -> None:
    page = visitor.get("/lookup")

    assert (page.status, page.errors) == (200, "")
    assert page.h1 == "Look up an educator"


def test_one_letter_is_too_few(visitor: Visitor, people: People) -> None:
    people.teacher()
    answer = visitor.get("/lookup?last_name=r")

    assert answer.status == 422
    assert "at least two letters" in answer.errors
    assert "Maria" not in answer.text


def test_a_first_name_alone_is_not_enough(visitor: Visitor, people: People) -> None:
    people.teacher()
    answer = visitor.get("/lookup?first_name=maria&last_name=&number=")

    assert answer.status == 422
    assert "Enter a last name" in answer.errors


def test_a_number_that_cannot_be_one_is_told_so(visitor: Visitor) -> None:
    answer = visitor.get("/lookup?number=123")

    assert answer.status == 422
    assert "Enter all 10 digits" in answer.errors


def test_a_district_that_does_not_exist_is_refused(visitor: Visitor) -> None:
    assert visitor.get("/lookup?last_name=rivera&district=atlantis").status == 422


def test_a_number_is_shown_only_to_whom_typed_it(
    visitor: Visitor, people: People, desk: Desk
) -> None:
    maria = people.teacher()
    number = db.session.get_one(Educator, maria.educator_id).number
    db.session.rollback()
    by_name = visitor.get("/lookup?last_name=rivera").html
    by_number = visitor.get(f"/lookup?number={number[:4]}-{number[4:]}").text

    assert number not in by_name
    assert "Maria Rivera" in by_number and number in by_number


def test_nothing_private_is_on_the_page(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    html = visitor.get("/lookup?last_name=rivera").html

    for private in ("1990", "987654320", "6543", maria.email, maria.username):
        assert private not in html


def test_nothing_found_says_what_was_asked_when_and_what_it_means(visitor: Visitor) -> None:
    answer = visitor.get("/lookup?last_name=Quux&first_name=Zed")

    assert answer.status == 200
    for words in ("Nothing found", "“Quux”", "“Zed”", "10:00", "It does not mean"):
        assert words in answer.text


def test_what_was_typed_is_never_taken_for_a_tag(visitor: Visitor) -> None:
    answer = visitor.get("/lookup?last_name=<b>bold</b>%25(name)s")

    assert answer.status == 200
    assert answer.soup.main.find("b") is None
    assert "<b>bold</b>%(name)s" in answer.text


def test_too_many_fits_ask_to_narrow_the_search(visitor: Visitor, people: People) -> None:
    for _ in range(26):
        people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")

    assert "Narrow your search" in visitor.get("/lookup?last_name=rivera").text


def test_an_expired_certificate_says_so(visitor: Visitor, people: People) -> None:
    people.teacher(expires_in=timedelta(days=-1))
    answer = visitor.get("/lookup?last_name=rivera")

    assert "Expired November 24, 2026" in answer.text
    assert "no renewal is under review" in answer.text


def test_the_sixty_first_question_of_a_minute_waits(visitor: Visitor) -> None:
    statuses = [visitor.get("/lookup").status for _ in range(61)]

    assert statuses == [200] * 60 + [429]
