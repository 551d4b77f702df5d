"""From Choose to a reference, and what happens out of order."""

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.educators import Certificate, CertificateEndorsement
from cecs.models.office import OutgoingMail
from tests.conftest import Clock
from tests.pages import Page, Visitor
from tests.people import People

ANSWERS = {
    "request": {"note": "", "endorsement": "029"},
    "details": {
        "first_name": "Maria", "last_name": "Rivera", "street": "1 Elm Street",
        "city": "Hartford", "state": "CT", "zip_code": "06103", "phone": "",
    },
    "experience": {
        "first-school": "Elm School", "first-district": "Hartford", "first-months": "8",
    },
    "education": {"institution": "State University", "degree": "Bachelor", "tests": ""},
    "disclosures": {"convicted": "no", "disciplined": "no", "dismissed": "no"},
    "check": {"signature": "Maria Rivera"},
}  # fmt: skip


def start(visitor: Visitor, certificate_id: int | None, kind: str) -> Page:
    """Presses the button on the page that Choose opens; gives the acknowledgement."""
    visitor.get("/educator/")
    sent = {"kind": kind} | ({"certificate_id": str(certificate_id)} if certificate_id else {})
    return visitor.post("/applications/start", sent)


def acknowledged(visitor: Visitor, answer: Page) -> Page:
    visitor.follow(answer)
    return visitor.post(answer.location)


def play(visitor: Visitor, answer: Page) -> list[str]:
    """Answers every step that comes; gives the addresses of the pages that were shown."""
    shown = []
    while "/steps/" in answer.location:
        url = answer.location
        shown.append(url)
        visitor.get(url)
        answer = visitor.post(url, ANSWERS[url.rsplit("/", 1)[1]])
        assert answer.status == 303, answer.errors or answer.text
    return [*shown, answer.location]


def the_application(app: Flask) -> Application:
    return db.session.scalars(sa.select(Application)).one()


def test_an_initial_is_renewed_paying_by_mail(app: Flask, visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    begun = start(visitor, maria.certificate_ids[0], "renew_initial")
    pages = play(visitor, acknowledged(visitor, begun))
    done = visitor.get(pages[-1])
    with app.app_context():
        kept = the_application(app)
        reference, id = kept.reference, kept.id
        fees = [fee.cents for fee in kept.fees]
        assert kept.status == "awaiting_payment" and kept.filed_on is None
        assert kept.affidavit_version and kept.acknowledged_version
    slip = visitor.get(f"/applications/{id}/slip")
    status = visitor.get(f"/applications/{id}")

    assert fees == [5000, 15000]
    assert reference in done.text and "$200.00" in done.text
    assert "Treasurer, State of Connecticut" in slip.text and "06115-0471" in slip.text
    assert "Waiting for payment" in status.text and "You act next." in status.text
    assert reference in str(status.soup.find(id="footer-reference"))


def test_a_professional_is_continued_free_in_six_pages(
    app: Flask, visitor: Visitor, people: People
) -> None:
    ellen = people.teacher("Ellen", "O'Brien", "PROF5")
    visitor.sign_in(ellen)
    begun = start(visitor, ellen.certificate_ids[0], "continue_professional")
    pages = play(visitor, acknowledged(visitor, begun))

    # Choose's own page and the acknowledgement come before these.
    assert len(pages) + 2 <= 6
    assert "nothing to pay" in visitor.get(pages[-1]).text
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        kept = the_application(app)
        assert kept.status == "waiting_first_review" and kept.filed_on == desk.today()
        assert [fee.cents for fee in kept.fees] == [0]


def test_a_step_out_of_order_leads_to_the_first_unanswered(
    visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    begun = start(visitor, maria.certificate_ids[0], "renew_initial")
    early = visitor.get(begun.location.replace("acknowledge", "steps/check"))
    first = acknowledged(visitor, begun).location
    later = visitor.get(first.replace("request", "check"))
    unknown = visitor.get(first.replace("request", "nowhere"))

    assert early.location == begun.location
    assert later.location == first and first.endswith("/steps/request")
    assert unknown.status == 404


def test_a_fault_is_named_and_what_was_typed_is_kept(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    begun = start(visitor, maria.certificate_ids[0], "renew_initial")
    url = acknowledged(visitor, begun).location
    url = visitor.post(url, ANSWERS["request"]).location
    answer = visitor.post(url, ANSWERS["details"] | {"street": ""})

    assert answer.status == 422 and "Enter your street address." in answer.errors
    assert answer.value("city") == "Hartford"


def test_a_yes_needs_an_explanation_and_a_row_is_whole(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    begun = start(visitor, maria.certificate_ids[0], "renew_initial")
    url = acknowledged(visitor, begun).location
    url = visitor.post(url, ANSWERS["request"]).location
    url = visitor.post(url, ANSWERS["details"]).location
    half = visitor.post(url, {"first-school": "Elm School"})
    url = visitor.post(url, ANSWERS["experience"]).location
    silent = visitor.post(url, ANSWERS["disclosures"] | {"convicted": "yes"})

    assert half.status == 422 and "school, district and months" in half.errors
    assert silent.status == 422 and "Explain what happened" in silent.errors


def ready_to_sign(visitor: Visitor, certificate_id: int, kind: str) -> str:
    """Answers all but the last step; gives its address."""
    url = acknowledged(visitor, start(visitor, certificate_id, kind)).location
    while not url.endswith("/check"):
        url = visitor.post(url, ANSWERS[url.rsplit("/", 1)[1]]).location
    visitor.get(url)
    return url


def test_a_draft_that_lay_too_long_is_looked_at_again(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    url = ready_to_sign(visitor, maria.certificate_ids[0], "renew_initial")
    with app.app_context():
        db.session.get_one(Certificate, maria.certificate_ids[0]).state = "suspended"
        db.session.commit()
    answer = visitor.post(url, ANSWERS["check"])

    assert answer.status == 422 and "contact the bureau" in answer.errors
    assert answer.value("signature") == "Maria Rivera"
    with app.app_context():
        assert the_application(app).status == "draft"


def test_an_endorsement_held_meanwhile_is_chosen_again(
    app: Flask, visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    url = ready_to_sign(visitor, maria.certificate_ids[0], "cross_endorsement")
    with app.app_context():
        held = maria.certificate_ids[0]
        db.session.add(CertificateEndorsement(certificate_id=held, code="029"))
        db.session.commit()
    answer = visitor.post(url, ANSWERS["check"])

    assert answer.status == 422 and "Choose again" in answer.errors


def test_somebody_elses_name_signs_nothing(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    url = ready_to_sign(visitor, maria.certificate_ids[0], "renew_initial")
    stranger = visitor.post(url, {"signature": "Donald Duck"})
    herself = visitor.post(url, {"signature": "MARÍA L. Rivera"})

    assert stranger.status == 422 and "Sign with your first and last name" in stranger.errors
    assert stranger.html.index("error-summary") < stranger.html.index("summary-list")
    assert "Every Continue saves" not in stranger.text
    assert herself.status == 303


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"zip_code": "abc"}, "ZIP code such as"),
        ({"state": "XX"}, "Not a valid choice"),
        ({"phone": "hello"}, "phone number such as"),
    ],
)
def test_an_address_is_an_address(
    visitor: Visitor, people: People, changed: dict[str, str], words: str
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    url = acknowledged(visitor, start(visitor, maria.certificate_ids[0], "renew_initial")).location
    url = visitor.post(url, ANSWERS["request"]).location
    wrong = visitor.post(url, ANSWERS["details"] | changed)
    abroad = {"state": "other", "zip_code": "SW1A 1AA", "phone": "+44 20 7946 0000"}

    assert wrong.status == 422 and words in wrong.errors
    assert visitor.post(url, ANSWERS["details"] | abroad).status == 303


def test_another_text_of_the_affidavit_is_read_first(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    url = ready_to_sign(visitor, maria.certificate_ids[0], "renew_initial")
    outdated = visitor.post(url, ANSWERS["check"] | {"affidavit": "1999-1"})
    now = visitor.post(url, ANSWERS["check"] | {"affidavit": outdated.value("affidavit")})

    assert outdated.status == 422 and "affidavit has changed" in outdated.errors
    assert now.status == 303 and now.location.endswith("/done")


def test_administrative_endorsements_are_no_cross_endorsements(
    visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    begun = start(visitor, maria.certificate_ids[0], "cross_endorsement")
    page = visitor.follow(acknowledged(visitor, begun))
    offered = {option.get("value") for option in page.soup.find_all("option")}

    assert "029" in offered and not offered & {"092", "070", "068", "305"}


def test_who_pays_by_mail_says_so(app: Flask, visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    url = ready_to_sign(visitor, maria.certificate_ids[0], "renew_initial")
    done = visitor.follow(visitor.post(url, ANSWERS["check"]))
    chosen = done.soup.find("form", action=lambda to: to and to.endswith("/by-mail"))["action"]
    slip = visitor.follow(visitor.post(chosen))
    visitor.post(chosen)
    status = visitor.get(chosen.removesuffix("/by-mail"))

    assert slip.h1 == "Remittance slip" and "$200.00" in slip.text
    assert [mail.values["words"] for mail in mails(app)] == ["Waiting for payment"]
    assert "Waiting for mailed payment" in status.text
    with app.app_context():
        moved = [event.name for event in the_application(app).events]
        assert moved.count("became_awaiting_mailed_payment") == 1


def mails(app: Flask) -> list[OutgoingMail]:
    """Those about where an application stands."""
    with app.app_context():
        told = sa.select(OutgoingMail).where(OutgoingMail.notice == "status_changed")
        return list(db.session.scalars(told))


def test_submitting_twice_files_once(app: Flask, visitor: Visitor, people: People) -> None:
    ellen = people.teacher("Ellen", "O'Brien", "PROF5")
    visitor.sign_in(ellen)
    begun = start(visitor, ellen.certificate_ids[0], "continue_professional")
    pages = play(visitor, acknowledged(visitor, begun))
    again = visitor.post(pages[-2], ANSWERS["check"])

    assert again.status == 303 and "/steps/" not in again.location
    assert len(mails(app)) == 1


def test_one_kind_is_under_way_once_for_a_certificate(visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    first = start(visitor, maria.certificate_ids[0], "renew_initial")
    second = start(visitor, maria.certificate_ids[0], "renew_initial")
    play(visitor, acknowledged(visitor, first))
    third = start(visitor, maria.certificate_ids[0], "renew_initial")

    assert first.status == 303 and second.location == first.location
    assert third.status == 422 and third.h1 == "This is not possible now"


def test_a_kind_that_is_not_open_is_refused_with_the_sentence(
    visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    answer = start(visitor, maria.certificate_ids[0], "continue_professional")

    assert answer.status == 422 and answer.h1 == "This is not possible now"


def test_a_stranger_opens_no_page_of_anothers_application(
    app: Flask, visitor: Visitor, another_visitor: Visitor, people: People
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    start(visitor, maria.certificate_ids[0], "renew_initial")
    with app.app_context():
        id = the_application(app).id
    another_visitor.sign_in(people.teacher("Tomas", "Berg", ssn="987654321"))
    for page in ("", "/acknowledge", "/steps/request", "/slip", "/withdraw", "/done"):
        assert another_visitor.get(f"/applications/{id}{page}").status == 404, page


def test_someone_under_check_names_the_certificate_held_and_begins(
    app: Flask, visitor: Visitor, people: People
) -> None:
    from tests.web.test_register import register, through

    new = people.account("Tomas", "Berg")
    visitor.sign_in(new)
    through(visitor, register(visitor, new, ssn="987654326", last_name="Berg"))
    sent = {"kind": "renew_initial", "claimed": "Initial, 305, from 2023"}
    begun = visitor.post("/applications/start", sent)
    pages = play(visitor, acknowledged(visitor, begun))

    assert pages[-1].endswith("/done")
    with app.app_context():
        assert the_application(app).certificate_claimed == "Initial, 305, from 2023"


def test_an_application_is_withdrawn_once(app: Flask, visitor: Visitor, people: People) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    start(visitor, maria.certificate_ids[0], "renew_initial")
    with app.app_context():
        id = the_application(app).id
    asked = visitor.get(f"/applications/{id}/withdraw")
    withdrawn = visitor.follow(visitor.post(f"/applications/{id}/withdraw"))
    again = visitor.post(f"/applications/{id}/withdraw")

    assert asked.h1 == "Withdraw this application"
    assert "Withdrawn" in withdrawn.text and again.status == 422


def test_what_was_typed_survives_a_sign_in_that_lapsed(
    app: Flask, visitor: Visitor, people: People, clock: Clock
) -> None:
    maria = people.teacher()
    visitor.sign_in(maria)
    begun = start(visitor, maria.certificate_ids[0], "renew_initial")
    url = visitor.post(acknowledged(visitor, begun).location, ANSWERS["request"]).location
    visitor.get(url)
    clock.advance(minutes=31)
    asked = visitor.post(url, ANSWERS["details"])
    sent = {field["name"]: field["value"] for field in asked.soup.select("main input[value]")}
    sent |= {"username": maria.username, "password": maria.password}
    again = visitor.post("/account/sign-in", sent)
    back = {field["name"]: field["value"] for field in again.soup.select("main input[value]")}
    filled = visitor.post(url, back)

    assert asked.status == 401 and "what you typed is kept" in asked.text
    assert again.h1 == "You are signed in again"
    assert filled.status == 200 and filled.value("street") == "1 Elm Street"
    with app.app_context():
        assert [answer.slug for answer in the_application(app).answers] == ["request"]


def test_a_blank_name_signs_nothing(app: Flask, visitor: Visitor, people: People) -> None:
    ellen = people.teacher("Ellen", "O'Brien", "PROF5")
    visitor.sign_in(ellen)
    url = acknowledged(visitor, start(visitor, ellen.certificate_ids[0], "continue_professional"))
    url = visitor.post(url.location, ANSWERS["details"]).location
    blank = visitor.post(url.replace("disclosures", "details"), ANSWERS["details"] | {"city": " "})
    url = visitor.post(url, ANSWERS["disclosures"]).location
    unsigned = visitor.post(url, {"signature": "   "})

    assert blank.status == unsigned.status == 422
    with app.app_context():
        assert the_application(app).status == "draft"


def test_an_endorsement_already_held_is_not_offered(visitor: Visitor, people: People) -> None:
    maria = people.teacher(endorsements=("305",))
    visitor.sign_in(maria)
    begun = start(visitor, maria.certificate_ids[0], "cross_endorsement")
    shown = visitor.get(acknowledged(visitor, begun).location)
    offered = {option["value"] for option in shown.soup.select("#endorsement option")}

    assert "029" in offered and "305" not in offered
