"""Opening an account, and its two mails."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.office import OutgoingMail
from cecs.services import accounts, outbox, sign_in
from cecs.services.refused import Refused
from cecs.web.mails import render
from tests.conftest import Clock, Letterbox
from tests.people import People

ADDRESS = "192.0.2.7"


def the_person() -> Person:
    return db.session.scalars(sa.select(Person)).one()


def temporary_in(letterbox: Letterbox) -> str:
    text = [text for _, _, text in letterbox.letters if "temporary password is" in text][-1]
    return text.split("temporary password is: ")[1].split()[0]


def test_a_new_account_gets_two_separate_mails(desk: Desk, letterbox: Letterbox) -> None:
    accounts.create_account(desk, "Maria", "Rivera", "Maria@Example.org")

    assert outbox.deliver_due(desk, render) == 2
    assert {to for to, _, _ in letterbox.letters} == {"Maria@Example.org"}
    username = the_person().username
    texts = [text for _, _, text in letterbox.letters]
    assert [username in text for text in texts] == [True, False]
    assert temporary_in(letterbox) not in texts[0]


def test_the_temporary_password_lies_sealed_and_is_erased_once_sent(
    desk: Desk, letterbox: Letterbox
) -> None:
    accounts.create_account(desk, "Maria", "Rivera", "maria@example.org")
    waiting = db.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.notice == "temporary_password")
    ).one()
    sealed = waiting.sealed_secret
    outbox.deliver_due(desk, render)
    db.session.refresh(waiting)

    assert sealed is not None and temporary_in(letterbox).encode() not in sealed
    assert waiting.sealed_secret is None and waiting.sent_at == desk.now()


def test_a_taken_email_warns_its_owner_whatever_its_capitals(
    desk: Desk, letterbox: Letterbox
) -> None:
    accounts.create_account(desk, "Maria", "Rivera", "home@example.org")
    outbox.deliver_due(desk, render)
    accounts.create_account(desk, "Pablo", "Rivera", "HOME@example.org")
    outbox.deliver_due(desk, render)

    assert the_person().first_name == "Maria"
    assert "Someone tried to open" in letterbox.letters[-1][1]


def test_sending_again_cancels_the_old_password(desk: Desk, letterbox: Letterbox) -> None:
    accounts.create_account(desk, "Maria", "Rivera", "maria@example.org")
    outbox.deliver_due(desk, render)
    first = temporary_in(letterbox)
    accounts.send_again(desk, "maria@example.org")
    outbox.deliver_due(desk, render)
    username = the_person().username

    assert sign_in.sign_in(desk, username, temporary_in(letterbox), ADDRESS)
    try:
        sign_in.sign_in(desk, username, first, ADDRESS)
    except Refused as refused:
        assert refused.sentence == sign_in.WRONG
    else:
        raise AssertionError("the old password still works")


def test_a_mail_that_is_not_taken_is_tried_again_later(
    desk: Desk, clock: Clock, letterbox: Letterbox
) -> None:
    accounts.create_account(desk, "Maria", "Rivera", "maria@example.org")
    taken = letterbox.deliver
    letterbox.deliver = refuse  # type: ignore[method-assign]

    assert outbox.deliver_due(desk, render) == 0
    letterbox.deliver = taken  # type: ignore[method-assign]
    assert outbox.deliver_due(desk, render) == 0
    clock.advance(minutes=2)
    assert outbox.deliver_due(desk, render) == 2


def refuse(to: str, subject: str, text: str) -> None:
    raise ConnectionRefusedError("no mail server")


def test_a_temporary_password_lasts_72_hours(
    desk: Desk, clock: Clock, letterbox: Letterbox
) -> None:
    accounts.create_account(desk, "Maria", "Rivera", "maria@example.org")
    outbox.deliver_due(desk, render)
    clock.instant += timedelta(hours=72, seconds=1)
    try:
        sign_in.sign_in(desk, the_person().username, temporary_in(letterbox), ADDRESS)
    except Refused as refused:
        assert refused.sentence == sign_in.WRONG
    else:
        raise AssertionError("an old temporary password still works")


@pytest.mark.parametrize(
    "asks",
    [
        accounts.forgot_password,
        accounts.forgot_username,
        lambda desk, email: accounts.create_account(desk, "Pablo", "Rivera", email),
    ],
)
def test_strangers_cannot_flood_a_mailbox(
    desk: Desk, people: People, clock: Clock, asks: Callable[[Desk, str], None]
) -> None:
    maria = people.account()
    for _ in range(8):
        asks(desk, maria.email)
    within = db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail))
    clock.advance(hours=1, minutes=1)
    asks(desk, maria.email)

    assert within == 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 6
