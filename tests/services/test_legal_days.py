"""Which day it is, in law: the office's, not the server's."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from cecs.services import certificates
from cecs.services.lookup import Asked
from tests import looking
from tests.conftest import Clock
from tests.people import People

EASTERN = ZoneInfo("America/New_York")


def eastern(year: int, month: int, day: int, hour: int, minute: int, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=EASTERN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (eastern(2026, 11, 25, 23, 30), date(2026, 11, 25)),
        (eastern(2026, 11, 26, 0, 30), date(2026, 11, 26)),
        (eastern(2027, 3, 14, 3, 30), date(2027, 3, 14)),  # clocks go forward
        (eastern(2027, 3, 13, 23, 59), date(2027, 3, 13)),
        (eastern(2026, 11, 1, 1, 30, fold=1), date(2026, 11, 1)),  # clocks go back
        (eastern(2028, 2, 29, 23, 59), date(2028, 2, 29)),
    ],
)
def test_the_day_turns_at_midnight_in_the_office(
    app: Flask, clock: Clock, instant: datetime, day: date
) -> None:
    clock.set(instant)

    assert app.extensions["cecs_desk"].today() == day


def test_a_certificate_is_good_through_the_end_of_its_last_day(
    app: Flask, clock: Clock, people: People
) -> None:
    maria = people.teacher()
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        ends = certificates.of_person(desk, maria.id)[0].expires_on
        codes = []
        for hour, minute, day in ((23, 59, ends), (0, 1, ends.fromordinal(ends.toordinal() + 1))):
            clock.set(eastern(day.year, day.month, day.day, hour, minute))
            shown = certificates.of_person(desk, maria.id)[0].standing.code
            public = looking.search(desk, Asked("Rivera", "", "", "")).found[0]
            codes.append((shown, public.certificates[0].standing.code))

    assert codes == [("active", "active"), ("expired", "expired")]
