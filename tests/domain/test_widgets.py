"""The sites that may show a widget, and whether its colours can be read."""

import pytest

from cecs.domain.sentences import Sentence
from cecs.domain.widgets import Theme, contrast, origin


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.hill.example/staff?x=1#top", "https://www.hill.example"),
        ("www.hill.example/staff", "https://www.hill.example"),
        ("  HTTPS://WWW.Hill.Example  ", "https://www.hill.example"),
        ("https://www.hill.example:443/", "https://www.hill.example"),
        ("https://hill.example:8443/a", "https://hill.example:8443"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("http://localhost:8080/page", "http://localhost:8080"),
        ("http://127.0.0.1/page", "http://127.0.0.1"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_a_page_is_reduced_to_its_site(address: str, site: str) -> None:
    assert origin(address) == site


@pytest.mark.parametrize(
    "address",
    [
        "", "hill", "https://", "https://*.hill.example", "https://hill.example; script-src *",
        "https://a b.example", "https://hill.example:99999", "https://[::1", "javascript:alert(1)",
        "https://-hill.example", "https://hill..example", f"https://{'a' * 70}.example",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_named(address: str) -> None:
    found = origin(address)

    assert isinstance(found, Sentence) and "is not the address of a page" in str(found)


@pytest.mark.parametrize(
    "address", ["http://hill.example", "ftp://hill.example", "http://10.0.0.1", "ftp://localhost"]
)
def test_a_page_that_others_could_change_on_the_way_cannot_show_it(address: str) -> None:
    found = origin(address)

    assert isinstance(found, Sentence) and "must begin with https://" in str(found)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    # The ratios that the Web Content Accessibility Guidelines' own formula gives.
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54),
     ("#ffffff", "#ffffff", 1.0), ("#005ea2", "#ffffff", 6.72)],
)  # fmt: skip
def test_contrast_is_reckoned_as_the_guidelines_do(one: str, other: str, wanted: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(wanted, abs=0.01)


def test_our_own_colours_and_dark_ones_can_be_read() -> None:
    assert Theme().faults() == {}
    assert Theme(accent="#ffd166", text="#ffffff", background="#101820").faults() == {}


def test_a_fault_names_the_part_and_never_rounds_up() -> None:
    faults = Theme(accent="#aaddff", text="#777777").faults()
    words = str(faults["text"])

    assert list(faults) == ["accent", "text"]
    assert "The words would be hard to read" in words and "4.4 to 1" in words
    assert "Links and buttons would be hard to read" in str(faults["accent"])
