"""What the regime lets somebody do whose application was denied."""

from datetime import date, timedelta

import pytest

from cecs.domain.denials import (
    Late,
    Terms,
    answer,
    answer_by,
    asked,
    decided,
    fault_of_panel,
    recourse,
)
from tests.domain.regimes import default
from tests.domain.test_regime import change, folder, load

__all__ = ["folder"]
DECIDED = date(2026, 11, 29)


def test_a_certificate_may_be_looked_at_again_within_the_days_of_the_rule():
    said = str(recourse(default().office.denial, "renew_initial", DECIDED))

    assert "by 2026-12-19, 20 days after the decision" in said
    assert "At least 3 people" in said and "within 60 days" in said
    assert "10-145d-611" in said


def test_a_permit_is_refused_for_good():
    said = str(recourse(default().office.denial, "dsap", DECIDED))

    assert said.startswith("This decision is final") and "10-145d-611" in said


def test_where_no_rule_is_known_nothing_is_promised(folder):
    text = (folder / "office.toml").read_text(encoding="utf-8")
    begins, ends = text.index("[denial]"), text.index("[texts.acknowledgement]")
    change(folder, "office.toml", text[begins:ends], "")
    after = load(folder).office.denial

    assert after is None and recourse(after, "renew_initial", DECIDED) is None


LAST = date(2026, 12, 19)
DAY = timedelta(days=1)
DENIED_BY = (("Dana", "Okafor"), ("Lee", "Chandra"))
TERMS = Terms(DECIDED, LAST, LAST + 30 * DAY)


@pytest.mark.parametrize(
    ("came_on", "told"),
    [
        (TERMS.today + DAY, "still to come"),
        (DECIDED - DAY, "denied on 2026-11-29"),
        (TERMS.today, "None"),
        (DECIDED, "None"),
    ],
)
def test_a_request_comes_neither_in_the_future_nor_before_the_denial(came_on, told):
    assert told in str(TERMS.fault_of_day(came_on))


@pytest.mark.parametrize(
    ("came_on", "late", "told"),
    [
        (LAST, Late.IN_TIME, "None"),
        (LAST, Late.REFUSED, "was in time"),
        (LAST + DAY, Late.IN_TIME, "2026-12-20 is after the last day, 2026-12-19."),
        (LAST + DAY, Late.TAKEN, "None"),
        (LAST + DAY, Late.REFUSED, "None"),
    ],
)
def test_only_what_came_after_the_last_day_is_late(came_on, late, told):
    assert told in str(TERMS.fault_of_late(came_on, late))


def test_where_the_letter_named_no_last_day_nothing_is_late():
    terms = Terms(DECIDED, None, TERMS.today)

    assert not terms.may_be_late and terms.fault_of_late(TERMS.today, Late.IN_TIME) is None
    assert TERMS.may_be_late and not Terms(DECIDED, LAST, LAST).may_be_late


def test_what_is_told_of_a_request_says_whether_it_was_late():
    told = [str(asked(LAST + DAY, late, LAST)) for late in Late]

    assert "after" not in told[0] and "We take it all the same." in told[1]
    assert "We cannot take it." in told[2] and all("came on 2026-12-20" in one for one in told)


def test_the_office_answers_within_the_days_of_the_rule():
    after = default().office.denial

    assert answer_by(after, LAST) == date(2027, 2, 17)
    assert "decide by 2027-02-17, 60 days after your request came" in str(answer(after, LAST))
    assert answer_by(None, LAST) is None
    assert str(answer(None, LAST)) == "We look at the decision again and write to you."


def test_what_came_of_a_review_is_told():
    assert "stands" in str(decided(overturned=False))
    assert "overturned" in str(decided(overturned=True))


@pytest.mark.parametrize(
    ("panel", "told"),
    [
        (("Ana Ruiz", "Bo Lind", "Cy Abe"), "None"),
        (("Ana Ruiz", "Bo Lind"), "at least 3 people"),
        (("Ana Ruiz", "ana ruiz", "Bo Lind"), "at least 3 people"),
        (("Ana Ruiz", "Bo Lind", "LEE CHANDRA"), "Lee Chandra is one of the two"),
        (("Ana Ruiz", "Bo Lind", "Dana Okafor"), "Dana Okafor is one of the two"),
    ],
)
def test_enough_people_look_at_it_again_and_not_who_denied(panel, told):
    assert told in str(fault_of_panel(default().office.denial, panel, DENIED_BY))


def test_where_no_rule_says_how_many_look_at_it_nobody_must_be_named():
    assert fault_of_panel(None, (), DENIED_BY) is None
