"""The lookup's read model follows the registry, and the day."""

import json
import threading
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.educators import Certificate, CertificateEndorsement, Educator, FormerName
from cecs.models.lookup import LookupAlias, LookupEntry, LookupSurname
from cecs.schema import build_lookup
from cecs.services import lookup, lookup_entries, lookup_rebuilding, lookup_rows
from cecs.services.lookup import Asked, How
from cecs.services.transactions import Gone, writing
from tests import looking
from tests.applying import applies
from tests.conftest import Clock
from tests.people import Character, People


def found(desk: Desk, last: str, first: str = "", **asked: Any) -> list[tuple[str, How]]:
    answer = looking.search(desk, Asked(last, first, **asked))
    return [(f"{each.first_name} {each.last_name}", each.how) for each in answer.found]


def test_what_is_issued_taken_back_or_renamed_shows_at_once(desk: Desk, maria: Character) -> None:
    held = db.session.get_one(Certificate, maria.certificate_ids[0])
    held.state = "revoked"
    held.endorsements.append(CertificateEndorsement(code="029"))
    db.session.commit()
    revoked = looking.search(desk, Asked("Rivera")).found[0].certificates[0]
    educator = db.session.get_one(Educator, maria.educator_id)
    educator.last_name, educator.last_key = "Núñez", "nunez"
    db.session.commit()

    assert revoked.standing.code == "revoked" and len(revoked.endorsements) == 2
    assert found(desk, "Rivera") == [] and found(desk, "nunez") != []
    assert lookup_rebuilding.verify(desk) == []


def test_what_is_rolled_back_was_never_shown(desk: Desk, maria: Character) -> None:
    db.session.get_one(Certificate, maria.certificate_ids[0]).state = "revoked"
    db.session.flush()
    db.session.rollback()

    assert looking.search(desk, Asked("Rivera")).found[0].certificates[0].standing.code == "active"
    assert lookup_rebuilding.verify(desk) == []


def test_a_renewal_under_review_is_seen_with_its_day(
    app: Any, desk: Desk, maria: Character, clock: Clock
) -> None:
    applies(app, maria, Status.WAITING_FIRST_REVIEW)
    clock.advance(days=120)
    words = looking.search(desk, Asked("Rivera")).found[0].certificates[0].standing.code

    assert words == "expired_renewal_filed" and lookup_rebuilding.verify(desk) == []


def test_the_words_change_at_midnight_without_a_rebuild(
    desk: Desk, maria: Character, clock: Clock
) -> None:
    def status() -> str:
        row = lookup.find(desk, Asked("Rivera")).rows[0]
        return str(json.loads(lookup.in_words(desk, row))["certificates"][0]["status"])

    last = db.session.get_one(Certificate, maria.certificate_ids[0]).expires_on
    kept = db.session.scalar(sa.select(LookupEntry.finished_until))
    clock.instant, _ = desk.bounds(last + timedelta(days=1))
    after = status()
    clock.instant -= timedelta(seconds=1)

    assert kept == last and (status(), after) == ("active", "expired")


def test_the_rebuilt_one_is_the_same(desk: Desk, people: People) -> None:
    people.teacher("Ana", "De la Cruz-Ortiz", ssn="987654321")
    people.record("Ben", "Hale Jr.", date(1980, 1, 1), "987654322")

    def rows() -> list[Any]:
        models = (LookupEntry, LookupAlias, LookupSurname)
        return [
            sorted(map(tuple, db.session.execute(sa.select(*model.__table__.columns))))
            for model in models
        ]

    followed = rows()
    assert build_lookup(desk) == 2 and rows() == followed
    assert lookup_rebuilding.verify(desk) == []


def test_a_row_that_went_wrong_is_noticed(desk: Desk, maria: Character) -> None:
    db.session.execute(sa.update(LookupEntry).values(district_code="elsewhere"))
    db.session.commit()
    wrong = lookup_rebuilding.verify(desk)
    db.session.execute(sa.delete(LookupEntry))
    db.session.commit()

    assert wrong == [f"educator {maria.educator_id}"]
    assert len(lookup_rebuilding.verify(desk)) == 2 and lookup_rebuilding.is_missing()


def test_a_former_last_name_finds_and_is_not_told(desk: Desk, maria: Character) -> None:
    db.session.add(
        FormerName(educator_id=maria.educator_id, last_name="Okonkwo", last_key="okonkwo")
    )
    db.session.commit()
    listed = looking.search(desk, Asked("okonk", "mar")).found

    assert [each.how for each in listed] == [How.FORMER]
    assert "konkwo" not in str(listed)


def test_who_is_shielded_is_found_by_neither_former_name_nor_district(
    desk: Desk, maria: Character
) -> None:
    educator = db.session.get_one(Educator, maria.educator_id)
    educator.district_code, educator.shielded = sorted(desk.regime.districts)[0], True
    db.session.add(FormerName(educator_id=educator.id, last_name="Okonkwo", last_key="okonkwo"))
    db.session.commit()
    seen = looking.search(desk, Asked("Rivera")).found[0]

    assert found(desk, "Okonkwo") == []
    assert found(desk, "Rivera", district=sorted(desk.regime.districts)[0]) == []
    assert seen.district is None and seen.school_year is None


@pytest.mark.parametrize("typed", ["Cruz", "Ortiz", "cruz-ortiz", "De la Cruz"])
def test_a_long_name_is_found_by_its_parts(desk: Desk, people: People, typed: str) -> None:
    people.record("Ana", "De la Cruz-Ortiz", date(1980, 1, 1), "987654321")

    assert [name for name, _ in found(desk, typed)] == ["Ana De la Cruz-Ortiz"]


def test_pages_follow_each_other_without_gap(desk: Desk, people: People) -> None:
    for number in range(60):
        born, ssn = date(1980, 1, 1), f"98765{4300 + number}"
        people.record(f"Ana{number:02}", "Smith", born, ssn)
    seen: list[str] = []
    after = ""
    while True:
        answer = looking.search(desk, Asked("Smith", after=after))
        seen += [each.first_name for each in answer.found]
        if not answer.more:
            break
        after = answer.found[-1].place

    assert seen == [f"Ana{number:02}" for number in range(60)]


def test_only_who_may_serve_today_when_that_is_asked(
    desk: Desk, maria: Character, clock: Clock
) -> None:
    now = found(desk, "Rivera", active_only=True)
    clock.advance(days=200)

    assert now != [] and found(desk, "Rivera", active_only=True) == []


def test_ids_and_codes_find_one_and_tell_nothing_of_others(
    desk: Desk, maria: Character, people: People
) -> None:
    people.teacher("Pablo", "Rivera", ssn="987654321")
    first, second = looking.search(desk, Asked("Rivera")).found
    again = lookup.educator(desk, first.public_id)
    code = first.certificates[0].verify

    assert (again.last_key, again.first_key) == ("rivera", "maria")
    assert lookup.by_code(desk, code.lower()).place == again.place
    assert first.public_id != second.public_id and not first.public_id.isdigit()
    with pytest.raises(Gone):
        lookup.educator(desk, str(maria.educator_id))
    with pytest.raises(Gone):
        lookup.by_code(desk, "ABCDEFABCDEF")


def test_a_rare_first_name_is_found_under_any_beginning(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_rows, "BUDGET", 3)
    for number in range(5):
        people.record("Ana", f"Smith{'abcde'[number]}", date(1980, 1, 1), f"98765432{number}")
    people.record("Zedekiah", "Smithz", date(1980, 1, 1), "987654329")
    answer = looking.search(desk, Asked("Sm", "Zed"))

    assert [each.last_name for each in answer.found] == ["Smithz"] and answer.searched_all


def test_two_common_beginnings_have_a_budget_and_say_when_it_was_spent(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_rows, "BUDGET", 3)
    for letter in "abcdefghijklmn":
        people.record(f"An{letter}", "Adams", date(1980, 1, 1), "987654320")
        people.record("Bo", f"Smith{letter}", date(1980, 1, 1), "987654330")
    people.record("Ana", "Smithz", date(1980, 1, 1), "987654329")
    spent = looking.search(desk, Asked("Sm", "An"))
    narrowed = looking.search(desk, Asked("Smithz", "An"))

    assert spent.found == () and not spent.searched_all
    assert len(narrowed.found) == 1 and narrowed.searched_all


def test_a_frequent_and_a_rare_first_name_of_one_beginning_are_read_in_order(
    desk: Desk, people: People
) -> None:
    for number in range(30):
        people.record("Ana", f"Smith{'abc'[number // 10]}", date(1980, 1, 1), "987654320")
    people.record("Anabel", "Smitha", date(1980, 1, 1), "987654321")
    people.record("Anatol", "Smithc", date(1980, 1, 1), "987654322")
    people.record("Ana", "Other", date(1980, 1, 1), "987654323")
    first = looking.search(desk, Asked("Sm", "Ana"))
    second = looking.search(desk, Asked("Sm", "Ana", after=first.found[-1].place))
    names = [f"{each.first_name} {each.last_name}" for each in (*first.found, *second.found)]

    assert first.more and not second.more and first.searched_all
    assert names == [
        *["Ana Smitha"] * 10, "Anabel Smitha", *["Ana Smithb"] * 10, *["Ana Smithc"] * 10,
        "Anatol Smithc",
    ]  # fmt: skip


def test_what_is_no_place_starts_at_the_beginning(desk: Desk, maria: Character) -> None:
    for wrong in ("x", "a.b", "a.b.c.d", "a b.c.d", "../.."):
        assert [each.first_name for each in looking.search(desk, Asked("Riv", after=wrong)).found]


def test_a_page_goes_on_where_the_one_before_it_ended(desk: Desk, people: People) -> None:
    for number in range(30):
        people.record("Ana", f"Smith{'abc'[number // 10]}", date(1980, 1, 1), f"9876543{number:02}")
    first = looking.search(desk, Asked("Smith"))
    second = looking.search(desk, Asked("Smith", after=first.found[-1].place))
    same_name = looking.search(desk, Asked("Smitha", "An", after=first.found[4].place))
    elsewhere = looking.search(desk, Asked("Smithc", after=first.found[0].place))
    ids = [each.public_id for each in (*first.found, *second.found)]

    assert first.more and not second.more and len(set(ids)) == 30
    assert [each.public_id for each in same_name.found] == ids[5:10]
    assert len(elsewhere.found) == 10


def test_a_frequent_similar_name_does_not_hide_a_rare_one(desk: Desk, people: People) -> None:
    for number in range(30):
        people.record("Ana", "Smith", date(1980, 1, 1), f"9876543{number:02}")
    people.record("Zoe", "Smitt", date(1980, 1, 1), "987654399")
    answer = looking.search(desk, Asked("Smitx"))

    assert {each.last_name for each in answer.found} == {"Smith", "Smitt"} and answer.more


def test_two_who_change_the_certificates_of_one_educator_at_once_are_both_shown(
    app: Flask, desk: Desk, people: People, maria: Character
) -> None:
    assert maria.educator_id is not None
    ids = [people.certificate(maria.educator_id, "029") for _ in range(2)]
    db.session.rollback()

    def give_up(id: int) -> None:
        with app.app_context():
            writing()
            held = db.session.get_one(Certificate, id)
            held.state = "surrendered"
            db.session.commit()

    writing()
    held = db.session.get_one(Certificate, ids[0])
    held.state = "revoked"
    lookup_entries.refresh(desk, [maria.educator_id])
    other = threading.Thread(target=give_up, args=(ids[1],))
    other.start()
    other.join(0.5)
    db.session.commit()
    other.join(10)

    assert not other.is_alive() and lookup_rebuilding.verify(desk) == []
