"""A district's own program is told what changes for its educators."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.config import ROOT
from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.educators import Certificate, Educator
from cecs.models.roster import RosterDelivery, RosterHook
from cecs.services import (
    api_keys,
    imports,
    lookup_entries,
    retirements,
    reviews,
    roster_events,
    roster_hooks,
    roster_posting,
)
from cecs.services.transactions import Gone
from tests.applying import applies, refusal
from tests.conftest import Clock
from tests.listening import Program, heard, listening
from tests.pages import Visitor
from tests.people import Character, People


@pytest.fixture
def program() -> Iterator[Program]:
    with listening() as found:
        yield found


@pytest.fixture
def districts(desk: Desk) -> tuple[str, str]:
    first, second = sorted(desk.regime.districts)[:2]
    return first, second


@pytest.fixture
def maria(desk: Desk, people: People, districts: tuple[str, str]) -> Character:
    """A teacher of the first district; that she joined is past."""
    found: Character = people.teacher()
    moves(found, districts[0])
    return found


@pytest.fixture
def dana(people: People) -> Character:
    found: Character = people.staff()
    return found


@pytest.fixture
def key(desk: Desk, dana: Character, districts: tuple[str, str]) -> int:
    """A key of the first district."""
    api_keys.make(desk, dana.id, districts[0], "payroll")
    return api_keys.made()[0].id


@pytest.fixture
def secret(desk: Desk, dana: Character, key: int, maria: Character, program: Program) -> str:
    """The district listens, and has heard nothing yet."""
    return roster_hooks.set_address(desk, key, dana.id, program.url)


def moves(who: Character, district: str | None) -> None:
    db.session.get_one(Educator, who.educator_id).district_code = district
    db.session.commit()


def kinds() -> list[str]:
    """What was written, be it sent or not."""
    db.session.rollback()
    rows = sa.select(RosterDelivery.kind).order_by(RosterDelivery.id)
    return [kind.value for kind in db.session.scalars(rows)]


def is_ours() -> Any:
    """The example of the documentation."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.S)
    assert found is not None and found[1].strip().count("\n") < 11
    names: dict[str, Any] = {}
    exec(found[1], names)
    return names["is_ours"]


def test_what_changes_is_sent_signed_and_once(
    desk: Desk, app: Flask, maria: Character, secret: str, program: Program
) -> None:
    db.session.get_one(Educator, maria.educator_id).last_name = "Lopez"
    db.session.commit()
    sent, again = roster_posting.deliver(desk), roster_posting.deliver(desk)
    ((headers, body),) = program.came
    (told,) = heard(program)
    shown = app.test_client().get(f"/api/v1/educators/{told['educator_id']}").json["educator"]
    now = desk.now().timestamp()
    check, signed = is_ours(), headers["CECS-Signature"]

    assert (sent, again) == (1, 0) and told["type"] == "educator.renamed"
    assert told["educator"] == shown and told["educator"]["last_name"] == "Lopez"
    assert headers["CECS-Event-Id"] == told["id"]
    assert check(secret, signed, body, now) is True
    assert check(secret, signed, body + b" ", now) is False
    assert check("whsec_other", signed, body, now) is False
    assert check(secret, signed, body, now + 301) is False


def test_no_more_is_told_than_the_lookup_shows(
    desk: Desk, maria: Character, secret: str, program: Program
) -> None:
    educator = db.session.get_one(Educator, maria.educator_id)
    number, educator.first_name = educator.number, "Mary"
    db.session.commit()
    roster_posting.deliver(desk)
    ((headers, body),) = program.came

    assert set(json.loads(body)) == {
        "id", "type", "at", "version", "district", "educator_id", "certificate", "educator",
    }  # fmt: skip
    assert number not in body.decode() and "1990" not in body.decode()


def test_a_certificate_that_is_issued_renewed_or_revoked_is_told(
    desk: Desk, app: Flask, maria: Character, dana: Character, secret: str, program: Program
) -> None:
    id = applies(app, maria, Status.IN_REVIEW, checked=True)
    reviews.approve(desk, id, dana.id)
    db.session.add(
        Certificate(
            educator_id=maria.educator_id,
            type_code="PROV",
            issued_on=desk.today(),
            valid_from=desk.today(),
            expires_on=date(2030, 1, 1),
            state="active",
        )  # fmt: skip
    )
    db.session.commit()
    db.session.get_one(Certificate, maria.certificate_ids[0]).state = "revoked"
    db.session.commit()
    roster_posting.deliver(desk)
    told = heard(program)

    assert [each["type"] for each in told] == [
        "certificate.renewed", "certificate.issued", "certificate.revoked",
    ]  # fmt: skip
    codes = {each["verify"] for each in told[2]["educator"]["certificates"]}
    assert {each["certificate"] for each in told} == codes


def test_each_district_hears_of_its_own_only(
    desk: Desk, maria: Character, dana: Character, secret: str, program: Program,
    districts: tuple[str, str], people: People,
) -> None:  # fmt: skip
    with listening() as elsewhere:
        api_keys.make(desk, dana.id, districts[1], "roster")
        other = api_keys.made()[0].id
        roster_hooks.set_address(desk, other, dana.id, elsewhere.url)
        moves(maria, districts[1])
        people.record("Ana", "Silva", date(1980, 1, 1), "987654321")
        roster_posting.deliver(desk)
        (left,), (joined,) = heard(program), heard(elsewhere)

    assert (left["type"], left["district"]) == ("educator.left", districts[0])
    assert (joined["type"], joined["district"]) == ("educator.joined", districts[1])


def test_who_must_stay_hidden_has_left(desk: Desk, maria: Character, secret: str) -> None:
    educator = db.session.get_one(Educator, maria.educator_id)
    educator.shielded = True
    db.session.commit()
    educator.last_name = "Lopez"
    db.session.commit()
    (one,) = db.session.scalars(sa.select(RosterDelivery))

    assert one.kind == "educator.left" and json.loads(one.body)["educator"] is None


def test_what_is_taken_back_tells_nothing(desk: Desk, maria: Character, secret: str) -> None:
    db.session.get_one(Educator, maria.educator_id).last_name = "Lopez"
    db.session.flush()
    db.session.rollback()

    assert kinds() == []


def test_merged_records_are_told_as_such(
    desk: Desk, maria: Character, dana: Character, secret: str, people: People,
    districts: tuple[str, str],
) -> None:  # fmt: skip
    second = people.record(
        "Maria", "Lopez", date(1990, 5, 17), "987654320", district_code=districts[0]
    )
    db.session.get_one(Certificate, maria.certificate_ids[0]).educator_id = second
    db.session.commit()
    db.session.execute(sa.delete(RosterDelivery))
    db.session.commit()
    lee = people.staff("Lee", "Chandra", "supervisor")
    id = retirements.propose(desk, second, maria.educator_id, lee.id, "One person")
    retirements.decide(desk, id, dana.id, approved=True)
    left = db.session.scalars(
        sa.select(RosterDelivery).where(RosterDelivery.kind == "educator.left")
    ).one()

    assert sorted(kinds()) == ["educator.left", "educator.merged"]
    assert json.loads(left.body)["educator"] is None
    assert json.loads(left.body)["educator_id"] == lookup_entries.public_id(desk, second, 0)


def test_an_import_is_told_too(
    desk: Desk, maria: Character, secret: str, districts: tuple[str, str]
) -> None:
    lines = [
        "number,first_name,last_name,birth_date,district,school_year\n",
        f"4999999999,Ana,Silva,1980-01-01,{districts[0]},2026-2027\n",
    ]
    list(imports.educators(desk, lines))

    assert kinds() == ["educator.joined"]


def test_the_day_after_its_last_a_certificate_is_told_once(
    desk: Desk, maria: Character, secret: str, clock: Clock
) -> None:
    ends = db.session.get_one(Certificate, maria.certificate_ids[0]).expires_on
    clock.set(desk.bounds(ends)[0] + timedelta(hours=12))
    on_it = roster_events.expire(desk)
    clock.advance(days=3)  # nobody was at work in between
    after, again = roster_events.expire(desk), roster_events.expire(desk)
    (one,) = db.session.scalars(sa.select(RosterDelivery))
    status = json.loads(one.body)["educator"]["certificates"][0]["status"]

    assert (on_it, after, again) == (0, 1, 0)
    assert one.kind == "certificate.expired" and status == "expired"


def test_a_server_that_is_down_is_tried_for_a_day_and_asked_once_a_pause(
    desk: Desk, maria: Character, secret: str, program: Program, clock: Clock, key: int
) -> None:
    program.status = 503
    for name in ("Lopez", "Ortega", "Silva"):
        db.session.get_one(Educator, maria.educator_id).last_name = name
        db.session.commit()
    first = roster_posting.deliver(desk)
    tries = [len(program.came)]
    started = desk.now()
    while desk.now() < started + timedelta(hours=30):
        clock.advance(minutes=1)
        roster_posting.deliver(desk)
        tries.append(len(program.came))
    lost = roster_hooks.deliveries(key)

    assert first == 0 and tries[0] == 1 and tries[1] == 2 and tries[60] <= 5
    assert all(each.given_up_at and each.answer in ("503", "") for each in lost)
    assert tries[-1] <= 12 and roster_hooks.given_up() == [key]


def test_what_could_not_be_delivered_arrives_when_the_server_is_back(
    desk: Desk, maria: Character, secret: str, program: Program, clock: Clock
) -> None:
    program.status = 500
    db.session.get_one(Educator, maria.educator_id).last_name = "Lopez"
    db.session.commit()
    roster_posting.deliver(desk)
    program.status = 200
    too_early = roster_posting.deliver(desk)
    clock.advance(minutes=1)
    arrived = roster_posting.deliver(desk)
    first, second = heard(program)

    assert (too_early, arrived) == (0, 1) and first["id"] == second["id"]


def test_a_revoked_key_and_a_stopped_address_get_nothing(
    desk: Desk, maria: Character, secret: str, program: Program, key: int, dana: Character,
    clock: Clock,
) -> None:  # fmt: skip
    db.session.get_one(Educator, maria.educator_id).last_name = "Lopez"
    db.session.commit()
    roster_hooks.stop(desk, key)
    roster_hooks.set_address(desk, key, dana.id, program.url)
    stopped = roster_posting.deliver(desk)
    db.session.get_one(Educator, maria.educator_id).last_name = "Ortega"
    db.session.commit()
    api_keys.revoke(desk, key, dana.id)
    revoked = roster_posting.deliver(desk)
    db.session.get_one(Educator, maria.educator_id).last_name = "Silva"
    db.session.commit()

    assert (stopped, revoked, program.came) == (0, 0, []) and len(kinds()) == 2
    with pytest.raises(Gone):
        roster_hooks.set_address(desk, key, dana.id, program.url)
    clock.advance(days=91)
    assert (roster_posting.forget(desk), kinds()) == (2, [])


def test_what_ended_long_ago_is_forgotten(
    desk: Desk, maria: Character, secret: str, program: Program, clock: Clock
) -> None:
    db.session.get_one(Educator, maria.educator_id).last_name = "Lopez"
    db.session.commit()
    roster_posting.deliver(desk)
    clock.advance(days=89)
    early = roster_posting.forget(desk)
    clock.advance(days=2)

    assert (early, roster_posting.forget(desk), kinds()) == (0, 1, [])


def test_an_address_in_our_own_network_is_refused(desk: Desk, key: int, dana: Character) -> None:
    for address in ("http://hill.example/", "https://10.0.0.5/", "nowhere"):
        assert refusal(lambda at=address: roster_hooks.set_address(desk, key, dana.id, at) and None)
    assert roster_hooks.hook(key) is None


def test_strangers_and_educators_find_no_page_of_a_key(
    visitor: Visitor, maria: Character, key: int, secret: str
) -> None:
    stranger = visitor.get(f"/bureau/api-keys/{key}")
    visitor.sign_in(maria)
    sent = {"address": "https://mine.example/"}

    assert "/account/sign-in" in stranger.location
    assert visitor.get(f"/bureau/api-keys/{key}").status == 404
    for action in ("address", "stop", "deliveries/1", "revoke"):
        assert visitor.post(f"/bureau/api-keys/{key}/{action}", sent).status == 404
    assert db.session.scalars(sa.select(RosterHook.address)).one().startswith("http://127.0.0.1")


def test_staff_set_an_address_see_what_was_sent_and_send_it_again(
    visitor: Visitor, desk: Desk, maria: Character, dana: Character, key: int, program: Program,
    clock: Clock,
) -> None:  # fmt: skip
    visitor.sign_in(dana)
    at = f"/bureau/api-keys/{key}"
    wrong = visitor.post(f"{at}/address", {"address": "http://hill.example/"})
    made = visitor.post(f"{at}/address", {"address": program.url})
    secret = str(made.soup.find(id="secret")["value"])
    program.status = 500
    db.session.rollback()
    db.session.get_one(Educator, maria.educator_id).last_name = "Lopez"
    db.session.commit()
    roster_posting.deliver(desk)
    tried = visitor.get(at)
    clock.advance(days=2)
    roster_posting.deliver(desk)
    visitor.sign_in(dana)  # whose day is over
    lost, listed = visitor.get(at), visitor.get("/bureau/api-keys")
    program.status = 204
    again = visitor.post(f"{at}/deliveries/1")
    roster_posting.deliver(desk)
    done = visitor.follow(again)
    check = is_ours()(secret, *last(program), desk.now().timestamp())
    stopped = visitor.follow(visitor.post(f"{at}/stop"))

    assert wrong.status == 422 and "begin with https://" in wrong.errors
    assert made.response.headers["Cache-Control"] == "no-store" and secret not in tried.html
    for words in ("educator.renamed", "Tried 1 ×, again on", "500"):
        assert words in tried.text
    assert "Given up on" in lost.text and "could not be delivered" in listed.text
    assert "Delivered on" in done.text and check is True
    assert program.url not in stopped.text and "Send again" not in stopped.text
    assert visitor.post(f"{at}/deliveries/1").status == 404
    assert visitor.get("/bureau/api-keys/99").status == 404


def last(program: Program) -> tuple[str, bytes]:
    headers, body = program.came[-1]
    return headers["CECS-Signature"], body


def test_the_signature_names_the_moment_of_sending(
    desk: Desk, maria: Character, secret: str, program: Program, clock: Clock
) -> None:
    clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    db.session.get_one(Educator, maria.educator_id).last_name = "Lopez"
    db.session.commit()
    clock.advance(hours=3)
    roster_posting.deliver(desk)
    signed, _ = last(program)

    assert signed.startswith(f"t={int(desk.now().timestamp())},v1=")
