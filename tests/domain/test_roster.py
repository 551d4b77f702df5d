"""What a district is told of its educators, where to, and signed how."""

from dataclasses import replace
from datetime import date

import pytest

from cecs.domain import api_versions
from cecs.domain.certificates import CertificateFacts, CertificateState
from cecs.domain.lookup import ShownCertificate, ShownEducator
from cecs.domain.roster import Change, Kind, address, changes, is_public, signature
from cecs.domain.sentences import Sentence

ONE = ShownCertificate(
    CertificateFacts(
        1, "INIT", ("305",), date(2024, 1, 1), date(2024, 1, 1), date(2026, 12, 31),
        CertificateState.ACTIVE,
    ), None, "AAAA",
)  # fmt: skip
MARIA = ShownEducator("Maria", "Rivera", "hill", "2026-2027", (ONE,))


def in_state(one: ShownCertificate, state: CertificateState) -> ShownCertificate:
    return replace(one, facts=replace(one.facts, state=state))


def another(id: int) -> ShownCertificate:
    return replace(ONE, facts=replace(ONE.facts, id=id), verify=f"CODE{id}")


def told(before: ShownEducator | None, after: ShownEducator | None, *moved: int) -> list[Change]:
    return list(changes(before, after, moved))


def test_districts_are_told_who_joins_and_who_leaves() -> None:
    elsewhere = replace(MARIA, district="dale")

    assert told(None, MARIA) == [Change(Kind.JOINED, "hill")]
    assert told(MARIA, None) == [Change(Kind.LEFT, "hill")]
    assert told(MARIA, elsewhere) == [Change(Kind.LEFT, "hill"), Change(Kind.JOINED, "dale")]
    assert told(MARIA, replace(MARIA, district=None)) == [Change(Kind.LEFT, "hill")]
    assert told(replace(MARIA, district=None), replace(MARIA, district=None)) == []


def test_a_district_is_told_of_names_and_certificates() -> None:
    married = replace(MARIA, last_name="Lopez")
    more = replace(MARIA, certificates=(ONE, another(2)))
    renewed = replace(MARIA, certificates=(another(2), in_state(ONE, CertificateState.RENEWED)))
    replaced = replace(MARIA, certificates=(another(2), in_state(ONE, CertificateState.SUPERSEDED)))

    assert told(MARIA, MARIA) == []
    assert told(MARIA, married) == [Change(Kind.RENAMED, "hill")]
    assert told(MARIA, more) == [Change(Kind.ISSUED, "hill", "CODE2")]
    assert told(MARIA, renewed) == [Change(Kind.RENEWED, "hill", "CODE2")]
    assert told(MARIA, replaced) == [Change(Kind.ISSUED, "hill", "CODE2")]


@pytest.mark.parametrize("state", ["suspended", "revoked", "surrendered", "voided"])
def test_a_district_is_told_what_was_done_to_a_certificate(state: str) -> None:
    after = replace(MARIA, certificates=(in_state(ONE, CertificateState(state)),))

    assert told(MARIA, after) == [Change(Kind(f"certificate.{state}"), "hill", "AAAA")]


def test_a_certificate_that_another_record_had_was_not_issued() -> None:
    more = replace(MARIA, certificates=(ONE, another(2)))

    assert told(MARIA, more, 2) == [Change(Kind.MERGED, "hill")]


def test_the_signature_is_that_of_moment_and_body() -> None:
    # openssl dgst -sha256 -hmac whsec_x, of `1764000000.{"a":1}`
    assert signature("whsec_x", 1764000000, '{"a":1}') == (
        "t=1764000000,v1=5467fbae9437c05bbee56c8abc9f70888f3bf3482545c25b8f7747da0657816f"
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://hill.example/cecs ", "https://hill.example/cecs"),
        ("https://Hill.Example:8443", "https://hill.example:8443/"),
        ("https://hill.example/in?from=us", "https://hill.example/in?from=us"),
        ("https://schüle.example/", "https://xn--schle-mva.example/"),
    ],
)
def test_an_address_is_kept_as_it_is_sent_to(typed: str, kept: str) -> None:
    assert address(typed, own_machine=False) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "http://hill.example/", "ftp://hill.example/", "hill.example", "https://", "https://hill",
        "https://127.0.0.1/", "https://10.0.0.5/", "https://2130706433/", "https://[::1]/",
        "https://localhost/", "https://a.localhost/", "https://me:pass@hill.example/",
        "https://hill.example/#x", "https://hill.example/a b", "https://hill.example/\u00e9",
        "https://hill.example:99999/", f"https://hill.example/{'x' * 500}",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_server_elsewhere_is_refused(typed: str) -> None:
    assert isinstance(address(typed, own_machine=False), Sentence)


def test_in_a_demonstration_a_program_on_the_same_machine_may_listen() -> None:
    assert address("http://127.0.0.1:8000/x", own_machine=True) == "http://127.0.0.1:8000/x"
    assert address("http://localhost/", own_machine=True) == "http://localhost/"
    assert isinstance(address("http://10.0.0.5/", own_machine=True), Sentence)


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False),
        ("10.1.2.3", False), ("192.168.1.1", False), ("172.16.0.1", False), ("100.64.0.1", False),
        ("169.254.169.254", False), ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False),
        ("fe80::1", False), ("fc00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("fec0::5", False),
        ("64:ff9b:1::a00:1", False), ("::10.0.0.1", False), ("::ffff:0:a00:1", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_internet_are_public(ip: str, public: bool) -> None:
    assert is_public(ip) is public


def test_a_version_is_a_day_on_which_one_began() -> None:
    assert api_versions.known("") and api_versions.known(api_versions.NEWEST)
    assert not api_versions.known("2026-11-02") and not api_versions.known("latest")
