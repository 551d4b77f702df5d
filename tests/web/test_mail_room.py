"""The mail room's pages, as the cashier and those who must not see them meet them."""

from random import Random

import pytest
from flask import Flask

from cecs.domain import references
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.applications import Answer
from cecs.services import mailed_payments
from tests.applying import now
from tests.conftest import Clock
from tests.mailing import ORDER, asks, books, prints_letter, waits
from tests.pages import Page, Visitor
from tests.people import Character, People

PAGES = (
    "", "/suspense", "/1", "/1/correct", "/batches", "/batches/1", "/batches/1/close",
    "/batches/1/deposit-list.pdf", "/batches/1/items.csv",
)  # fmt: skip


@pytest.fixture
def carmen(people: People, visitor: Visitor) -> Visitor:
    """The cashier at her desk."""
    visitor.sign_in(people.staff("Carmen", "Ortiz", "cashier"))
    visitor.get("/bureau/mail")
    return visitor


def focused(page: Page) -> list[str]:
    return [str(field["name"]) for field in page.soup.find_all(autofocus=True)]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(visitor: Visitor, page: str) -> None:
    answer = visitor.get(f"/bureau/mail{page}")

    assert answer.status == 303 and "/account/sign-in" in answer.location


@pytest.mark.parametrize("role", ["educator", "reviewer"])
def test_who_handles_no_money_finds_no_mail_room(
    visitor: Visitor, people: People, role: str
) -> None:
    visitor.sign_in(people.account(role=role))

    assert {visitor.get(f"/bureau/mail{page}").status for page in PAGES} == {404}
    for page in ("", "/1/match", "/1/send-back", "/1/correct", "/1/letter.pdf", "/batches/1/close"):
        assert visitor.post(f"/bureau/mail{page}", ORDER).status == 404
    assert "Mail room" not in visitor.get("/").text


@pytest.mark.parametrize("role", ["cashier", "supervisor", "administrator"])
def test_who_handles_money_is_led_to_the_mail_room(
    visitor: Visitor, people: People, role: str
) -> None:
    visitor.sign_in(people.staff(role=role))
    link = visitor.get("/").soup.find("a", string="Mail room")

    assert visitor.get(link["href"]).h1 == "Book an envelope"


def test_the_desk_opens_at_the_first_field_with_todays_date(carmen: Visitor) -> None:
    page = carmen.get("/bureau/mail")

    assert focused(page) == ["references"]
    assert page.value("received_on") == "11/25/2026" and "Nothing yet." in page.text


def test_a_money_order_is_matched_and_the_desk_is_ready_for_the_next(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    id, reference = waits(app, maria)
    page = books(carmen, references=reference.lower(), documents="Transcript")
    alert = page.soup.find(class_="usa-alert--success").get_text()

    assert f"Matched: {reference}, $100.00" in alert
    assert page.soup.title.get_text().startswith(f"Matched: {reference}")
    assert page.value("number") == "" and focused(page) == ["references"]
    with app.app_context():
        assert now(id).status is Status.WAITING_FIRST_REVIEW


def test_one_envelope_pays_for_several_references_however_they_are_parted(
    app: Flask, carmen: Visitor, maria: Character, people: People
) -> None:
    (_, hers), (_, his) = waits(app, maria), waits(app, people.teacher("Pablo", ssn="987654321"))
    page = books(carmen, references=f" {hers}, {his} {hers}\n", amount="$200")

    assert f"Matched: {hers}, {his}, $200.00" in page.text


def test_a_personal_check_goes_back_with_a_letter(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    id, reference = waits(app, maria)
    with app.app_context():
        address = {"street": "1 Elm Street", "city": "Hartford", "state": "CT", "zip_code": "06103"}
        at = app.extensions["cecs_desk"].now()
        db.session.add(Answer(application_id=id, slug="details", content=address, at=at))
        db.session.commit()
    said = {"instrument": "personal_check", "references": reference, "documents": "Transcript"}
    page = books(carmen, **said)
    letter = prints_letter(carmen, 1)

    assert f"Goes back: {reference}, $100.00. The office takes no personal checks." in page.text
    assert page.soup.find("form", action="/bureau/mail/1/letter.pdf")
    for words in (
        "Maria Rivera", "1 Elm Street", "Hartford, CT 06103", reference, "Personal check", "7731",
        "November 25, 2026", "The office takes no personal checks.", "for exactly $100.00",
        "We keep the papers that came with it: Transcript.",
    ):  # fmt: skip
        assert words in letter


def test_a_wrong_amount_goes_back_and_the_letter_says_what_was_due_then(
    app: Flask, carmen: Visitor, maria: Character, people: People
) -> None:
    (_, hers), (_, his) = waits(app, maria), waits(app, people.teacher("Pablo", ssn="987654321"))
    books(carmen, references=f"{hers} {his}", amount="150")
    books(carmen, references=hers, number="7732")
    letter = prints_letter(carmen, 1)

    assert "made out for $150.00, and exactly $200.00 is due" in letter
    assert f"{hers}, {his}" in letter
    assert carmen.post("/bureau/mail/2/letter.pdf").status == 404


def test_cash_needs_no_number(app: Flask, carmen: Visitor, maria: Character) -> None:
    _, reference = waits(app, maria)
    page = books(carmen, references=reference, instrument="cash", number="", issuer="")

    assert "Goes back" in page.text
    assert "The office takes no cash." in prints_letter(carmen, 1)


def test_what_came_without_a_reference_waits_under_its_name(carmen: Visitor) -> None:
    nameless = carmen.post("/bureau/mail", ORDER)
    page = books(carmen, payer="María Núñez")

    assert nameless.status == 422 and "enter the name on it" in nameless.errors
    assert focused(nameless) == ["payer"] and nameless.value("issuer") == "Post Office"
    assert "Waits in suspense: María Núñez" in page.text
    assert "1 payment waits in suspense" in page.text


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("references", {"references": "CT-2222-2222"}),
        ("instrument", {"instrument": ""}),
        ("number", {"number": " "}),
        ("issuer", {"issuer": ""}),
        ("amount", {"amount": "0"}),
        ("amount", {"amount": "a lot"}),
        ("received_on", {"received_on": ""}),
        ("references", {"references": "CT " * 200}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, carmen: Visitor, field: str, said: dict[str, str]
) -> None:
    page = carmen.post("/bureau/mail", ORDER | {"payer": "Ana Diaz"} | said)

    assert page.status == 422 and focused(page) == [field]
    assert page.soup.find(id=f"{field}-error") and page.soup.find("a", href=f"#{field}")
    kept = ORDER | {"payer": "Ana Diaz"} | said
    for name in ("references", "number", "issuer", "amount", "received_on", "payer"):
        assert page.value(name).strip() == kept[name].strip()
    with app.app_context():
        assert not mailed_payments.in_suspense()


def test_faults_are_said_all_at_once_each_at_its_field(carmen: Visitor) -> None:
    books(carmen, payer="Ana Diaz")
    said = {"references": "CT-2222-2222", "amount": "a lot", "received_on": "11/26/2026"}
    page = carmen.post("/bureau/mail", ORDER | {"postmarked_on": "11/20/1026"} | said)

    assert page.status == 422 and focused(page) == ["references"]
    for field, words in {
        "references": "No application has the reference CT-2222-2222.",
        "number": "booked already, on November 24, 2026, as entry 1.",
        "amount": "Enter an amount such as 200.00.",
        "received_on": "cannot lie ahead",
        "postmarked_on": "more than 180 days before it came. Look at the year.",
    }.items():
        assert words in page.soup.find(id=f"{field}-error").get_text()
        assert words in page.soup.find("a", href=f"#{field}").get_text()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("t", "November 25, 2026"),
        ("Y", "November 24, 2026"),
        ("11/24/2026", "November 24, 2026"),
        ("11/24/26", "November 24, 2026"),
        ("11-24", "November 24, 2026"),
        ("2026-11-24", "November 24, 2026"),
    ],
)
def test_a_day_is_typed_in_one_field(carmen: Visitor, typed: str, day: str) -> None:
    books(carmen, payer="Ana Diaz", received_on=typed)

    assert day in carmen.get("/bureau/mail/1").text


@pytest.mark.parametrize("typed", ["24/11/2026", "11/31/2026", "soon", "11/24/1926", "12/24"])
def test_what_is_no_day_of_an_envelope_is_refused_at_its_field(carmen: Visitor, typed: str) -> None:
    page = carmen.post("/bureau/mail", ORDER | {"payer": "Ana Diaz", "received_on": typed})

    assert page.status == 422 and focused(page) == ["received_on"]
    assert page.value("received_on") == typed


def test_the_desk_asks_before_anything_goes_back_and_enter_agrees(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    _, reference = waits(app, maria)
    said = ORDER | {"references": reference, "amount": "100.01"}
    asked = carmen.post("/bureau/mail", said)
    with app.app_context():
        none_yet = not mailed_payments.booked_today(app.extensions["cecs_desk"])
    changed = said | {"amount": "100.02", "agreement": asked.value("agreement")}
    again = carmen.post("/bureau/mail", changed)
    page = books(carmen, references=reference, amount="100.01")

    assert f"made out for $100.01, and exactly $100.00 is due for {reference}." in asks(asked)
    assert focused(asked) == ["agreement"] and asked.value("amount") == "100.01"
    assert none_yet and "$100.02" in asks(again)
    assert f"Goes back: {reference}, $100.01. It is made out for $100.01" in page.text


def test_an_entry_sent_back_by_mistake_is_corrected_until_its_letter_is_printed(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    id, reference = waits(app, maria)
    books(carmen, references=reference, amount="100.01")
    link = carmen.get("/bureau/mail/1").soup.find("a", string="Correct this entry")["href"]
    typed = carmen.get(link)
    page = books(carmen, link, references=reference)
    books(carmen, references=reference, number="7732")
    prints_letter(carmen, 2)
    too_late = carmen.follow(carmen.get("/bureau/mail/2/correct"))

    assert typed.value("amount") == "100.01" and typed.value("references") == reference
    assert "Matched" in page.text and "by Carmen Ortiz. Before: Money order 7731" in page.text
    assert too_late.h1 == "Mailed payment 2" and "Correct this entry" not in too_late.text
    assert "Its letter was first printed on" in too_late.text
    with app.app_context():
        assert now(id).status is Status.WAITING_FIRST_REVIEW


def test_a_correction_that_is_wrong_itself_is_refused_at_its_field(carmen: Visitor) -> None:
    books(carmen, payer="Ana Diaz")
    page = carmen.post("/bureau/mail/1/correct", ORDER | {"payer": "Ana", "amount": "much"})

    assert page.status == 422 and focused(page) == ["amount"]
    assert "$100.00" in carmen.get("/bureau/mail/1").text


def test_a_reference_typed_with_blanks_is_understood(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    reference = references.make("CT", Random(7))
    waits(app, maria, reference=reference)
    page = books(carmen, references=reference.replace("-", " ").lower())

    assert f"Matched: {reference}" in page.text


def test_cash_from_nobody_known_needs_an_address_and_its_letter_has_it(carmen: Visitor) -> None:
    cash = {"instrument": "cash", "number": "", "issuer": "", "payer": "Ana Diaz"}
    without = carmen.post("/bureau/mail", ORDER | cash)
    page = books(carmen, **cash, address="1 Elm Street, Hartford CT 06103")

    assert without.status == 422 and focused(without) == ["address"]
    assert "Goes back: Ana Diaz, $100.00" in page.text
    assert "Ana Diaz 1 Elm Street Hartford CT 06103" in prints_letter(carmen, 1)


def test_owners_are_proposed_and_matched_by_one_press(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    _, reference = waits(app, maria)
    books(carmen, payer="RIVERA M")
    shown = carmen.get("/bureau/mail/1")
    button = shown.soup.find("button", string=f"Match to {reference}")
    field = button.find_parent("form").find("input", attrs={"name": "references"})
    page = carmen.follow(carmen.post("/bureau/mail/1/match", {"references": field["value"]}))

    assert "Maria Rivera: $100.00 is due" in shown.text
    assert "Matched" in page.text and reference in page.text


def test_the_last_ten_of_today_are_below_and_yesterdays_are_not(
    carmen: Visitor, another_visitor: Visitor, people: People, clock: Clock
) -> None:
    for number in range(11):
        page = books(carmen, number=str(number), payer="Ana Diaz")
    rows = page.soup.main.tbody.find_all("tr")
    clock.advance(days=1)
    another_visitor.sign_in(people.staff(role="cashier"))

    assert len(rows) == 10 and "Money order 10" in " ".join(rows[0].get_text(" ").split())
    assert "The newest 10 of 11." in page.text
    assert "Nothing yet." in another_visitor.get("/bureau/mail?booked=11").text


def test_the_suspense_list_is_searched_by_name_and_tells_how_long_they_wait(
    carmen: Visitor,
) -> None:
    books(carmen, payer="Ana Diaz", number="1")
    books(carmen, payer="María Núñez", number="2", received_on="2026-11-15")
    everyone = carmen.get("/bureau/mail/suspense")
    hers = carmen.post("/bureau/mail/suspense", {"name": "nunez"})
    rows = [" ".join(row.get_text(" ").split()) for row in everyone.soup.main.tbody("tr")]

    assert "María Núñez" in rows[0] and rows[0].endswith("10 days")
    assert "Ana Diaz" in rows[1] and rows[1].endswith("1 day")
    assert "María Núñez" in hers.text and "Ana Diaz" not in hers.text
    assert "There is none." in carmen.post("/bureau/mail/suspense", {"name": "okafor"}).text
    assert carmen.post("/bureau/mail/suspense", {"name": "x" * 200}).status == 200


def test_an_owner_is_found_and_the_payment_shows_what_it_pays(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    id, reference = waits(app, maria)
    books(carmen, payer="M. Rivera", documents="Transcript", postmarked_on="2026-11-20")
    wrong = carmen.post("/bureau/mail/1/match", {"references": "CT-2222-2222"})
    empty = carmen.post("/bureau/mail/1/match", {"references": ""})
    page = carmen.follow(carmen.post("/bureau/mail/1/match", {"references": reference}))
    again = carmen.post("/bureau/mail/1/match", {"references": reference})

    assert wrong.status == 422 and "No application has the reference" in wrong.errors
    assert empty.status == 422 and again.status == 404
    for words in (
        "Matched", reference, "Transcript", "November 20, 2026", "$50.00", "M. Rivera",
        "by Carmen Ortiz", "Deposit 1",
    ):  # fmt: skip
        assert words in page.text
    assert page.soup.find("a", href=f"/bureau/applications/{id}")


def test_another_amount_than_is_due_stays_in_suspense(
    app: Flask, carmen: Visitor, maria: Character
) -> None:
    _, reference = waits(app, maria)
    books(carmen, payer="M. Rivera", amount="50")
    answer = carmen.post("/bureau/mail/1/match", {"references": reference})

    assert answer.status == 422 and "exactly $100.00 is due" in asks(answer)
    assert answer.value("references") == reference
    assert "Waits in suspense" in carmen.get("/bureau/mail/1").text


def test_whose_owner_is_not_found_is_sent_back_to_an_address_when_asked_twice(
    carmen: Visitor,
) -> None:
    books(carmen, payer="M. Rivera", documents="Transcript", address="1 Elm St")
    url, to = "/bureau/mail/1/send-back", {"address": "1 Elm Street, Hartford, CT 06103"}
    without = carmen.post(url, {"address": " ", "agreement": "yes"})
    asked = carmen.post(url, to)
    waits_still = carmen.get("/bureau/mail/1")
    page = carmen.follow(carmen.post(url, to | {"agreement": asked.value("agreement")}))
    letter = prints_letter(carmen, 1)

    assert without.status == 422 and "Enter the address" in without.errors
    assert "It goes to M. Rivera, 1 Elm Street, Hartford, CT 06103" in asks(asked)
    assert "Waits in suspense" in waits_still.text and waits_still.value("address") == "1 Elm St"
    assert "Goes back" in page.text and "could not find out which application" in page.text
    assert "M. Rivera 1 Elm Street Hartford CT 06103" in letter
    assert "The papers that came with it are enclosed." in letter
    assert carmen.post(url, to | {"agreement": "yes"}).status == 404


def test_there_is_no_payment_and_no_deposit_of_a_number_never_given(carmen: Visitor) -> None:
    assert {carmen.get(f"/bureau/mail{page}").status for page in PAGES[2:] if "1" in page} == {404}
    assert carmen.get("/bureau/mail/9999999999").status == 404
    assert "There is none yet." in carmen.get("/bureau/mail/batches").text
