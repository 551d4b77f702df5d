"""Who of a district's educators holds an endorsement, with or without a name."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate, Educator, RecordState
from cecs.models.lookup import LookupEndorsement
from cecs.schema import build_lookup
from cecs.services import lookup, lookup_rebuilding
from cecs.services.lookup import Asked, How
from tests import looking
from tests.conftest import Clock
from tests.people import People

MATHS, ELEMENTARY = "029", "305"


@pytest.fixture
def hill(desk: Desk) -> str:
    """A district."""
    return sorted(desk.regime.districts)[0]


@pytest.fixture
def dale(desk: Desk) -> str:
    """Another district."""
    return sorted(desk.regime.districts)[1]


def found(desk: Desk, district: str, code: str = MATHS, **asked: object) -> list[str]:
    question = Asked(district=district, endorsement=code, **asked)  # type: ignore[arg-type]
    answer = looking.search(desk, question)
    return [f"{each.first_name} {each.last_name}" for each in answer.found]


def test_a_district_lists_by_name_who_holds_an_endorsement(
    desk: Desk, people: People, hill: str, dale: str
) -> None:
    people.reported("Ben Rivera", hill, MATHS)
    people.reported("Ana Rivera", hill, ELEMENTARY, MATHS)
    people.reported("Zoe Adams", hill, MATHS)
    people.reported("Carla Baker", hill, ELEMENTARY)
    people.reported("Dana Clark", dale, MATHS)
    people.reported("Eve Dunn", None, MATHS)

    assert found(desk, hill) == ["Zoe Adams", "Ana Rivera", "Ben Rivera"]
    assert found(desk, hill, ELEMENTARY) == ["Carla Baker", "Ana Rivera"]
    assert found(desk, dale, ELEMENTARY) == []


def test_a_name_and_a_number_narrow_it(desk: Desk, people: People, hill: str, dale: str) -> None:
    ana = people.reported("Ana Rivera", hill, MATHS)
    people.reported("Ben Rivers", hill, MATHS)
    people.reported("Carla Rivera", hill, ELEMENTARY)
    number = db.session.get_one(Educator, ana).number

    assert found(desk, hill, last_name="riv") == ["Ana Rivera", "Ben Rivers"]
    assert found(desk, hill, last_name="riv", first_name="be") == ["Ben Rivers"]
    assert found(desk, hill, first_name="be") == ["Ben Rivers"]
    assert found(desk, hill, number=number) == ["Ana Rivera"]
    assert found(desk, hill, ELEMENTARY, number=number) == []
    assert found(desk, dale, number=number) == []


def test_a_slip_is_forgiven_among_the_holders_only(desk: Desk, people: People, hill: str) -> None:
    people.reported("Ana De-Rivera", hill, MATHS)
    people.reported("Ben Smith", hill, MATHS)
    people.reported("Carla Smith", hill, ELEMENTARY)
    part = lookup.find(desk, Asked("Rivera", district=hill, endorsement=MATHS))
    other = lookup.find(desk, Asked("Rivera", district=hill, endorsement=ELEMENTARY))
    slip = lookup.find(desk, Asked("Smiht", district=hill, endorsement=MATHS))

    assert [row.how for row in part.rows] == [How.PART] and other.rows == ()
    assert [(row.first_key, row.how) for row in slip.rows] == [("ben", How.SIMILAR)]


def test_in_force_means_a_certificate_that_carries_it(
    desk: Desk, people: People, hill: str, clock: Clock
) -> None:
    last = desk.today() + timedelta(days=3)
    ana = people.reported("Ana Rivera", hill, MATHS, ends=last)
    people.certificate(ana, ELEMENTARY)
    ben = people.reported("Ben Rivera", hill, ELEMENTARY)
    people.certificate(ben, MATHS, state="revoked")
    now = found(desk, hill, active_only=True)
    clock.instant, _ = desk.bounds(last + timedelta(days=1))
    after = found(desk, hill, active_only=True)
    clock.instant -= timedelta(seconds=1)

    assert now == found(desk, hill, active_only=True) == ["Ana Rivera"] and after == []
    assert found(desk, hill) == ["Ana Rivera", "Ben Rivera"]
    assert found(desk, hill, ELEMENTARY, active_only=True) == ["Ana Rivera", "Ben Rivera"]


def test_what_changes_is_listed_at_once(desk: Desk, people: People, hill: str, dale: str) -> None:
    ana = people.reported("Ana Rivera", hill, ELEMENTARY)
    held = people.certificate(ana, MATHS)
    issued = found(desk, hill)
    db.session.get_one(Educator, ana).district_code = dale
    db.session.commit()
    moved = (found(desk, hill), found(desk, dale))
    db.session.get_one(Certificate, held).state = "revoked"
    db.session.commit()
    revoked = (found(desk, dale), found(desk, dale, active_only=True))
    db.session.get_one(Educator, ana).state = RecordState.PENDING
    db.session.commit()

    assert issued == ["Ana Rivera"] and moved == ([], ["Ana Rivera"])
    assert revoked == (["Ana Rivera"], []) and found(desk, dale) == []
    assert lookup_rebuilding.verify(desk) == []


def test_who_must_stay_hidden_is_in_no_list_of_a_district(
    desk: Desk, people: People, hill: str
) -> None:
    ana = people.reported("Ana Rivera", hill, MATHS)
    listed = found(desk, hill)
    db.session.get_one(Educator, ana).shielded = True
    db.session.commit()

    assert listed == ["Ana Rivera"] and found(desk, hill) == []
    assert db.session.scalars(sa.select(LookupEndorsement)).all() == []
    assert len(looking.search(desk, Asked("Rivera")).found) == 1


@pytest.mark.parametrize("last_name", ["", "Riv"])
def test_a_long_list_is_read_page_by_page(
    desk: Desk, people: People, hill: str, last_name: str
) -> None:
    for number in range(60):
        people.reported(f"Ana{number:02} Rivera{'abc'[number // 20]}", hill, MATHS)
    seen: list[str] = []
    after = ""
    while True:
        question = Asked(last_name, district=hill, endorsement=MATHS, after=after)
        answer = looking.search(desk, question)
        seen += [each.first_name for each in answer.found]
        if not answer.more:
            break
        assert len(answer.found) == 20
        after = answer.found[-1].place

    assert seen == [f"Ana{number:02}" for number in range(60)]


def test_an_endorsement_without_a_district_is_no_question() -> None:
    with pytest.raises(ValueError, match="in a district"):
        Asked("Rivera", endorsement=MATHS)


def test_an_older_lookup_is_built_anew_and_one_without_anybody_to_list_is_not(
    desk: Desk, people: People, hill: str
) -> None:
    people.reported("Eve Dunn", None, MATHS)
    nobody = lookup_rebuilding.is_missing()
    db.session.rollback()  # what we saw is over: another one writes now
    people.reported("Ana Rivera", hill, MATHS)
    followed = [tuple(row) for row in db.session.execute(sa.select(*_columns()))]
    db.session.execute(sa.delete(LookupEndorsement))
    db.session.commit()
    gone, wrong = lookup_rebuilding.is_missing(), lookup_rebuilding.verify(desk)
    build_lookup(desk)

    assert not nobody and gone and len(wrong) == 1
    assert [tuple(row) for row in db.session.execute(sa.select(*_columns()))] == followed != []
    assert lookup_rebuilding.verify(desk) == [] and not lookup_rebuilding.is_missing()


def _columns() -> list[sa.ColumnElement[object]]:
    return list(LookupEndorsement.__table__.columns)
