from dataclasses import replace
from datetime import date

import pytest

from cecs.domain.matching import Claim, Record, decide

BORN = date(1988, 2, 29)
MARIA = Claim(ssn="219099999", last_name="Garcia Marquez", birth_date=BORN)
HERS = Record("r1", "219099999", ("García-Márquez",), BORN)


def test_number_birth_date_and_name_agree_so_the_record_is_hers():
    match = decide(MARIA, [HERS])

    assert (match.outcome, match.educator_id) == ("linked", "r1")


def test_an_earlier_name_on_the_record_is_a_name():
    assert (
        decide(MARIA, [replace(HERS, last_names=("Stone", "Garcia Marquez"))]).outcome == "linked"
    )


def test_another_name_that_she_gives_is_a_name():
    married = replace(MARIA, last_name="Stone", other_last_names=("García Márquez", ""))

    assert decide(married, [HERS]).outcome == "linked"


def test_empty_names_never_agree():
    nameless = replace(MARIA, last_name="-")

    assert decide(nameless, [replace(HERS, last_names=("'",))]).outcome == "check"


def test_without_any_record_she_is_new():
    match = decide(MARIA, [])

    assert (match.outcome, match.educator_id) == ("new", None)


def test_a_namesake_born_another_day_leaves_her_new():
    other = replace(HERS, ssn="219098888", birth_date=date(1990, 1, 1))

    assert decide(MARIA, [other]).outcome == "new"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"linked": True}, "The record is linked to another account already."),
        ({"disciplined": True}, "A certificate of this record was acted against."),
        ({"active": False}, "The record is not active."),
        ({"birth_date": date(1988, 3, 1)}, "The birth date differs."),
        ({"birth_date": None}, "The birth date differs."),
        ({"last_names": ("Rivera",)}, "The last name differs."),
    ],
)
def test_any_doubt_goes_to_the_bureau(changes, reason):
    match = decide(MARIA, [replace(HERS, **changes)])

    assert (match.outcome, match.educator_id, str(match.reason)) == ("check", "r1", reason)


def test_two_records_with_one_number_go_to_the_bureau():
    match = decide(MARIA, [HERS, replace(HERS, educator_id="r2", active=False)])

    assert (match.outcome, match.educator_id) == ("check", None)


@pytest.mark.parametrize("ssn", [None, "219098888"])
def test_name_and_birth_date_without_the_number_go_to_the_bureau(ssn):
    match = decide(MARIA, [replace(HERS, ssn=ssn)])

    assert (match.outcome, match.educator_id) == ("check", "r1")


def test_several_namesakes_are_left_for_the_bureau_to_tell_apart():
    alike = [replace(HERS, ssn=None), replace(HERS, ssn=None, educator_id="r2")]

    assert decide(MARIA, alike).educator_id is None


def test_who_has_no_number_is_matched_by_the_bureau():
    match = decide(replace(MARIA, ssn=None), [replace(HERS, ssn=None)])

    assert (match.outcome, match.educator_id) == ("check", None)
