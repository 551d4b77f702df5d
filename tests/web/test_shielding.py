"""Someone in danger is hidden at once, and what others kept of them leads to nobody."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.educators import Certificate, Educator, FormerName
from cecs.models.roster import RosterDelivery
from cecs.services import (
    api_keys,
    imports,
    lookup_entries,
    lookup_rebuilding,
    retirements,
    roster_hooks,
    roster_posting,
    shielding,
)
from tests.applying import refusal
from tests.listening import Program, heard, listening
from tests.pages import Visitor
from tests.people import Character, People

WHY = "A protective order of March 3."
MERGE = "She married in 2019."


@pytest.fixture
def district(desk: Desk) -> str:
    return min(desk.regime.districts)


@pytest.fixture
def maria(desk: Desk, people: People, district: str) -> Character:
    """Maria Rivera, who was Maria Lopez, in a district."""
    found: Character = people.teacher()
    educator = db.session.get_one(Educator, found.educator_id)
    educator.district_code, educator.school_year = district, "2026-2027"
    db.session.add(FormerName(educator_id=educator.id, last_name="Lopez", last_key="lopez"))
    db.session.commit()
    return found


@pytest.fixture
def dana(people: People) -> Character:
    """A reviewer."""
    found: Character = people.staff()
    return found


@pytest.fixture
def lee(people: People) -> Character:
    """A supervisor."""
    found: Character = people.staff("Lee", "Chandra", "supervisor")
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def known(desk: Desk, id: int | None) -> tuple[str, str]:
    """The addresses of an educator and of the first certificate, as they are now."""
    db.session.rollback()
    educator = db.session.get_one(Educator, id)
    held = educator.certificates[0]
    person = lookup_entries.public_id(desk, educator.id, educator.turn)
    code = lookup_entries.verify_code(desk, held.id, held.turn)
    return f"/api/v1/educators/{person}", f"/api/v1/certificates/{code}"


def page_of(id: int | None) -> str:
    return f"/bureau/educators/{db.session.get_one(Educator, id).number}"


def renamed(id: int | None, last: str = "Ortega") -> None:
    educator = db.session.get_one(Educator, id)
    educator.last_name, educator.last_key = last, last.lower()
    db.session.commit()


def test_old_addresses_and_codes_answer_as_if_nobody_ever_had_them(
    client: FlaskClient, visitor: Visitor, desk: Desk, maria: Character, dana: Character
) -> None:
    person, code = known(desk, maria.educator_id)
    before = [client.get(address).status_code for address in (person, code)]
    shielding.shield(desk, maria.educator_id or 0, dana.id, WHY)
    renamed(maria.educator_id)
    old = [client.get(address) for address in (person, code)]
    never = [client.get(f"/api/v1/{kind}/0123456789ab") for kind in ("educators", "certificates")]
    paper = visitor.get(f"/verify/{code.rpartition('/')[2]}")
    page = visitor.get(f"/lookup/educators/{person.rpartition('/')[2]}")
    new_person, new_code = known(desk, maria.educator_id)
    told = client.get(new_person).json["educator"]

    assert before == [200, 200]
    assert [one.status_code for one in old] == [404, 404]
    assert [one.json for one in old] == [one.json for one in never]
    assert (paper.status, page.status) == (404, 404)
    assert "Ortega" not in paper.text + page.text
    assert (told["last_name"], told["district"]) == ("Ortega", None)
    assert client.get(new_code).status_code == 200


def test_neither_a_former_name_nor_the_district_finds_her(
    client: FlaskClient, desk: Desk, maria: Character, dana: Character, district: str
) -> None:
    searches = ["last=lopez", f"last=ri&district={district}"]
    before = [len(client.get(f"/api/v1/educators?{one}").json["found"]) for one in searches]
    shielding.shield(desk, maria.educator_id or 0, dana.id, WHY)
    after = [len(client.get(f"/api/v1/educators?{one}").json["found"]) for one in searches]

    assert (before, after) == ([1, 1], [0, 0])


def test_hidden_a_second_time_she_has_other_addresses_again(
    desk: Desk, maria: Character, dana: Character, lee: Character
) -> None:
    id = maria.educator_id or 0
    seen = {known(desk, id)}
    shielding.shield(desk, id, dana.id, WHY)
    seen.add(hidden := known(desk, id))
    shielding.lift(desk, id, lee.id, "The order ended.")
    stayed = known(desk, id)
    shielding.shield(desk, id, dana.id, WHY)
    seen.add(known(desk, id))

    assert stayed == hidden and len(seen) == 3
    assert lookup_rebuilding.verify(desk) == []


def merged(desk: Desk, goes: int, into: int | None, lee: Character, dana: Character) -> None:
    id = retirements.propose(desk, goes, into, lee.id, MERGE)
    retirements.decide(desk, id, dana.id, approved=True)


@pytest.mark.parametrize("first", ["hide", "merge"])
def test_the_address_of_a_merged_record_leads_to_nobody_either(
    client: FlaskClient, desk: Desk, maria: Character, second: int, dana: Character,
    lee: Character, first: str,
) -> None:  # fmt: skip
    id = maria.educator_id or 0
    kept = [*known(desk, id), *known(desk, second)]
    if first == "hide":
        shielding.shield(desk, id, dana.id, WHY)
    merged(desk, second, id, lee, dana)
    if first == "merge":
        shielding.shield(desk, id, dana.id, WHY)
    renamed(id)

    assert [client.get(address).status_code for address in kept] == [404] * 4
    assert {client.get(address).status_code for address in known(desk, id)} == {200}


def test_merged_into_an_open_record_she_stays_hidden(
    client: FlaskClient, desk: Desk, maria: Character, second: int, dana: Character, lee: Character
) -> None:
    kept = [*known(desk, maria.educator_id), *known(desk, second)]
    shielding.shield(desk, maria.educator_id or 0, dana.id, WHY)
    merged(desk, maria.educator_id or 0, second, lee, dana)

    assert [client.get(address).status_code for address in kept] == [404] * 4
    assert db.session.get_one(Educator, second).shielded
    assert [one.reason for one in shielding.history(second)] == [WHY]
    assert lookup_rebuilding.verify(desk) == []


def test_what_was_proposed_before_does_not_bring_the_old_address_back(
    client: FlaskClient, desk: Desk, maria: Character, second: int, dana: Character, lee: Character
) -> None:
    kept = known(desk, second)
    id = retirements.propose(desk, second, maria.educator_id, lee.id, MERGE)
    shielding.shield(desk, second, dana.id, WHY)
    shielding.shield(desk, maria.educator_id or 0, dana.id, WHY)
    retirements.decide(desk, id, dana.id, approved=True)

    assert [client.get(address).status_code for address in kept] == [404, 404]


@pytest.fixture
def program() -> Iterator[Program]:
    with listening() as found:
        yield found


def test_what_waits_for_a_district_is_not_sent_and_it_hears_that_she_left(
    desk: Desk, maria: Character, dana: Character, district: str, program: Program, people: People
) -> None:
    api_keys.make(desk, dana.id, district, "payroll")
    roster_hooks.set_address(desk, api_keys.made()[0].id, dana.id, program.url)
    person, _ = known(desk, maria.educator_id)
    renamed(maria.educator_id, "Ortega")
    people.record("Ana", "Silva", date(1980, 1, 1), "987654321", district_code=district)
    shielding.shield(desk, maria.educator_id or 0, dana.id, WHY)
    renamed(maria.educator_id, "Nunez")
    roster_posting.deliver(desk)
    joined, left = heard(program)
    kept = db.session.scalars(sa.select(RosterDelivery.body)).all()

    assert (joined["type"], left["type"]) == ("educator.joined", "educator.left")
    assert joined["educator"]["last_name"] == "Silva"
    assert left["educator"] is None and left["educator_id"] == person.rpartition("/")[2]
    assert not any("Ortega" in body or "Nunez" in body for body in kept)


def test_what_a_district_never_got_is_not_sent_again_either(
    desk: Desk, maria: Character, dana: Character, district: str, program: Program
) -> None:
    api_keys.make(desk, dana.id, district, "payroll")
    key = api_keys.made()[0].id
    roster_hooks.set_address(desk, key, dana.id, program.url)
    renamed(maria.educator_id, "Ortega")
    roster_hooks.stop(desk, key)  # what waits is given up
    shielding.shield(desk, maria.educator_id or 0, dana.id, WHY)
    roster_hooks.set_address(desk, key, dana.id, program.url)
    (one,) = roster_hooks.deliveries(key)
    roster_hooks.send_again(desk, key, one.id)

    assert roster_posting.deliver(desk) == 0 and program.came == []
    assert roster_hooks.deliveries(key) == []


def test_a_reviewer_hides_at_once_and_a_supervisor_shows_again(
    visitor: Visitor, another_visitor: Visitor, desk: Desk, maria: Character, dana: Character,
    lee: Character,
) -> None:  # fmt: skip
    at = page_of(maria.educator_id)
    visitor.sign_in(dana)
    shown = visitor.get(at)
    silent = visitor.post(f"{at}/shield", {"safety_reason": " "})
    hidden = visitor.follow(visitor.post(f"{at}/shield", {"safety_reason": WHY}))
    seen = [one.soup.main.find("a", string="What everyone sees of this person")["href"]
            for one in (shown, hidden)]  # fmt: skip
    answers = [visitor.get(address).status for address in seen]
    visitor.get(at)
    alone = visitor.post(f"{at}/lift", {"safety_reason": "Over"})
    another_visitor.sign_in(lee)
    again = another_visitor.post(f"{at}/shield", {"safety_reason": WHY})
    done = another_visitor.follow(another_visitor.post(f"{at}/lift", {"safety_reason": "It ended"}))
    db.session.rollback()
    decided = [(one.shielded, one.reason) for one in shielding.history(maria.educator_id or 0)]

    assert "Hide this person now" in shown.text and "What was decided" not in shown.text
    assert silent.status == 422 and "Say why" in silent.errors
    assert "Hidden for their safety" in hidden.text and "Send the person new ones" in hidden.text
    assert answers == [404, 200]
    assert "This person is hidden now." in hidden.text
    assert "This person is shown again." in done.text and "is hidden now" not in done.text
    assert "Hidden by Dana Okafor" in hidden.text and WHY in hidden.text
    assert "Show this person again" not in hidden.text
    assert alone.status == 422 and "Only a supervisor" in alone.errors
    assert again.status == 422 and "decided already" in again.errors
    assert "Shown again by Lee Chandra" in done.text and "Hidden by Dana Okafor" in done.text
    assert decided == [(False, "It ended"), (True, WHY)]


def test_who_may_not_decide_is_refused(
    visitor: Visitor, desk: Desk, people: People, maria: Character, second: int, dana: Character,
    lee: Character,
) -> None:  # fmt: skip
    cashier = people.staff("Omar", "Haddad", "cashier")
    db.session.get_one(Person, maria.id).role = "supervisor"
    db.session.commit()
    id = maria.educator_id or 0
    said = [
        refusal(lambda by=by: shielding.shield(desk, id, by, WHY)) for by in (cashier.id, maria.id)
    ]
    merged(desk, second, id, lee, dana)
    went = refusal(lambda: shielding.shield(desk, second, dana.id, WHY))
    visitor.sign_in(cashier)
    page = visitor.get(page_of(id))

    assert said == ["Only a reviewer may decide this.", "Nobody decides about their own record."]
    assert "went already" in went and shielding.history(id) == []
    assert "Must this person stay hidden?" in page.text and "Hide this person" not in page.text


def test_strangers_and_educators_hide_nobody(
    visitor: Visitor, desk: Desk, maria: Character
) -> None:
    at = page_of(maria.educator_id)
    stranger = visitor.post(f"{at}/shield", {"safety_reason": WHY})
    visitor.sign_in(maria)

    assert "/account/sign-in" in stranger.location
    for action in ("shield", "lift"):
        assert visitor.post(f"{at}/{action}", {"safety_reason": WHY}).status == 404
    assert not db.session.get_one(Educator, maria.educator_id).shielded


def test_a_certificate_that_moves_keeps_the_code_on_its_paper(
    client: FlaskClient, desk: Desk, maria: Character, second: int, dana: Character, lee: Character
) -> None:
    id = maria.educator_id or 0
    shielding.shield(desk, id, dana.id, WHY)
    shielding.lift(desk, id, lee.id, "It ended")
    _, code = known(desk, second)
    merged(desk, second, id, lee, dana)
    held = db.session.scalars(sa.select(Certificate).where(Certificate.educator_id == id)).all()

    assert client.get(code).status_code == 200 and len(held) == 2
    assert json.loads(client.get(code).data)["educator"]["last_name"] == "Rivera"


def test_the_address_of_a_hidden_record_leads_to_nobody_when_another_hidden_one_takes_it_in(
    client: FlaskClient, desk: Desk, maria: Character, second: int, dana: Character, lee: Character
) -> None:
    id = maria.educator_id or 0
    for each in (id, second):
        shielding.shield(desk, each, dana.id, WHY)
    kept = [*known(desk, second), *known(desk, id)]
    merged(desk, second, id, lee, dana)

    assert [client.get(address).status_code for address in kept] == [404] * 4


def test_a_file_that_renames_a_hidden_person_does_not_lead_from_the_earlier_name_to_the_new_one(
    client: FlaskClient, desk: Desk, maria: Character, dana: Character
) -> None:
    shielding.shield(desk, maria.educator_id or 0, dana.id, WHY)
    kept = known(desk, maria.educator_id)  # still found as Rivera, by anyone
    number = db.session.get_one(Educator, maria.educator_id).number
    db.session.rollback()
    lines = ["number,first_name,last_name,birth_date\n", f"{number},Maria,Ortega,1990-05-17\n"]
    took = [(batch.taken, batch.changed) for batch in imports.educators(desk, lines)]
    again = known(desk, maria.educator_id)
    list(imports.educators(desk, [lines[0], lines[1].replace("05-17", "05-18")]))

    assert took == [(1, 1)] and known(desk, maria.educator_id) == again
    assert [client.get(address).status_code for address in kept] == [404, 404]
    assert client.get(again[0]).json["educator"]["last_name"] == "Ortega"
    assert lookup_rebuilding.verify(desk) == []


def test_a_number_that_was_kept_does_not_tell_the_new_name(
    client: FlaskClient, desk: Desk, maria: Character, second: int, dana: Character, lee: Character
) -> None:
    id = maria.educator_id or 0
    ids = (id, second)
    numbers = [db.session.get_one(Educator, each).number for each in ids]
    merged(desk, second, id, lee, dana)

    def found(more: str = "") -> list[int]:
        answers = [client.get(f"/api/v1/educators?ein={number}{more}") for number in numbers]
        return [len(answer.json["found"]) for answer in answers]

    before = found()
    shielding.shield(desk, id, dana.id, WHY)
    renamed(id)

    assert before == [1, 1] and found() == [0, 0]
    assert found("&last=or") == [0, 0]
    assert found("&last=Ortega") == [1, 1]
