"""Day and month count money once: what came in, less refunds and what banks took, stays."""

import uuid
from datetime import timedelta

import pytest

from cecs.desk import Desk
from cecs.services import cashbook
from tests.conftest import Clock
from tests.pages import Visitor
from tests.payments.conftest import Gateway
from tests.payments.test_cashbook import sums, table
from tests.payments.test_money_tasks import goes_back, later, twice
from tests.payments.test_odd_turns import cash, row, settled, sue
from tests.people import Character, People

__all__ = ["cash", "settled", "sue", "twice"]
AMOUNTS = ("By card", "By mail", "Refunded", "Taken back")


@pytest.fixture
def otto(people: People) -> Character:
    found: Character = people.staff("Otto", "Lane", "cashier")
    return found


def stays(desk: Desk, visitor: Visitor, days: int) -> tuple[list[float], float]:
    """The sums of the last days' tables, and what they leave."""
    asked = [desk.today() - timedelta(days=back) for back in range(days)]
    rows = [row for day in asked for row in table(visitor, f"/bureau/money/day.csv?day={day}")]
    card, mail, refunded, back = sums(rows, *AMOUNTS)
    return [card, mail, refunded, back], card + mail - refunded - back


def test_what_was_paid_twice_and_returned_is_counted_once(
    desk: Desk, twice: uuid.UUID, cash: int, sue: int, otto: Character, visitor: Visitor
) -> None:
    goes_back(desk, twice, 10_000, cash, sue)
    visitor.sign_in(otto)
    first = cashbook.of_day(desk, desk.day_of(row(twice).paid_at))
    by_day, left = stays(desk, visitor, 5)
    months = cashbook.months(desk, 2)

    assert by_day == [100, 100, 100, 0] and left == 100
    assert (first.taken_back, first.fallen, first.unexplained) == (0, 10_000, 0)
    assert sum(month.taken_back for month in months) == 0
    assert sum(month.stays for month in months) == 10_000


def test_what_was_refunded_before_the_bank_took_the_charge_is_counted_once(
    desk: Desk, settled: uuid.UUID, cash: int, sue: int, otto: Character, visitor: Visitor,
    clock: Clock, bank: Gateway,
) -> None:  # fmt: skip
    goes_back(desk, settled, 4_000, cash, sue)
    bank.disputes(row(settled).charge_id)
    later(desk, clock)
    visitor.sign_in(otto)
    first = cashbook.of_day(desk, desk.day_of(row(settled).paid_at))
    by_day, left = stays(desk, visitor, 3)
    months = cashbook.months(desk, 2)

    assert by_day == [100, 0, 40, 60] and left == 0 and first.unexplained == 0
    assert sum(month.taken_back for month in months) == 6_000
    assert sum(month.stays for month in months) == 0
