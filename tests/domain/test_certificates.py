from dataclasses import replace
from datetime import date, timedelta

import pytest

from cecs.domain.certificates import (
    CertificateFacts,
    CertificateState,
    ServiceRecord,
    new_dates,
    options,
    standing,
)
from cecs.domain.regime_tables import Period
from cecs.domain.sentences import Cents
from tests.domain.regimes import default

ENDS = date(2026, 7, 1)
INITIAL = CertificateFacts(
    id=1,
    type_code="INIT",
    endorsements=("305",),
    issued_on=date(2023, 7, 2),
    valid_from=date(2023, 7, 2),
    expires_on=ENDS,
    state=CertificateState.ACTIVE,
)
NOTHING = ServiceRecord()


def option(kind, certificate=INITIAL, today=ENDS, record=NOTHING, regime=None):
    found = options(regime or default(), certificate, record, today)
    return next(each for each in found if each.kind.code == kind)


def with_kind(kind, **changes):
    regime = default()
    return replace(regime, kinds={**regime.kinds, kind: replace(regime.kind(kind), **changes)})


# Where a certificate stands


def test_a_certificate_is_good_through_its_last_day():
    assert standing(INITIAL, ENDS).code == "active"


def test_the_day_after_it_is_expired():
    found = standing(INITIAL, date(2026, 7, 2))

    assert (found.code, str(found.words)) == ("expired", "Expired 2026-07-01")


def test_a_renewal_filed_on_the_last_day_is_under_review_and_says_so():
    found = standing(INITIAL, date(2026, 9, 1), renewal_filed=ENDS)

    assert found.code == "expired_renewal_filed"
    assert str(found.words) == "Expired 2026-07-01; renewal filed before expiry, under review"


def test_a_renewal_filed_a_day_late_does_not_count_as_in_time():
    found = standing(INITIAL, date(2026, 9, 1), renewal_filed=date(2026, 7, 2))

    assert found.code == "expired_filed_late"


def test_a_certificate_may_be_issued_before_it_begins():
    found = standing(replace(INITIAL, valid_from=date(2026, 3, 1)), date(2026, 2, 28))

    assert (found.code, str(found.words)) == ("future", "Begins 2026-03-01")


def test_a_certificate_without_an_end_stays_active():
    assert standing(replace(INITIAL, expires_on=None), date(2099, 1, 1)).code == "active"


@pytest.mark.parametrize(
    "state", ["superseded", "renewed", "suspended", "revoked", "surrendered", "voided"]
)
def test_what_was_done_to_a_certificate_is_said_and_explained(state):
    found = standing(replace(INITIAL, state=CertificateState(state)), date(2026, 7, 2))

    assert found.code == state
    assert str(found.words)
    assert str(found.explained)


def test_a_renewed_certificate_serves_until_its_end():
    found = standing(replace(INITIAL, state=CertificateState.RENEWED), ENDS)

    assert found.code == "active"
    assert "renewed already" in str(found.explained)


# What its holder may ask for


def test_a_holder_is_offered_what_goes_with_the_certificate():
    found = options(default(), INITIAL, NOTHING, ENDS)

    assert [each.kind.code for each in found] == [
        "renew_initial",
        "advance_initial_to_provisional",
        "cross_endorsement",
    ]


def test_who_holds_no_certificate_is_offered_a_first_initial():
    (found,) = options(default(), None, NOTHING, ENDS)

    assert (found.kind.code, found.open, found.fee_cents) == ("first_initial", True, Cents(20000))
    assert (found.notes, found.opens_on) == ((), None)


def test_a_renewal_opens_six_months_before_the_end():
    early = option("renew_initial", today=date(2025, 12, 31))
    opened = option("renew_initial", today=date(2026, 1, 1))

    assert (early.open, early.opens_on) == (False, date(2026, 1, 1))
    assert str(early.why_not) == (
        "You can apply from 2026-01-01, 6 months before this certificate expires."
    )
    assert (opened.open, opened.why_not) == (True, None)


def test_six_weeks_before_is_advice_and_no_limit():
    advised = option("renew_initial", today=date(2026, 5, 20))
    later = option("renew_initial", today=date(2026, 5, 21))
    last = option("renew_initial", today=ENDS)

    assert "best to apply by 2026-05-20, 6 weeks before" in str(advised.notes[0])
    assert "You can file through that day" in str(later.notes[0])
    assert later.open and last.open


def test_after_the_end_a_renewal_follows_the_rules_of_that_day():
    late = option("renew_initial", today=date(2026, 7, 2))

    assert late.open
    assert "under the rules of today" in str(late.notes[0])


def test_after_the_end_nothing_can_be_added():
    late = option("cross_endorsement", today=date(2026, 7, 2))

    assert (late.open, str(late.why_not)) == (
        False,
        "This certificate expired on 2026-07-01. Renew it first.",
    )


@pytest.mark.parametrize(
    ("months", "note"),
    [
        ({"INIT": 6, "DSAP": 4}, "10 school months are on record; you need 10."),
        ({"INIT": 9, "PROV": 30}, "9 of 10 school months are on record."),
        ({}, "0 of 10 school months are on record."),
    ],
)
def test_months_on_record_are_said_and_close_nothing(months, note):
    found = option("advance_initial_to_provisional", record=ServiceRecord(months))

    assert found.open
    assert str(found.notes[-1]).startswith(note)


def test_what_is_under_way_is_not_begun_again():
    found = option("renew_initial", record=ServiceRecord(open_kinds=frozenset({"renew_initial"})))

    assert str(found.why_not) == "You have already begun this application."


def test_a_kind_out_of_force_is_not_offered():
    regime = with_kind("renew_initial", in_force=Period(None, date(2025, 6, 30)))
    found = option("renew_initial", regime=regime)

    assert str(found.why_not) == "This application is not offered at present."


def test_an_unknown_fee_closes_a_kind():
    found = option("renew_initial", regime=with_kind("renew_initial", fee="DSAP"))

    assert (found.open, found.fee_cents) == (False, None)
    assert "bureau sets this fee" in str(found.why_not)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CertificateState.SUPERSEDED, "A newer certificate"),
        (CertificateState.RENEWED, "This certificate is renewed already"),
        (CertificateState.REVOKED, "Please contact the bureau"),
    ],
)
def test_a_certificate_that_was_acted_on_opens_nothing(state, words):
    found = options(default(), replace(INITIAL, state=state), NOTHING, ENDS)

    assert [each.open for each in found] == [False, False, False]
    assert str(found[0].why_not).startswith(words)


def test_a_certificate_without_an_end_has_no_window():
    found = option("renew_initial", certificate=replace(INITIAL, expires_on=None))

    assert (found.open, found.opens_on, found.notes) == (True, None, ())


# The dates of the next certificate


@pytest.mark.parametrize(
    ("kind", "filed_on", "approved_on", "expected"),
    [
        ("renew_initial", ENDS, date(2026, 6, 1), (date(2026, 7, 2), date(2029, 7, 1))),
        ("renew_initial", ENDS, date(2026, 10, 9), (date(2026, 7, 2), date(2029, 7, 1))),
        (
            "renew_initial",
            date(2026, 7, 2),
            date(2026, 10, 9),
            (date(2026, 10, 9), date(2029, 10, 8)),
        ),
        (
            "advance_initial_to_provisional",
            date(2026, 3, 1),
            date(2026, 4, 1),
            (date(2026, 4, 1), date(2034, 3, 31)),
        ),
        (
            "advance_initial_to_provisional",
            ENDS,
            date(2026, 10, 9),
            (date(2026, 7, 2), date(2034, 7, 1)),
        ),
        ("cross_endorsement", date(2026, 3, 1), date(2026, 4, 1), (date(2026, 4, 1), ENDS)),
        ("cross_endorsement", date(2026, 6, 1), date(2026, 8, 1), (ENDS, ENDS)),
    ],
)
def test_the_new_dates_follow_the_day_of_filing(kind, filed_on, approved_on, expected):
    assert new_dates(default(), kind, INITIAL, filed_on, approved_on) == expected


def test_a_certificate_that_ends_on_29_february_is_renewed_from_1_march():
    leap = replace(INITIAL, expires_on=date(2028, 2, 29))
    found = new_dates(default(), "renew_initial", leap, date(2028, 2, 29), date(2028, 4, 1))

    assert found == (date(2028, 3, 1), date(2031, 2, 28))


def test_a_first_certificate_begins_on_approval():
    found = new_dates(default(), "first_initial", None, date(2028, 1, 1), date(2028, 2, 29))

    assert found == (date(2028, 2, 29), date(2031, 2, 28))


def test_a_professional_keeps_its_type_when_it_goes_on():
    ten = replace(INITIAL, type_code="PROF10")
    found = new_dates(default(), "continue_professional", ten, ENDS, ENDS)

    assert found == (date(2026, 7, 2), date(2036, 7, 1))


def test_a_validity_that_is_not_whole_years_is_no_guess():
    with pytest.raises(ValueError, match="T90"):
        new_dates(default(), "temporary_90_day", None, ENDS, ENDS)


def test_a_renewal_that_has_not_begun_can_only_be_added_to():
    early = INITIAL.valid_from - timedelta(days=1)
    found = {each.kind.code: each for each in options(default(), INITIAL, NOTHING, early)}

    assert "begins on" in str(found["renew_initial"].why_not)
    assert found["cross_endorsement"].open


def test_months_that_are_not_on_record_are_marked():
    found = {each.kind.code: each for each in options(default(), INITIAL, NOTHING, ENDS)}

    assert found["advance_initial_to_provisional"].short and not found["renew_initial"].short
