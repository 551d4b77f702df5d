"""A certificate counts as active from its first day on, in each way of asking."""

from datetime import date

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.lookup import LookupEntry
from cecs.models.roster import RosterDelivery
from cecs.services import api_keys, lookup_days, lookup_rebuilding, roster_hooks
from cecs.services.lookup import Asked
from tests import looking
from tests.conftest import Clock
from tests.people import People

TODAY, BEGINS, ENDS = date(2026, 11, 25), date(2026, 12, 1), date(2029, 11, 30)
MATHS = "029"


@pytest.fixture
def district(desk: Desk) -> str:
    return min(desk.regime.districts)


@pytest.fixture
def ana(people: People, district: str) -> int:
    """Her only certificate begins next week."""
    return people.reported("Ana Silva", district, MATHS, begins=BEGINS, ends=ENDS)


def active(desk: Desk, *, by_endorsement: str = "") -> list[str]:
    asked = Asked("Silva", active_only=True)
    if by_endorsement:
        asked = Asked(district=by_endorsement, endorsement=MATHS, active_only=True)
    return [each.first_name for each in looking.search(desk, asked).found]


def test_who_has_not_begun_is_active_from_the_first_day_on(
    desk: Desk, ana: int, district: str, clock: Clock
) -> None:
    before = active(desk), active(desk, by_endorsement=district), lookup_days.follow(desk)
    clock.advance(days=(BEGINS - TODAY).days)
    made_anew, again = lookup_days.follow(desk), lookup_days.follow(desk)

    assert before == ([], [], 0) and (made_anew, again) == (1, 0)
    assert active(desk) == active(desk, by_endorsement=district) == ["Ana"]
    assert lookup_rebuilding.verify(desk) == []


def test_between_two_certificates_nobody_is_active(
    desk: Desk, ana: int, people: People, clock: Clock
) -> None:
    people.certificate(ana, MATHS, begins=date(2023, 12, 1), ends=date(2026, 11, 27))
    now = active(desk)
    clock.advance(days=3)
    lookup_days.follow(desk)
    between = active(desk)
    clock.advance(days=3)
    lookup_days.follow(desk)

    assert (now, between, active(desk)) == (["Ana"], [], ["Ana"])


def test_days_on_which_no_worker_ran_are_made_up_for_and_nothing_differs_meanwhile(
    desk: Desk, ana: int, people: People, district: str, clock: Clock
) -> None:
    people.reported("Bea Silva", district, MATHS, begins=date(2026, 12, 5), ends=ENDS)
    clock.advance(days=30)
    meanwhile = lookup_rebuilding.verify(desk)

    assert meanwhile == [] and lookup_days.follow(desk) == 2
    assert active(desk) == ["Ana", "Bea"] and lookup_rebuilding.verify(desk) == []
    assert db.session.scalars(sa.select(LookupEntry.finished_from)).all() == [desk.today()] * 2


def test_a_new_day_alone_tells_districts_nothing(
    desk: Desk, ana: int, people: People, district: str, clock: Clock
) -> None:
    dana = people.staff()
    api_keys.make(desk, dana.id, district, "payroll")
    roster_hooks.set_address(desk, api_keys.made()[0].id, dana.id, "http://localhost:9/")
    clock.advance(days=30)

    assert lookup_days.follow(desk) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RosterDelivery)) == 0
