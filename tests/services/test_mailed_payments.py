"""Checks and money orders that come by post."""

import dataclasses
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.domain.mailed_payments import Instrument, PaymentState, WhyReturned
from cecs.extensions import db
from cecs.models.applications import Application, Fee
from cecs.models.cashier import Batch, MailedPayment
from cecs.models.office import OutgoingMail
from cecs.services import batches, envelopes, ledger, mailed_payments
from cecs.services.mailed_payments import Received, WouldGoBack
from tests.applying import applies, now, refusal
from tests.conftest import Clock
from tests.mailing import agreed
from tests.people import Character, People

CHECK = Received(Instrument.CASHIERS_CHECK, "0042", "First Bank", 10_000, date(2026, 11, 24))


@pytest.fixture
def dana(people: People) -> int:
    """A reviewer's id."""
    return int(people.staff().id)


def test_a_mailed_payment_files_the_application(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    mailed_payments.record(desk, id, dana, CHECK)
    kept = db.session.scalars(sa.select(MailedPayment)).one()

    assert now(id).status is Status.WAITING_FIRST_REVIEW
    assert all(fee.paid_at and fee.mailed_payment_id == kept.id for fee in now(id).fees)
    assert (kept.cents, kept.recorded_by_id) == (10_000, dana)
    assert now(id).filed_on is not None


@pytest.mark.parametrize("cents", [9_999, 10_001, 0])
def test_a_wrong_amount_is_not_recorded(
    app: Flask, desk: Desk, maria: Character, dana: int, cents: int
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    wrong = Received(Instrument.MONEY_ORDER, "1", "Post", cents, date(2026, 11, 24))

    assert "$100.00 is due" in refusal(lambda: mailed_payments.record(desk, id, dana, wrong))
    assert now(id).status is Status.AWAITING_MAILED_PAYMENT
    assert not db.session.scalars(sa.select(MailedPayment)).all()
    assert not [fee for fee in db.session.scalars(sa.select(Fee)) if fee.paid_at]


def test_a_payment_cannot_have_come_tomorrow(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    early = Received(Instrument.MONEY_ORDER, "1", "Post", 10_000, date(2026, 11, 26))

    assert "ahead" in refusal(lambda: mailed_payments.record(desk, id, dana, early))


def test_nothing_is_recorded_twice(app: Flask, desk: Desk, maria: Character, dana: int) -> None:
    id = applies(app, maria, Status.AWAITING_MAILED_PAYMENT, paid=False)
    mailed_payments.record(desk, id, dana, CHECK)

    assert "no payment" in refusal(lambda: mailed_payments.record(desk, id, dana, CHECK))


def test_nobody_records_a_payment_for_themselves(app: Flask, desk: Desk, people: People) -> None:
    dana = people.staff()
    id = applies(app, dana, Status.AWAITING_MAILED_PAYMENT, paid=False)

    assert "their own" in refusal(lambda: mailed_payments.record(desk, id, dana.id, CHECK))
    assert now(id).status is Status.AWAITING_MAILED_PAYMENT


def envelope(cents: int = 10_000, **said: Any) -> Received:
    """A money order of the right amount, unless something else is said."""
    facts = {"instrument": Instrument.MONEY_ORDER, "number": "7731", "issuer": "Post Office"}
    return Received(cents=cents, **({"received_on": date(2026, 11, 24)} | facts | said))


def kept(id: int) -> MailedPayment:
    db.session.rollback()
    return db.session.get_one(MailedPayment, id, populate_existing=True)


def waits(app: Flask, who: Character, **columns: Any) -> Application:
    """An application that waits for $100 by mail."""
    return now(applies(app, who, Status.AWAITING_MAILED_PAYMENT, paid=False, **columns))


def mails() -> list[tuple[str, str]]:
    found = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id))
    return [(mail.notice, mail.recipient) for mail in found]


def test_one_check_pays_for_two_people(
    app: Flask, desk: Desk, maria: Character, people: People, dana: int
) -> None:
    hers, his = waits(app, maria), waits(app, people.teacher("Pablo", ssn="987654321"))
    named = [hers.reference.lower(), his.reference]
    id = mailed_payments.book(desk, dana, named, envelope(20_000, documents="Transcript"))

    assert kept(id).state is PaymentState.MATCHED and len(kept(id).fees) == 4
    for application in (hers, his):
        assert now(application.id).status is Status.WAITING_FIRST_REVIEW
        assert "documents_came" in [event.name for event in now(application.id).events]
    assert [notice for notice, _ in mails()].count("receipt") == 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"cents": 9_999}, WhyReturned.TOO_LITTLE),
        ({"cents": 10_001}, WhyReturned.TOO_MUCH),
        ({"instrument": Instrument.PERSONAL_CHECK}, WhyReturned.PERSONAL_CHECK),
        ({"instrument": Instrument.CASH}, WhyReturned.CASH),
    ],
)
def test_what_cannot_be_taken_goes_back_with_a_mail(
    app: Flask, desk: Desk, maria: Character, dana: int, said: dict[str, Any], why: WhyReturned
) -> None:
    application = waits(app, maria)
    named = [application.reference]
    id = agreed(lambda yes: mailed_payments.book(desk, dana, named, envelope(**said), yes))

    assert (kept(id).state, kept(id).returned_why) == (PaymentState.RETURNED, why)
    assert kept(id).returned_on == desk.today() and kept(id).batch_id is None
    assert ledger.due_cents(now(application.id)) == 10_000
    assert mails() == [("payment_returned", maria.email)]


def test_who_paid_already_gets_it_back(app: Flask, desk: Desk, maria: Character, dana: int) -> None:
    application = now(applies(app, maria))
    named = [application.reference]
    id = agreed(lambda yes: mailed_payments.book(desk, dana, named, envelope(), yes))

    assert kept(id).returned_why is WhyReturned.NOTHING_DUE


def test_what_names_nobody_waits_until_its_owner_is_found(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    application = waits(app, maria)
    id = mailed_payments.book(desk, dana, [], envelope(payer="María Núñez"))
    found = [payment.id for payment in mailed_payments.in_suspense("nunez")]
    nobody = mailed_payments.in_suspense("okafor")
    batches.close(desk, kept(id).batch_id or 0, dana)
    mailed_payments.match(desk, id, dana, [application.reference])

    assert found == [id] and not nobody and not mailed_payments.in_suspense()
    assert kept(id).state is PaymentState.MATCHED
    assert now(application.id).status is Status.WAITING_FIRST_REVIEW
    assert now(application.id).filed_on == date(2026, 11, 24)


def test_a_wrong_owner_leaves_it_waiting(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    application = waits(app, maria)
    id = mailed_payments.book(desk, dana, [], envelope(5_000))
    told = refusal(lambda: mailed_payments.match(desk, id, dana, [application.reference]))
    unknown = refusal(lambda: mailed_payments.match(desk, id, dana, ["CT-XXXX-XXXX"]))

    assert f"for $50.00, and exactly $100.00 is due for {application.reference}" in told
    assert "No application" in unknown and kept(id).state is PaymentState.SUSPENSE


def test_what_waited_in_vain_is_sent_back_unless_it_was_deposited(desk: Desk, dana: int) -> None:
    first = mailed_payments.book(desk, dana, [], envelope())
    second = mailed_payments.book(desk, dana, [], envelope(number="7732"))
    mailed_payments.send_back(desk, first, dana, "1 Elm Street, Hartford CT 06103")
    batches.close(desk, kept(second).batch_id or 0, dana)

    assert kept(first).state is PaymentState.RETURNED and kept(first).batch_id is None
    assert "deposited" in refusal(lambda: mailed_payments.send_back(desk, second, dana, "?"))
    assert kept(second).state is PaymentState.SUSPENSE


def test_the_same_instrument_is_booked_once(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    application = waits(app, maria)
    mailed_payments.book(desk, dana, [], envelope())
    again = envelope(issuer="post office")
    told = refusal(lambda: mailed_payments.book(desk, dana, [application.reference], again))

    assert "booked already" in told and now(application.id).filed_on is None


def test_a_closed_batch_takes_nothing_more(desk: Desk, dana: int) -> None:
    first = mailed_payments.book(desk, dana, [], envelope())
    batch = kept(first).batch_id or 0
    batches.close(desk, batch, dana)
    second = mailed_payments.book(desk, dana, [], envelope(number="7732"))

    assert kept(second).batch_id != batch
    assert "nothing to close" in refusal(lambda: batches.close(desk, batch, dana))
    assert len(db.session.scalars(sa.select(Batch)).all()) == 2


def test_the_regime_says_whether_the_postmark_counts(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    office = dataclasses.replace(desk.regime.office, mail_counts_from="postmarked")
    law = dataclasses.replace(desk, regime=dataclasses.replace(desk.regime, office=office))
    application = waits(app, maria)
    mailed = envelope(postmarked_on=date(2026, 11, 20))
    mailed_payments.book(law, dana, [application.reference], mailed)

    assert now(application.id).filed_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"received_on": date(2026, 11, 26)}, "ahead"),
        ({"postmarked_on": date(2026, 11, 25)}, "after it came"),
        ({"received_on": date(1926, 11, 24)}, "more than 90 days ago. Look at the year."),
        ({"received_on": date(2025, 11, 24)}, "Look at the year."),
        ({"postmarked_on": date(1026, 11, 20)}, "more than 180 days before it came."),
    ],
)
def test_impossible_days_are_refused(
    desk: Desk, dana: int, said: dict[str, Any], words: str
) -> None:
    assert words in refusal(lambda: mailed_payments.book(desk, dana, [], envelope(**said)))
    assert not db.session.scalars(sa.select(MailedPayment)).all()


def test_nothing_goes_back_before_somebody_agreed_to_that_alone(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    named = [waits(app, maria).reference]
    with pytest.raises(WouldGoBack) as asked:
        mailed_payments.book(desk, dana, named, envelope(10_001))
    yes = asked.value.agreement
    for other in (envelope(10_002), envelope(instrument=Instrument.PERSONAL_CHECK)):
        with pytest.raises(WouldGoBack):
            mailed_payments.book(desk, dana, named, other, yes)

    assert f"$100.01, and exactly $100.00 is due for {named[0]}" in str(asked.value.sentence)
    assert not db.session.scalars(sa.select(MailedPayment)).all() and mails() == []


def test_what_went_back_today_is_not_booked_a_second_time_but_may_come_again(
    app: Flask, desk: Desk, maria: Character, dana: int, clock: Clock
) -> None:
    named = [waits(app, maria).reference]
    check = envelope(instrument=Instrument.PERSONAL_CHECK)
    cash = envelope(instrument=Instrument.CASH, number="", issuer="")
    for came, words in ((check, "goes back: entry 1"), (cash, "as entry 2")):
        agreed(lambda yes, came=came: mailed_payments.book(desk, dana, named, came, yes))
        again = refusal(lambda came=came: mailed_payments.book(desk, dana, named, came))
        assert words in again
    clock.advance(days=1)
    for came in (check, cash):
        agreed(lambda yes, came=came: mailed_payments.book(desk, dana, named, came, yes))

    assert len(db.session.scalars(sa.select(MailedPayment)).all()) == 4


def test_papers_that_came_with_it_are_noted_when_the_owner_is_found(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    application = waits(app, maria)
    id = mailed_payments.book(desk, dana, [], envelope(payer="X", documents="Transcript"))
    mailed_payments.match(desk, id, dana, [application.reference])
    (noted,) = [one for one in now(application.id).events if one.name == "documents_came"]

    assert noted.details["words"] == "Transcript"


def test_what_its_owner_does_not_owe_goes_back_to_them_from_suspense(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    named = [now(applies(app, maria)).reference]
    id = mailed_payments.book(desk, dana, [], envelope(payer="M. Rivera"))
    with pytest.raises(WouldGoBack) as asked:
        mailed_payments.match(desk, id, dana, named)
    mailed_payments.match(desk, id, dana, named, asked.value.agreement)

    assert str(asked.value.sentence) == f"Nothing is due for {named[0]}."
    assert kept(id).returned_why is WhyReturned.NOTHING_DUE
    assert mails() == [("payment_returned", maria.email)]


def test_what_was_deposited_is_not_sent_back_to_its_owner(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    named = [now(applies(app, maria)).reference]
    id = mailed_payments.book(desk, dana, [], envelope(payer="M. Rivera"))
    batches.close(desk, kept(id).batch_id or 0, dana)
    told = refusal(lambda: mailed_payments.match(desk, id, dana, named))

    assert told.startswith("Nothing is due") and "Only a refund" in told
    assert kept(id).state is PaymentState.SUSPENSE


def test_who_was_to_pay_in_two_parts_and_sends_both_has_paid_both(
    app: Flask, desk: Desk, maria: Character, dana: int
) -> None:
    application = waits(app, maria)
    ledger.choose(desk, application.id, balance_later=True)
    id = mailed_payments.book(desk, dana, [application.reference], envelope(10_000))

    assert kept(id).state is PaymentState.MATCHED and len(kept(id).fees) == 2
    assert now(application.id).status is Status.WAITING_FIRST_REVIEW
    assert ledger.later_cents(now(application.id)) == 0


def test_the_one_that_pays_is_shown_and_not_a_stray_one_that_went_back(
    app: Flask, desk: Desk, maria: Character, people: People, dana: int
) -> None:
    by_mail, by_card = waits(app, maria), now(applies(app, people.teacher("P", ssn="987654321")))
    mailed_payments.book(desk, dana, [by_mail.reference], envelope())
    for number, named in (("2", [by_mail.reference]), ("3", [by_card.reference])):
        stray = envelope(number=number)
        agreed(lambda yes, n=named, s=stray: mailed_payments.book(desk, dana, n, s, yes))

    assert mailed_payments.way_of(desk, now(by_mail.id))[-1][0].text == "Matched: it pays your fee"
    assert mailed_payments.way_of(desk, now(by_card.id)) == ()


def test_owners_are_proposed_by_name_and_those_who_owe_just_this_first(
    app: Flask, desk: Desk, people: People, dana: int
) -> None:
    peter = waits(app, people.teacher("Peter", "Nowak"))
    paula = waits(app, people.teacher("Paula", "Nowak", ssn="987654321"))
    ledger.choose(desk, paula.id, balance_later=True)
    waits(app, people.teacher("Olga", "Nowak", ssn="987654322"))
    applies(app, people.teacher("Pia", "Nowak", ssn="987654323"))
    id = mailed_payments.book(desk, dana, [], envelope(5_000, payer="NOWAK, P."))
    found = envelopes.likely_owners(kept(id))

    assert [(one.id, cents) for one, cents in found] == [(paula.id, 5_000), (peter.id, 10_000)]
    assert [one.id for one in mailed_payments.in_suspense("peter nowak")] == [id]
