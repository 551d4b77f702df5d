"""Signing in: what is refused, how soon, and what a temporary password leads to."""

from contextlib import suppress

import pytest

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.services import accounts, outbox, sign_in
from cecs.services.sign_in import Refused
from cecs.web.mails import render
from tests import once
from tests.conftest import Clock, Letterbox
from tests.people import People

ADDRESS = "192.0.2.7"
NEW = "seven tall lamps glow"


def refusal(desk: Desk, username: str, password: str, address: str = ADDRESS) -> str:
    with pytest.raises(Refused) as refused:
        sign_in.sign_in(desk, username, password, address)
    return str(refused.value.sentence)


def mailed_password(desk: Desk, letterbox: Letterbox, email: str) -> str:
    accounts.forgot_password(desk, email)
    outbox.deliver_due(desk, render)
    return letterbox.letters[-1][2].split("temporary password is: ")[1].split()[0]


def test_spaces_and_capitals_around_a_username_give_no_more_tries(
    desk: Desk, people: People
) -> None:
    maria = people.account()
    spellings = [" " * n + maria.username.upper() + " " * n for n in range(6)]
    for spelling in spellings:
        assert refusal(desk, spelling, "not the password") == str(sign_in.WRONG)

    assert "Wait 15 minutes" in refusal(desk, maria.username, maria.password)


def test_the_last_minute_of_a_wait_is_one_minute(desk: Desk, people: People, clock: Clock) -> None:
    maria = people.account()
    for _ in range(6):
        refusal(desk, maria.username, "not the password")
    clock.advance(minutes=14, seconds=30)

    assert "Wait one minute" in refusal(desk, maria.username, maria.password)


def test_one_address_cannot_try_many_accounts(desk: Desk) -> None:
    for n in range(60):
        refusal(desk, f"teacher{n}", "not the password")

    assert "Wait" in refusal(desk, "teacher99", "not the password")
    assert refusal(desk, "teacher99", "not it", "192.0.2.8") == str(sign_in.WRONG)


def test_a_refusal_verifies_as_much_for_nobody_as_for_anybody(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria, pablo = people.account(), people.account("Pablo", "Reyes")
    accounts.forgot_password(desk, pablo.email)
    verified: list[str] = []
    monkeypatch.setattr(sign_in, "_fits", lambda kept, typed: verified.append(kept))
    counts = []
    for username in (maria.username, pablo.username, "nobody1234"):
        verified.clear()
        refusal(desk, username, "not the password")
        counts.append(len(verified))

    assert counts == [2, 2, 2]


def test_who_signs_in_with_a_mailed_password_must_choose_a_new_one(
    desk: Desk, people: People, letterbox: Letterbox
) -> None:
    maria = people.account()
    temporary = mailed_password(desk, letterbox, maria.email)
    cookie = sign_in.sign_in(desk, maria.username, temporary, ADDRESS)
    before = sign_in.recognise(desk, cookie)
    sign_in.choose_password(desk, maria.id, temporary, NEW, cookie, ADDRESS)
    after = sign_in.recognise(desk, cookie)

    assert before and before.must_choose_password
    assert after and not after.must_choose_password
    assert refusal(desk, maria.username, temporary) == str(sign_in.WRONG)
    assert refusal(desk, maria.username, maria.password) == str(sign_in.WRONG)


def test_a_password_that_strangers_asked_for_changes_nothing_for_its_owner(
    desk: Desk, people: People
) -> None:
    maria = people.account()
    accounts.forgot_password(desk, maria.email)
    seen = sign_in.recognise(desk, sign_in.sign_in(desk, maria.username, maria.password, ADDRESS))

    assert seen and not seen.must_choose_password


def test_the_present_password_cannot_be_guessed_on_the_choosing_page(
    desk: Desk, people: People
) -> None:
    maria = people.account()
    cookie = sign_in.sign_in(desk, maria.username, maria.password, ADDRESS)
    for n in range(6):
        with suppress(Refused):
            sign_in.choose_password(desk, maria.id, f"guess {n}", NEW, cookie, ADDRESS)
    with pytest.raises(Refused) as refused:
        sign_in.choose_password(desk, maria.id, maria.password, NEW, cookie, ADDRESS)

    assert "Wait 15 minutes" in str(refused.value.sentence)


def test_the_temporary_password_cannot_be_kept(
    desk: Desk, people: People, letterbox: Letterbox
) -> None:
    maria = people.account()
    temporary = mailed_password(desk, letterbox, maria.email)
    cookie = sign_in.sign_in(desk, maria.username, temporary, ADDRESS)
    with pytest.raises(Refused) as refused:
        sign_in.choose_password(
            desk, maria.id, temporary, temporary.upper().replace("-", " "), cookie, ADDRESS
        )

    assert "Choose another" in str(refused.value.sentence)


def test_a_sign_in_ends_after_twelve_hours_however_busy(
    desk: Desk, people: People, clock: Clock
) -> None:
    maria = people.account()
    cookie = sign_in.sign_in(desk, maria.username, maria.password, ADDRESS)
    seen = []
    for _ in range(37):
        clock.advance(minutes=20)
        seen.append(sign_in.recognise(desk, cookie) is not None)

    assert seen == [True] * 36 + [False]


def test_a_cookie_is_worth_nothing_after_signing_out(desk: Desk, people: People) -> None:
    maria = people.account()
    cookie = sign_in.sign_in(desk, maria.username, maria.password, ADDRESS)
    sign_in.sign_out(desk, cookie)

    assert sign_in.recognise(desk, cookie) is None


def test_getting_in_takes_back_the_tries_of_an_account_and_not_of_an_address(
    desk: Desk, people: People
) -> None:
    maria = people.account()
    for _ in range(5):
        refusal(desk, maria.username, "not the password")
    sign_in.sign_in(desk, maria.username, maria.password, ADDRESS)
    for _ in range(5):
        assert refusal(desk, maria.username, "not the password") == str(sign_in.WRONG)
    for number in range(50):
        refusal(desk, f"nobody{number}", "not the password")

    assert "Too many tries" in refusal(desk, "nobody99", "not the password")


def test_a_password_is_kept_in_a_way_that_is_slow_to_guess(
    desk: Desk, people: People, letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sign_in, accounts):
        monkeypatch.setattr(module, "HASHER", once.SLOW_HASHER)
    maria = people.account()
    temporary = mailed_password(desk, letterbox, maria.email)
    cookie = sign_in.sign_in(desk, maria.username, temporary, ADDRESS)
    sign_in.choose_password(desk, maria.id, temporary, NEW, cookie, ADDRESS)
    kept = db.session.get_one(Person, maria.id).password_hash

    assert kept is not None and kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in.sign_in(desk, maria.username, NEW, ADDRESS)
