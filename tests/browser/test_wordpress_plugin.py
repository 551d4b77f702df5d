"""The plugin for WordPress, run by PHP with a stand-in for WordPress around it."""

import html
import json
import subprocess
from typing import Any

import pytest

from cecs.config import ROOT

PLUGIN = ROOT / "integrations" / "wordpress" / "cecs-lookup"
STAND_IN = ROOT / "tests" / "browser" / "wordpress.php"
SITE = "https://certification.example.gov"


def wordpress(**asked: Any) -> dict[str, Any]:
    """What the plugin made of the question; a notice or warning of PHP fails the test."""
    command = ["php", str(STAND_IN), str(PLUGIN / "cecs-lookup.php")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    "way",
    [
        {"shortcode": {"key": "hill-1"}},
        {"block": {"key": "hill-1"}},
        {"address": f"{SITE}/embed/hill-1"},
    ],
)
def test_each_way_puts_a_link_on_the_page_and_asks_for_the_loader(way: dict[str, Any]) -> None:
    made = wordpress(site=f"{SITE}/", **way)

    assert made["scripts"] == [f"{SITE}/static/embed.js"]
    assert made["html"] == (
        f'<div data-cecs="hill-1"><a href="{SITE}/lookup">Look up an educator</a></div>'
    )


@pytest.mark.parametrize("asked", [{"site": ""}, {"site": SITE, "shortcode": {}}])
def test_what_is_not_set_up_says_so_to_who_edits_and_to_nobody_else(asked: dict[str, Any]) -> None:
    asked = {"shortcode": {"key": ""}} | asked

    assert wordpress(**asked)["html"] == ""
    assert "under Settings, General" in wordpress(**asked, edits=True)["html"]


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/embed/hill",
        "https://certificationXexample.gov/embed/hill",
        f"{SITE}/embed/hill/more",
        f"{SITE}/lookup",
    ],
)
def test_other_addresses_are_left_to_wordpress(address: str) -> None:
    assert wordpress(site=SITE, address=address)["html"] is None


@pytest.mark.parametrize(
    "typed",
    [
        " hill-1 ",
        "”hill-1”",
        "&#8221;hill-1&#8221;",
        f"{SITE}/embed/hill-1",
        f"{SITE}/embed/hill-1?lang=es#top",
    ],
)
def test_a_key_is_found_in_what_was_copied_from_a_letter(typed: str) -> None:
    for way in ({"shortcode": {"key": typed}}, {"block": {"key": typed}}):
        assert '<div data-cecs="hill-1"><a ' in wordpress(site=SITE, **way)["html"]


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "two words", "hill_1", "%"])
def test_what_is_no_key_shows_nothing_and_tells_who_edits(typed: str) -> None:
    asked = {"site": SITE, "shortcode": {"key": typed}}

    assert wordpress(**asked)["html"] == ""
    assert "and its key here" in wordpress(**asked, edits=True)["html"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (SITE, SITE),
        (f" {SITE}/ ", SITE),
        (f"{SITE}/lookup?lang=es", SITE),
        ("Certification.example.gov", SITE),
        ("HTTPS://certification.example.gov:8443/", f"{SITE}:8443"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("", ""),
    ],
)
def test_of_the_address_the_site_is_kept(typed: str, kept: str) -> None:
    made = wordpress(site="https://old.example.gov", typed=typed)

    assert (made["kept"], made["faults"]) == (kept, [])


@pytest.mark.parametrize(
    "typed",
    [
        "nonsense",
        "two words",
        "ftp://certification.example.gov",
        "http://old.gov",
        "https://",
        "<b>",
    ],
)
def test_what_is_no_address_is_told_and_changes_nothing(typed: str) -> None:
    made = wordpress(site="https://old.example.gov", typed=typed)
    shown = html.escape(typed)

    assert made["kept"] == "https://old.example.gov"
    assert [f"“{shown}” is not the address" in fault for fault in made["faults"]] == [True]


def test_the_list_of_plugins_leads_to_the_field_for_the_address() -> None:
    made = wordpress(site=SITE, settings=True)

    assert made["html"][0].startswith('<a href="https://hill.example/wp-admin/options-general.php#')
    assert 'id="cecs_lookup_site"' in made["printed"] and f'value="{SITE}"' in made["printed"]


def test_a_deleted_plugin_leaves_nothing_behind() -> None:
    assert wordpress(site=SITE, uninstall=True)["deleted"] == ["cecs_lookup_site"]


def test_the_editor_gets_the_script_that_knows_the_block() -> None:
    made = wordpress(site=SITE)
    handle = made["block"]["editor_script"]
    script = (PLUGIN / made["registered"][handle].rpartition("/")[2]).read_text(encoding="utf-8")

    assert made["block"]["name"] == "cecs/lookup"
    assert "registerBlockType( 'cecs/lookup'" in script
