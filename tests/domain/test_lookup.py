import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cecs.domain import lookup
from cecs.domain.certificates import CertificateFacts, CertificateState
from cecs.domain.lookup import ShownCertificate, ShownEducator
from tests.domain.regimes import default

FACTS = CertificateFacts(
    7, "INIT", ("305",), date(2026, 1, 2), date(2026, 1, 2), date(2029, 1, 1),
    CertificateState.ACTIVE,
)  # fmt: skip
TODAY = date(2026, 11, 25)
HELD = ShownCertificate(FACTS, None, "ABCDEF")
MARIA = ShownEducator("Maria", "Rivera", None, None, (HELD,))


def test_what_is_kept_comes_back_the_same():
    filed = replace(HELD, renewal_filed=date(2028, 12, 1))
    endless = replace(HELD, facts=replace(FACTS, expires_on=None))
    shown = replace(MARIA, certificates=(HELD, filed, endless))

    assert lookup.unpacked(json.loads(json.dumps(lookup.packed(shown)))) == shown


def test_nothing_but_these_fields_is_shown():
    worded = lookup.worded(default(), "x", MARIA, date(2026, 11, 25))

    assert set(worded) == {
        "id", "first_name", "last_name", "district", "school_year", "certificates",
    }  # fmt: skip
    assert set(worded["certificates"][0]) == {
        "verify", "type", "title", "endorsements", "issued_on", "valid_from", "expires_on",
        "status", "status_words",
    }  # fmt: skip
    assert set(worded["certificates"][0]["endorsements"][0]) == {"code", "title"}


def test_a_list_leaves_out_what_a_newer_certificate_replaced_and_counts_it():
    def held(state, ends):
        facts = replace(FACTS, state=CertificateState(state), expires_on=ends)
        return replace(HELD, facts=facts)

    now, soon, past = date(2029, 1, 1), date(2026, 12, 1), date(2026, 1, 31)
    shown = replace(MARIA, certificates=(
        held("active", now), held("renewed", soon), held("renewed", past),
        held("superseded", now), held("revoked", past),
    ))  # fmt: skip
    listed = lookup.listed(default(), "x", shown, date(2026, 11, 25))

    assert [each["status"] for each in listed["certificates"]] == ["active", "active", "revoked"]
    assert (listed["earlier"], list(listed)[-1], listed["how"]) == (2, "how", "beginning")
    assert set(listed) - {"earlier", "how"} == set(lookup.worded(default(), "x", shown, now))


def test_what_is_in_force_comes_before_what_begins_later_and_what_was_revoked():
    next_one = replace(FACTS, id=8, valid_from=date(2029, 1, 2), expires_on=date(2032, 1, 1))
    revoked = replace(FACTS, id=9, state=CertificateState.REVOKED, expires_on=date(2031, 1, 1))
    shown = replace(
        MARIA,
        certificates=tuple(replace(HELD, facts=facts) for facts in (next_one, revoked, FACTS)),
    )

    def statuses(day):
        return [
            each["status"] for each in lookup.worded(default(), "x", shown, day)["certificates"]
        ]

    assert statuses(TODAY) == ["active", "future", "revoked"]
    assert statuses(date(2029, 1, 2)) == ["active", "revoked", "expired"]


def test_where_all_were_replaced_a_list_shows_them_all():
    gone = replace(HELD, facts=replace(FACTS, state=CertificateState.SUPERSEDED))
    listed = lookup.listed(default(), "x", replace(MARIA, certificates=(gone,)), FACTS.valid_from)

    assert [each["status"] for each in listed["certificates"]] == ["superseded"]
    assert listed["earlier"] == 0


def test_a_district_is_named_with_its_year():
    key = sorted(default().districts)[0]
    shown = replace(MARIA, district=key, school_year="2025–26")
    endless = replace(shown, certificates=(replace(HELD, facts=replace(FACTS, expires_on=None)),))
    worded = lookup.worded(default(), "x", shown, date(2026, 11, 25))

    assert worded["district"]["key"] == key and worded["school_year"] == "2025–26"
    without_end = lookup.worded(default(), "x", endless, date(2026, 11, 25))
    assert without_end["certificates"][0]["expires_on"] is None


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 12, 1), date(2026, 1, 1)),
        (date(2026, 1, 2), date(2029, 1, 1)),
        (date(2029, 1, 1), date(2029, 1, 1)),
        (date(2029, 1, 2), date.max),
    ],
)
def test_words_hold_until_the_day_before_they_change(today, expected):
    assert lookup.holds_until(MARIA, today) == expected


def test_what_has_no_end_changes_once_at_most():
    endless = replace(MARIA, certificates=(replace(HELD, facts=replace(FACTS, expires_on=None)),))

    assert lookup.holds_until(endless, date(2027, 1, 1)) == date.max
    assert lookup.active_until(endless, TODAY) == date.max


def test_only_what_may_serve_counts_as_active():
    revoked = replace(HELD, facts=replace(FACTS, state=CertificateState.REVOKED))

    assert lookup.active_until(MARIA, TODAY) == date(2029, 1, 1)
    assert lookup.active_until(replace(MARIA, certificates=(revoked,)), TODAY) is None


def test_what_has_not_begun_counts_from_its_first_day():
    begins = FACTS.valid_from
    before = begins - timedelta(days=1)

    assert lookup.active_until(MARIA, before) is None
    assert lookup.active_until(MARIA, begins) == date(2029, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("rivera", "rivera", True),
        ("rivera", "rivea", True),
        ("rivera", "riveera", True),
        ("rivera", "rivara", True),
        ("rivera", "rievra", True),
        ("rivera", "rivers", True),
        ("rivera", "arivera", True),
        ("rivera", "ravara", False),
        ("rivera", "rive", False),
        ("rivera", "reviar", False),
        ("ab", "ba", True),
    ],
)
def test_one_typing_error(one, other, expected):
    assert lookup.one_error_apart(one, other) is expected
    assert lookup.one_error_apart(other, one) is expected
    assert not expected or lookup.pieces(one) & lookup.pieces(other)


def test_an_endorsement_counts_once_and_ends_with_the_last_certificate_that_carries_it():
    later = replace(FACTS, endorsements=("305", "102"), expires_on=date(2031, 6, 30))
    shown = replace(MARIA, certificates=(HELD, replace(HELD, facts=later)))

    assert lookup.endorsements(shown) == ["102", "305"]
    assert lookup.active_until(shown, TODAY, "102") == date(2031, 6, 30)
    assert lookup.active_until(MARIA, TODAY, "102") is None
