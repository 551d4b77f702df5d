"""Of a check that paid for two, one part goes back: what the cashier reads and may choose."""

import uuid
from dataclasses import dataclass

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.applications import Answer
from cecs.services import batches, mailed_payments, refunds
from tests.applying import applies, now
from tests.pages import Visitor
from tests.payments.test_odd_turns import cash, check, settled, sue
from tests.people import Character, People

__all__ = ["cash", "settled", "sue"]
REFUNDS = "/bureau/money/refunds"


@dataclass(frozen=True)
class Shared:
    """A check of $200 for Maria and Grace."""

    id: int
    maria: str
    grace: str

    @property
    def url(self) -> str:
        return f"/bureau/money/mailed/{self.id}"


@pytest.fixture
def shared(app: Flask, desk: Desk, people: People, maria: Character, cash: int) -> Shared:
    grace = people.teacher("Grace", ssn="987654321")
    both = [applies(app, who, Status.AWAITING_MAILED_PAYMENT, paid=False) for who in (maria, grace)]
    lives = {"street": "7 Elm Street", "city": "Hartford", "state": "CT", "zip_code": "06103"}
    db.session.add(Answer(application_id=both[1], slug="details", content=lives, at=desk.now()))
    db.session.commit()
    named = [now(id).reference for id in both]
    return Shared(mailed_payments.book(desk, cash, named, check(cents=20_000)), *named)


@pytest.fixture
def otto(people: People, visitor: Visitor) -> Visitor:
    """Another cashier, signed in."""
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    return visitor


def approved(desk: Desk, shared: Shared, cents: int, by: int, second: int) -> uuid.UUID:
    id = refunds.propose(desk, shared.id, by, cents, "She moved", reference=shared.grace)
    refunds.decide(desk, id, second, approved=True)
    return id


def test_what_was_paid_and_what_stays_are_of_the_application_concerned(
    desk: Desk, shared: Shared, cash: int, sue: int, otto: Visitor
) -> None:
    approved(desk, shared, 1_000, cash, sue)
    refunds.propose(desk, shared.id, cash, 2_000, "Anew", reference=shared.grace)
    refunds.propose(desk, shared.id, cash, 500, "Not decided", reference=shared.grace)
    refunds.propose(desk, shared.id, cash, 4_000, "Another's", reference=shared.maria)
    stays = {one.reason: refunds.stays(one) for one in refunds.waiting()}
    page = otto.get(REFUNDS)

    assert stays == {"Anew": 7_000, "Not decided": 8_500, "Another's": 6_000}
    assert "What was paid $100.00, by mail" in page.text and "What stays then $70.00" in page.text
    assert "$200.00" not in page.text


def test_whose_part_goes_back_must_be_said_and_nothing_is_offered_where_nothing_is_left(
    desk: Desk, shared: Shared, cash: int, otto: Visitor
) -> None:
    page = otto.get(shared.url)
    (legend,) = [one for one in page.soup.find_all("legend") if "Whose" in one.get_text()]
    refunds.propose(desk, shared.id, cash, 5_000, "She moved", reference=shared.grace)
    part = otto.get(shared.url)
    refunds.propose(desk, shared.id, cash, 5_000, "She moved", "Ours", shared.grace)
    none = otto.get(shared.url)

    assert legend.get_text() == "Whose payment goes back"
    assert f"{shared.grace}, Grace Rivera: only the application fee, $50.00" in part.text
    assert [one["value"] for one in none.soup.select("input[type=radio]")] == [shared.maria]
    assert all("$0.00" not in each.text for each in (part, none))


def test_the_page_of_a_shared_check_names_all_its_people(shared: Shared, otto: Visitor) -> None:
    page = otto.get(shared.url)

    assert "Maria Rivera, Grace Rivera" in page.text
    assert page.soup.main.find("a", string=f"{shared.maria}, {shared.grace}")


def test_who_pays_out_reads_to_whom_and_why_and_who_decided(
    desk: Desk, shared: Shared, cash: int, sue: int, otto: Visitor
) -> None:
    approved(desk, shared, 1_000, cash, sue)
    page = otto.get(REFUNDS)

    assert "The check goes to Grace Rivera, 7 Elm Street, Hartford, CT 06103" in page.text
    assert "She moved" in page.text and "Approved by Sue Park" in page.text


def test_a_check_of_nobody_known_goes_back_to_its_envelopes_address(
    desk: Desk, cash: int, sue: int, otto: Visitor
) -> None:
    came = check(payer="Rosa Ruiz", payer_address="1 Oak Road, Bristol, CT 06010")
    item = mailed_payments.book(desk, cash, [], came)
    batches.close(desk, mailed_payments.payment(item).batch_id, cash)
    id = refunds.propose(desk, item, cash, 10_000, "Nobody's")
    refunds.decide(desk, id, sue, approved=True)
    page = otto.get(REFUNDS)

    assert "The check goes to Rosa Ruiz, 1 Oak Road, Bristol, CT 06010" in page.text
    assert "Name on it Rosa Ruiz" in page.text
    assert "Educator" not in page.soup.main.get_text() and "The fee" not in page.text


def test_a_missing_number_of_a_check_is_told_at_its_own_field(
    desk: Desk, shared: Shared, cash: int, sue: int, otto: Visitor
) -> None:
    first, second = (approved(desk, shared, cents, cash, sue) for cents in (1_000, 2_000))
    otto.get(REFUNDS)
    answer = otto.post(f"{REFUNDS}/{second}/paid-out", {"check_number": ""})
    fields = {id: answer.soup.find(id=f"check-{id}") for id in (first, second)}

    assert answer.status == 422 and answer.soup.find("a", href=f"#check-{second}")
    assert fields[second]["aria-describedby"] == f"check-{second}-error"
    assert not fields[first].has_attr("aria-describedby")


def test_nothing_is_proposed_where_nothing_can_go_back(
    desk: Desk, settled: uuid.UUID, cash: int, otto: Visitor
) -> None:
    url = f"/bureau/money/card/{settled}"
    before = otto.get(url)
    refunds.propose(desk, settled, cash, 5_000, "Withdrawn")
    fee = otto.get(url)
    refunds.propose(desk, settled, cash, 5_000, "Withdrawn", "Ours")
    after = otto.get(url)

    assert "A reason for the application fee opens the rest, up to $100.00" in before.text
    assert "Only the application fee is left." in fee.text and "$0.00" not in fee.text
    assert "Propose a refund" in fee.text and "Propose a refund" not in after.text


def test_what_giving_up_a_fee_means_stands_below_its_box(settled: uuid.UUID, otto: Visitor) -> None:
    html = otto.get(f"/bureau/money/card/{settled}").html
    places = [html.index(f'id="waives_fee{end}"') for end in ("", "-hint")]

    assert places == sorted(places) and 'aria-describedby="waives_fee-hint"' in html
