"""Cashiers who open the same envelope, close the same batch, or find two owners, all at once."""

import uuid
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.domain.mailed_payments import PaymentState, WhyReturned
from cecs.extensions import db
from cecs.models.cashier import Batch, MailedPayment
from cecs.services import batches, ledger, mail_corrections, mailed_payments, refunds
from cecs.services.mailed_payments import Received
from tests.applying import now, refusal
from tests.faults.payments.meeting import DONE, GONE, meet
from tests.mailing import agreed
from tests.payments.test_odd_turns import cash, check, sue
from tests.services.test_mailed_payments import kept

__all__ = ["cash", "sue"]
ROUNDS = range(5)
BOOKED_ALREADY = "This number of this issuer is booked already"
COUNT_AGAIN = "Something was booked, corrected or sent back meanwhile. Count again."
DEPOSITED = "It was deposited already. Only a refund can send it back."


def books(
    number: object, by_id: int, *named: uuid.UUID, cents: int = 10_000
) -> Callable[[Desk], int]:
    """What a cashier does with a check of this number that came with these applications' slips."""
    references = [now(id).reference for id in named]

    def act(desk: Desk) -> int:
        came = check(str(number), cents, received_on=desk.today(), payer="A. Nonym")
        return agreed(lambda yes: mailed_payments.book(desk, by_id, references, came, yes))

    return act


def items(number: object) -> list[MailedPayment]:
    """All that was booked under this number."""
    db.session.rollback()
    own = sa.select(MailedPayment).where(MailedPayment.number == str(number))
    return list(db.session.scalars(own.execution_options(populate_existing=True)))


def open_batches() -> list[Batch]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Batch).where(Batch.is_open.is_(True))))


def lying_in(batch_id: int) -> list[tuple[int, int]]:
    """What lies in a batch: each item and its cents."""
    db.session.rollback()
    return [(item.id, item.cents) for item in batches.batch(batch_id).items]


def test_an_envelope_that_two_book_at_once_is_booked_once(
    app: Flask, desk: Desk, cash: int, owed: Callable[[], uuid.UUID], tally: Callable[..., None]
) -> None:
    for number in ROUNDS:
        id = owed()
        told = meet(app, *[books(number, cash, id)] * 3)
        tally("meetings in the mail room")
        (item,) = items(number)

        assert item.state is PaymentState.MATCHED and told.count(str(item.id)) == 1
        assert sum(one.startswith(BOOKED_ALREADY) for one in told) == 2
        assert [fee.mailed_payment_id for fee in now(id).fees] == [item.id] * 2


def test_an_envelope_without_a_reference_waits_in_suspense_once(
    app: Flask, desk: Desk, cash: int, tally: Callable[..., None]
) -> None:
    for number in ROUNDS:
        told = meet(app, *[books(number, cash)] * 3)
        tally("meetings in the mail room")
        (item,) = items(number)

        assert item.state is PaymentState.SUSPENSE and told.count(str(item.id)) == 1
        assert sum(one.startswith(BOOKED_ALREADY) for one in told) == 2


def test_the_mail_room_and_a_reviewer_record_a_payment_once(
    app: Flask, desk: Desk, cash: int, sue: int, owed: Callable[[], uuid.UUID],
    tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        id, came = owed(), check(str(number), received_on=desk.today())
        told = meet(app, books(number, cash, id), records(id, sue, came))
        tally("meetings in the mail room")
        (item,) = items(number)
        why_not = (BOOKED_ALREADY, "This application waits for no payment.")

        assert [one.startswith(why_not) for one in told].count(True) == 1
        assert [fee.mailed_payment_id for fee in now(id).fees] == [item.id] * 2


def records(id: uuid.UUID, by_id: int, came: Received) -> Callable[[Desk], None]:
    return lambda desk: mailed_payments.record(desk, id, by_id, came)


def test_the_first_bookings_of_a_day_open_one_batch(
    app: Flask, desk: Desk, cash: int, owed: Callable[[], uuid.UUID], tally: Callable[..., None]
) -> None:
    for round in ROUNDS:
        numbers = [f"{round}-{each}" for each in range(4)]
        applications = [owed(), owed()]
        named = [[id] for id in applications] + [[], []]
        told = meet(app, *[books(n, cash, *who) for n, who in zip(numbers, named, strict=True)])
        tally("meetings in the mail room")
        (batch,) = open_batches()

        assert sorted(told) == sorted(str(id) for id, _ in lying_in(batch.id))
        assert [len(items(number)) for number in numbers] == [1] * 4
        assert all(fee.paid_at for id in applications for fee in now(id).fees)
        batches.close(desk, batch.id, cash, batches.counted(batch))


def test_checks_that_name_two_applications_crosswise_wait_for_one_another(
    app: Flask, desk: Desk, cash: int, owed: Callable[[], uuid.UUID], tally: Callable[..., None]
) -> None:
    for round in ROUNDS:
        a, b = owed(), owed()
        one, other = (f"{round}-{each}" for each in range(2))
        told = meet(
            app, books(one, cash, a, b, cents=20_000), books(other, cash, b, a, cents=20_000)
        )
        tally("meetings in the mail room")
        found = items(one) + items(other)
        (pays,) = [item for item in found if item.state is PaymentState.MATCHED]
        (back,) = [item for item in found if item.state is PaymentState.RETURNED]

        assert sorted(told) == sorted(str(item.id) for item in found)
        assert back.returned_why is WhyReturned.NOTHING_DUE and back.batch_id is None
        assert {fee.mailed_payment_id for id in (a, b) for fee in now(id).fees} == {pays.id}


def test_a_batch_that_is_closed_amid_work_holds_what_was_counted(
    app: Flask, desk: Desk, cash: int, owed: Callable[[], uuid.UUID], tally: Callable[..., None]
) -> None:
    for round in range(2 * len(ROUNDS)):
        stays, leaves = (books(f"{round}-{each}", cash)(desk) for each in range(2))
        batch_id, reference = kept(stays).batch_id or 0, now(owed()).reference
        acts = (
            closes(batch_id, cash, counted=f"{stays}:10000 {leaves}:10000"),
            sends_back(leaves, cash),
            books(f"{round}-new", cash, cents=7_000),
            matches(stays, cash, reference),
        )
        turn = round % len(acts)  # each is the first to set out, in turn
        told = meet(app, *acts[turn:], *acts[:turn])
        closed, sent_back, booked, matched = told[len(acts) - turn :] + told[: len(acts) - turn]
        tally("meetings in the mail room")
        (new,) = items(f"{round}-new")

        assert matched == DONE and kept(stays).state is PaymentState.MATCHED
        assert booked == str(new.id)
        if closed == DONE:
            assert lying_in(batch_id) == [(stays, 10_000), (leaves, 10_000)]
            assert sent_back == DEPOSITED and new.batch_id != batch_id
        else:
            assert closed == COUNT_AGAIN and batches.batch(batch_id).is_open
        stays_as_it_was_closed(desk, batch_id, cash)
        for other in open_batches():
            batches.close(desk, other.id, cash)


def closes(batch_id: int, by_id: int, counted: str | None = None) -> Callable[[Desk], None]:
    return lambda desk: batches.close(desk, batch_id, by_id, counted)


def sends_back(payment_id: int, by_id: int) -> Callable[[Desk], None]:
    return lambda desk: mailed_payments.send_back(desk, payment_id, by_id, "1 Elm St")


def matches(payment_id: int, by_id: int, reference: str) -> Callable[[Desk], None]:
    return lambda desk: mailed_payments.match(desk, payment_id, by_id, [reference])


def stays_as_it_was_closed(desk: Desk, batch_id: int, cash: int) -> None:
    """Counts and closes what is still open; then nothing in it changes, whatever is tried."""
    if batches.batch(batch_id).is_open:
        batches.close(desk, batch_id, cash, batches.counted(batches.batch(batch_id)))
    before = lying_in(batch_id)
    for id, _ in before:
        if kept(id).state is PaymentState.SUSPENSE:
            assert (
                refusal(lambda id=id: mailed_payments.send_back(desk, id, cash, "1 Elm St"))
                == DEPOSITED
            )
    later = kept(books(f"after-{batch_id}", cash)(desk))

    assert lying_in(batch_id) == before and later.batch_id != batch_id
    assert "nothing to close" in refusal(lambda: batches.close(desk, batch_id, cash))


def test_two_who_close_one_batch_close_it_once(
    app: Flask, desk: Desk, cash: int, sue: int, tally: Callable[..., None]
) -> None:
    for number in ROUNDS:
        batch_id = kept(books(number, cash)(desk)).batch_id or 0
        told = meet(app, *[closes(batch_id, by) for by in (cash, sue)])
        tally("meetings in the mail room")

        assert sorted(told) == ["There is nothing to close here.", DONE]
        assert batches.closed(batch_id).closed_by_id == (cash, sue)[told.index(DONE)]


def test_an_item_for_which_two_find_an_owner_pays_for_one(
    app: Flask, desk: Desk, cash: int, sue: int, owed: Callable[[], uuid.UUID],
    tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        id, applications = books(number, cash)(desk), [owed(), owed()]
        named = [now(each).reference for each in applications]
        told = meet(app, *[matches(id, *who) for who in zip((cash, sue), named, strict=True)])
        tally("meetings in the mail room")
        owner = applications[told.index(DONE)]

        assert sorted(told) == [DONE, GONE] and kept(id).application_id == owner
        assert {fee.application_id for fee in kept(id).fees} == {owner}
        assert sorted(ledger.due_cents(now(each)) for each in applications) == [0, 10_000]


def test_an_item_that_is_matched_and_sent_back_at_once_does_one_of_both(
    app: Flask, desk: Desk, cash: int, sue: int, owed: Callable[[], uuid.UUID],
    tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        id, application_id = books(number, cash)(desk), owed()
        reference = now(application_id).reference
        told = meet(app, matches(id, cash, reference), sends_back(id, sue))
        tally("meetings in the mail room")
        is_matched = told[0] == DONE

        assert sorted(told) == [DONE, GONE]
        assert kept(id).state is (PaymentState.MATCHED if is_matched else PaymentState.RETURNED)
        assert (kept(id).batch_id is not None) == is_matched
        assert ledger.due_cents(now(application_id)) == (0 if is_matched else 10_000)


def test_an_item_that_is_matched_while_it_is_given_back_does_one_of_both(
    app: Flask, desk: Desk, cash: int, sue: int, owed: Callable[[], uuid.UUID],
    tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        id, application_id = books(number, cash)(desk), owed()
        batches.close(desk, kept(id).batch_id or 0, cash)
        reference = now(application_id).reference
        told = meet(app, matches(id, cash, reference), gives_back(id, sue))
        tally("meetings in the mail room")
        is_matched = told[0] == DONE

        assert is_matched == (told[1] == "At most $50.00 can go back.")
        assert is_matched or told[0] == "It goes back, or went back already. It pays nothing more."
        assert len(refunds.of_mailed(id)) == (0 if is_matched else 1)
        assert ledger.due_cents(now(application_id)) == (0 if is_matched else 10_000)


def gives_back(payment_id: int, by_id: int) -> Callable[[Desk], uuid.UUID]:
    return lambda desk: refunds.propose(desk, payment_id, by_id, 10_000, "Whose is it?")


def test_an_entry_that_is_corrected_while_its_deposit_is_closed_is_in_one_of_both_states(
    app: Flask, desk: Desk, cash: int, sue: int, owed: Callable[[], uuid.UUID],
    tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        wrong, right = owed(), owed()
        id = books(number, cash, wrong)(desk)
        batch_id = kept(id).batch_id or 0
        acts = [corrects(id, number, sue, right, 10_000), closes(batch_id, cash, f"{id}:10000")]
        turn = number % 2  # each is the first to set out, in turn
        told = meet(app, *acts[turn:], *acts[:turn])
        tally("meetings in the mail room")
        corrected = told[turn] == DONE

        assert told[1 - turn] == DONE and lying_in(batch_id) == [(id, 10_000)]
        assert corrected or told[turn].endswith("It is corrected no more.")
        assert {fee.application_id for fee in kept(id).fees} == {right if corrected else wrong}
        assert ledger.due_cents(now(wrong if corrected else right)) == 10_000


def test_an_entry_that_two_correct_at_once_pays_for_one(
    app: Flask, desk: Desk, cash: int, sue: int, owed: Callable[[], uuid.UUID],
    tally: Callable[..., None],
) -> None:  # fmt: skip
    for number in ROUNDS:
        wrong, a, b = owed(), owed(), owed()
        id = books(number, cash, wrong)(desk)
        told = meet(
            app, corrects(id, number, cash, a, 10_000), corrects(id, number, sue, b, 10_000)
        )
        tally("meetings in the mail room")
        (owner,) = {fee.application_id for fee in kept(id).fees}

        assert told == [DONE, DONE] and owner in (a, b) and len(kept(id).corrections) == 2
        assert sorted(ledger.due_cents(now(each)) for each in (wrong, a, b)) == [0, 10_000, 10_000]


def corrects(
    payment_id: int, number: object, by_id: int, named: uuid.UUID, cents: int
) -> Callable[[Desk], None]:
    """What a cashier does who finds that a check was booked for the wrong application."""
    references = [now(named).reference]

    def act(desk: Desk) -> None:
        came = check(str(number), cents, received_on=desk.today(), payer="A. Nonym")
        mail_corrections.correct(desk, payment_id, by_id, references, came)

    return act
