"""The lookup as a visitor meets it."""

import uuid
from datetime import date, timedelta

from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.accounts import CaptchaChallenge
from cecs.models.educators import Educator
from tests.pages import Page, Visitor
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


def test_a_page_of_a_long_list_is_not_called_all_that_was_found(
    visitor: Visitor, people: People
) -> None:
    for number in range(21):
        people.record(f"Ana{number:02}", "Berg", date(1980, 1, 1), "987654320")
    first = visitor.get("/lookup?last_name=berg")
    on = first.soup.find("a", rel="next")["href"]
    last, proof = visitor.get(on), visitor.get(on.replace("/lookup?", "/lookup/proof?"))

    assert "20 educators on this page" in first.text
    assert "1 educator on this page" in last.text and "1 educator on this page" in proof.text
    assert "1 educator found" in visitor.get("/lookup?last_name=berg&first_name=ana20").text


def test_twenty_of_more_who_are_only_similar_are_not_called_all_that_was_found(
    visitor: Visitor, people: People
) -> None:
    for number in range(21):
        people.record(f"Ana{number:02}", "Berglund", date(1980, 1, 1), "987654320")
    answer = visitor.get("/lookup?last_name=bergulnd")

    assert "There are more." in answer.text and "20 educators on this page" in answer.text
    assert "20 educators found" not in answer.text


def test_who_asked_only_for_those_in_force_is_reminded_of_it(
    visitor: Visitor, people: People
) -> None:
    people.record("Omar", "Haddad", date(1980, 1, 1), "987654320")

    assert "only for certificates that are in force" not in visitor.get("/lookup?last_name=zz").text
    asked = visitor.get("/lookup?last_name=haddad&active=yes")

    assert "You asked only for certificates that are in force" in asked.text


def test_the_code_of_a_paper_may_be_typed(visitor: Visitor, people: People) -> None:
    people.teacher()
    shown = visitor.get("/lookup?last_name=rivera").soup
    code = shown.select_one("a[href^='/verify/']").get_text()
    empty, typed = visitor.get("/verify?code=+-"), visitor.get(f"/verify?code={code.lower()}+")

    blank = visitor.get("/verify")
    assert blank.h1 == "Check the code of a certificate"
    assert blank.soup.select_one("main form button").get_text() == "Check this code"
    assert empty.status == 422 and "Enter the code." in empty.errors
    assert typed.status == 303 and typed.location.endswith(f"/verify/{code}")


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
    for _ in range(21):
        people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")

    assert "Narrow your search" in visitor.get("/lookup?last_name=rivera").text


def test_an_expired_certificate_says_so(visitor: Visitor, people: People) -> None:
    people.teacher(expires_in=timedelta(days=-1))
    answer = visitor.get("/lookup?last_name=rivera")

    assert "Expired November 24, 2026" in answer.text
    assert "no renewal is under review" in answer.text


def test_the_three_hundred_and_first_page_of_a_minute_waits(visitor: Visitor) -> None:
    statuses = [visitor._browser.open("/lookup").status_code for _ in range(301)]

    assert statuses == [200] * 300 + [429]


def test_a_long_list_is_read_to_its_end_and_each_is_seen_once(
    visitor: Visitor, people: People
) -> None:
    for number in range(60):
        people.record(f"Ana{number:02}", "Rivera", date(1980, 1, 1), "987654320")
    url, seen = "/lookup?last_name=riv&first_name=ana", list[str]()
    while url:
        page = visitor.get(url)
        seen += [name.get_text() for name in page.soup.find_all("h3")]
        link = page.soup.find("a", rel="next")
        url = str(link["href"]) if link else ""

    assert len(seen) == len(set(seen)) == 60


def test_only_those_who_may_serve_are_found_if_so_asked(visitor: Visitor, people: People) -> None:
    people.teacher("Maria", "Rivera")
    people.teacher("Ana", "Rivera", expires_in=timedelta(days=-1), ssn="987654321")
    answer = visitor.get("/lookup?last_name=rivera&active=yes")

    assert "Maria Rivera" in answer.text and "Ana Rivera" not in answer.text
    assert "only with a certificate that is in force" in answer.text
    assert answer.soup.find("input", attrs={"name": "active"}).has_attr("checked")


def test_an_answer_can_be_printed_and_asked_again_at_a_short_address(
    visitor: Visitor, people: People
) -> None:
    people.teacher()
    answer = visitor.get("/lookup?last_name=rivera&first_name=&number=&district=&active=yes")
    proof = visitor.get(str(answer.soup.find("a", string="Print this answer")["href"]))

    assert proof.url == "/lookup/proof?last_name=rivera&active=yes"
    assert f"http://127.0.0.1:5000{proof.url}" in proof.text
    assert "10:00" in proof.text and "“rivera”" in proof.text and "Maria Rivera" in proof.text


def test_only_who_chose_a_district_is_advised_to_leave_it_out(visitor: Visitor) -> None:
    hill = visitor.get("/lookup").soup.select("#district option")[1]["value"]
    without = visitor.get("/lookup?last_name=Quux")
    within = visitor.get(f"/lookup?last_name=Quux&district={hill}")
    by_number = visitor.get(f"/lookup?number=9876543210&district={hill}")
    by_both = visitor.get("/lookup?number=9876543210&last_name=Quux")

    assert "Try fewer letters." in without.text and "the district." not in without.text
    assert "Try fewer letters, or leave out the district." in within.text
    assert "Try it without the district." in by_number.text and "fewer" not in by_number.text
    assert "Try the number without the name." in by_both.text and "fewer" not in by_both.text


def test_that_nothing_was_found_can_be_printed_too(visitor: Visitor) -> None:
    proof = visitor.get("/lookup/proof?last_name=Quux")

    assert proof.h1 == "Answer of the lookup" and "10:00" in proof.text
    for words in ("Nothing found", "“Quux”", "It does not mean", "/lookup/proof?last_name=Quux"):
        assert words in proof.text


def test_the_end_of_a_list_is_no_proof_that_nobody_was_found(
    visitor: Visitor, people: People
) -> None:
    people.teacher()
    question = "last_name=rivera&after=rivera.zoe.0a"
    pages = [visitor.get(f"/lookup?{question}") for _ in range(2)]
    pages.append(visitor.get(f"/lookup/proof?{question}"))
    elsewhere = visitor.get("/lookup/proof?last_name=rivera&after=smith.zoe.0a")

    for page in pages:
        assert "It leaves out everyone who comes before" in page.text
        assert "no record fits" not in page.text
    assert "Maria Rivera" in elsewhere.text and "leaves out" not in elsewhere.text


def test_a_proof_of_no_question_is_the_form(visitor: Visitor) -> None:
    assert visitor.get("/lookup/proof").h1 == "Look up an educator"
    assert visitor.get("/lookup/proof?last_name=r").status == 422


def test_a_certificate_has_an_address_of_its_own(visitor: Visitor, people: People) -> None:
    people.teacher()
    answer = visitor.get("/lookup?last_name=rivera")
    code = answer.soup.find("a", href=lambda to: to and "/verify/" in to).get_text()
    page = visitor.get(f"/verify/{code[:4].lower()}-{code[4:]}")

    assert page.soup.find("a", string="Maria Rivera")["href"].startswith("/lookup/educators/")
    assert page.h1 == f"Certificate {code}" and f"http://127.0.0.1:5000/verify/{code}" in page.text
    for words in ("Maria Rivera", "Active", "Initial Educator Certificate", "10:00"):
        assert words in page.text


def test_a_code_that_nobody_has_is_said_to_be_so(visitor: Visitor) -> None:
    page = visitor.get("/verify/0000<b>")

    assert page.status == 404 and "No certificate has this code" in page.text
    assert "http://127.0.0.1:5000/verify/0000B" in page.text
    assert page.soup.main.find("b") is None
    assert page.value("code") == "0000<b>"


def test_a_certificate_is_read_in_the_other_language(visitor: Visitor, people: People) -> None:
    people.teacher()
    shown = visitor.get("/lookup?last_name=rivera").soup
    page = visitor.get(str(shown.select_one(".lookup-found a[href^='/verify/']")["href"]))
    other = page.soup.find("a", string="Español")
    spanish = visitor.get(f"{page.url}{other['href']}")

    assert page.h1.startswith("Certificate") and spanish.h1.startswith("Certificado")
    assert spanish.soup.find("a", string="English")


def test_no_more_is_shown_of_a_certificate_than_is_listed(visitor: Visitor, people: People) -> None:
    people.teacher()
    shown = visitor.get("/lookup?last_name=rivera").soup.find(class_="lookup-found")

    assert [dt.get_text() for dt in shown.find_all("dt")] == [
        "Endorsements", "Issued", "Expires", "Code",
    ]  # fmt: skip
    assert [name.name for name in shown.find_all(recursive=False)] == ["h3", "p", "section"]


def many_searches(visitor: Visitor) -> Page:
    """One more than are answered to one address without two words."""
    for number in range(200):
        assert visitor._browser.open(f"/lookup?last_name=quux{number}").status_code == 200
    return visitor.get("/lookup?last_name=rivera")


def words_of(app: Flask, page: Page) -> str:
    """What a person would read in the picture; a program looks behind it."""
    with app.app_context():
        id = uuid.UUID(page.value("challenge"))
        challenge = db.session.get_one(CaptchaChallenge, id)
        vault = app.extensions["cecs_desk"].vault
        return str(vault.unseal(challenge.sealed, f"captcha/{challenge.id}").split("|")[0])


def test_after_many_searches_two_words_are_typed_once(
    app: Flask, visitor: Visitor, people: People
) -> None:
    people.teacher()
    asked = many_searches(visitor)
    sent = {"challenge": asked.value("challenge"), "question": asked.value("question")}
    wrong = visitor.post("/lookup/words", {**sent, "words": "wrong words"})
    sent = {"challenge": wrong.value("challenge"), "question": wrong.value("question")}
    right = visitor.post("/lookup/words", {**sent, "words": words_of(app, wrong)})
    answer = visitor.follow(right)

    assert "Type two words once" in asked.text and "Maria" not in asked.text
    assert wrong.status == 422 and "Here are new ones" in wrong.errors
    assert right.location == "/lookup?last_name=rivera" and "Maria Rivera" in answer.text
    assert "Maria Rivera" in visitor.get("/lookup?last_name=riv").text


def test_others_at_the_address_type_them_too_and_the_form_stays_open(
    visitor: Visitor, another_visitor: Visitor
) -> None:
    many_searches(visitor)

    assert "Type two words" in another_visitor.get("/lookup?last_name=riv").text
    assert "Type two words" not in another_visitor.get("/lookup").text


def test_words_that_lead_elsewhere_lead_to_the_lookup(app: Flask, visitor: Visitor) -> None:
    asked = many_searches(visitor)
    sent = {"challenge": asked.value("challenge"), "words": words_of(app, asked)}
    answer = visitor.post(
        "/lookup/words", {**sent, "question": "\r\nSet-Cookie: a=b//evil.example"}
    )

    assert answer.location.startswith("/lookup?") and "a=b" not in str(
        answer.response.headers.get("Set-Cookie")
    )


def test_what_follows_the_typing_is_there_and_the_form_works_without(
    visitor: Visitor, people: People
) -> None:
    people.teacher()
    page = visitor.get("/lookup?last_name=rivera")
    found, question = page.soup.find(id="found"), page.soup.find(id="question")

    assert question.find("form")["action"] == found["hx-get"] == "/lookup"
    assert found.find("h2").get_text() == page.soup.find(id="count").get_text() != ""
    assert visitor.get("/lookup?last_name=r").soup.find(id="found").get_text().strip() == ""
