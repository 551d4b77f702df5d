"""Entries that were booked wrongly, put right before anything has left the house."""

import dataclasses

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Actor, Status
from cecs.domain.mailed_payments import Instrument, PaymentState, WhyReturned
from cecs.extensions import db
from cecs.models.office import OutgoingMail, Task
from cecs.services import batches, ledger, mail_corrections, mailed_payments, reviews, status
from cecs.services.mailed_payments import WouldGoBack
from tests.applying import now, refusal
from tests.mailing import agreed
from tests.people import Character, People
from tests.services.test_mailed_payments import dana, envelope, kept, waits

__all__ = ["dana"]


@pytest.fixture
def pablo(people: People) -> Character:
    found: Character = people.teacher("Pablo", ssn="987654321")
    return found


def said_to(who: Character) -> list[str]:
    """What mails of a correction, of a return and with a receipt say to somebody, in short."""
    mails = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id))
    short = {"payment_returned": "comes back", "receipt": "receipt"}
    return [
        short.get(mail.notice) or mail.values["what"]["text"]
        for mail in mails
        if mail.recipient == who.email and mail.notice != "status_changed"
    ]


def test_a_payment_matched_to_the_wrong_person_is_given_to_the_right_one(
    app: Flask, desk: Desk, maria: Character, pablo: Character, dana: int
) -> None:
    hers, his = waits(app, maria), waits(app, pablo)
    id = mailed_payments.book(desk, dana, [hers.reference], envelope())
    mail_corrections.correct(desk, id, dana, [his.reference], envelope())

    assert {fee.application_id for fee in kept(id).fees} == {his.id}
    assert now(hers.id).status is Status.AWAITING_MAILED_PAYMENT and now(hers.id).filed_on is None
    assert ledger.payable_cents(now(hers.id)) == 10_000
    assert now(his.id).status is Status.WAITING_FIRST_REVIEW and now(his.id).filed_on
    assert said_to(maria) == ["receipt", mail_corrections.NOT_OURS.text]
    assert said_to(pablo) == ["receipt"]
    (before,) = mail_corrections.history(kept(id))
    assert hers.reference in str(before.stood) and before.by.id == dana


def test_who_waited_for_a_card_waits_for_it_again(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    hers = waits(app, maria)
    hers.status = Status.DRAFT
    status.become(desk, hers, Status.AWAITING_PAYMENT, Actor.EDUCATOR, maria.id)
    db.session.commit()
    id = mailed_payments.book(desk, dana, [hers.reference], envelope())
    mail_corrections.correct(desk, id, dana, [], envelope(payer="P. Novak"))

    assert now(hers.id).status is Status.AWAITING_PAYMENT
    assert kept(id).state is PaymentState.SUSPENSE and kept(id).application_id is None


def test_an_amount_mistyped_and_sent_back_is_matched_and_the_educator_told(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    hers = waits(app, maria)
    wrong, named = envelope(10_001), [hers.reference]
    id = agreed(lambda yes: mailed_payments.book(desk, dana, named, wrong, yes))
    mail_corrections.correct(desk, id, dana, named, envelope())

    assert kept(id).state is PaymentState.MATCHED and kept(id).returned_why is None
    assert kept(id).batch_id is not None and now(hers.id).filed_on is not None
    assert said_to(maria) == ["comes back", mail_corrections.NOT_BACK.text, "receipt"]
    assert mailed_payments.way_of(desk, now(hers.id))[-1][0].text == "Matched: it pays your fee"


def test_what_was_matched_and_must_go_back_asks_first(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    hers = waits(app, maria)
    id = mailed_payments.book(desk, dana, [hers.reference], envelope())
    right, named = envelope(9_000), [hers.reference]
    with pytest.raises(WouldGoBack) as asked:
        mail_corrections.correct(desk, id, dana, named, right)
    before = kept(id).state
    mail_corrections.correct(desk, id, dana, named, right, asked.value.agreement)

    assert before is PaymentState.MATCHED and kept(id).returned_why is WhyReturned.TOO_LITTLE
    assert kept(id).batch_id is None and ledger.payable_cents(now(hers.id)) == 10_000
    assert said_to(maria) == ["receipt", mail_corrections.SET_RIGHT.text, "comes back"]


def test_what_decides_nothing_is_corrected_and_nobody_told(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    hers = waits(app, maria)
    id = mailed_payments.book(desk, dana, [hers.reference], envelope())
    paid_at = now(hers.id).fees[0].paid_at
    right = envelope(number="7733", documents="Transcript")
    mail_corrections.correct(desk, id, dana, [hers.reference], right)

    assert kept(id).number == "7733" and now(hers.id).fees[0].paid_at == paid_at
    assert said_to(maria) == ["receipt"]
    assert "documents_came" in [event.name for event in now(hers.id).events]


def test_another_reason_to_go_back_is_said_once_more(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    named = [waits(app, maria).reference]
    id = agreed(lambda yes: mailed_payments.book(desk, dana, named, envelope(10_001), yes))
    right = envelope(instrument=Instrument.PERSONAL_CHECK)
    agreed(lambda yes: mail_corrections.correct(desk, id, dana, named, right, yes))

    assert kept(id).returned_why is WhyReturned.PERSONAL_CHECK
    assert said_to(maria) == ["comes back", "comes back"]


def test_where_the_bureau_reads_already_it_stays_filed_and_the_bureau_has_a_task(
    app: Flask, desk: Desk, maria: Character, dana: int, people: People
) -> None:
    hers = waits(app, maria)
    id = mailed_payments.book(desk, dana, [hers.reference], envelope())
    reviews.start(desk, hers.id, int(people.staff("Rita", "Lund").id))
    mail_corrections.correct(desk, id, dana, [], envelope(payer="P. Novak"))
    (task,) = db.session.scalars(sa.select(Task))

    assert now(hers.id).status is Status.IN_REVIEW and now(hers.id).filed_on is not None
    assert ledger.payable_cents(now(hers.id)) == 10_000
    assert task.details["application"] == str(hers.id)


def test_nothing_is_corrected_once_it_went_to_the_bank_or_its_letter_is_printed(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    named = [waits(app, maria).reference]
    back = agreed(lambda yes: mailed_payments.book(desk, dana, named, envelope(10_001), yes))
    paid = mailed_payments.book(desk, dana, named, envelope(number="7732"))
    mail_corrections.letter_printed(desk, back)
    batches.close(desk, kept(paid).batch_id or 0, dana)

    for id in (back, paid):
        told = refusal(lambda id=id: mail_corrections.correct(desk, id, dana, named, envelope()))
        assert "It is corrected no more." in told
        assert not mail_corrections.may_be_corrected(kept(id)) and not kept(id).corrections


def test_nobody_corrects_a_payment_for_their_own_application(
    app: Flask, desk: Desk, people: People, dana: int
) -> None:
    sam = people.staff("Sam", "Own", "supervisor")
    named = [waits(app, sam).reference]
    id = mailed_payments.book(desk, dana, named, envelope())

    assert "their own" in refusal(
        lambda: mail_corrections.correct(desk, id, int(sam.id), [], envelope(payer="X"))
    )
    assert kept(id).state is PaymentState.MATCHED


def test_a_part_that_was_put_off_is_put_off_again(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    hers = waits(app, maria)
    ledger.choose(desk, hers.id, balance_later=True)
    id = mailed_payments.book(desk, dana, [hers.reference], envelope())
    both = [fee.mailed_payment_id for fee in now(hers.id).fees]
    mail_corrections.correct(desk, id, dana, [], envelope(payer="P. Novak"))

    assert both == [id, id]
    assert ledger.payable_cents(now(hers.id)) == 5_000
    assert ledger.later_cents(now(hers.id)) == 5_000


def test_an_item_does_not_stand_in_the_way_of_its_own_correction(desk: Desk, dana: int) -> None:
    came = envelope(payer="P. Novak")
    first = mailed_payments.book(desk, dana, [], came)
    second = mailed_payments.book(desk, dana, [], dataclasses.replace(came, number="7732"))
    mail_corrections.correct(desk, first, dana, [], dataclasses.replace(came, cents=9_000))
    told = refusal(lambda: mail_corrections.correct(desk, second, dana, [], came))

    assert kept(first).cents == 9_000 and f"as entry {first}" in told
