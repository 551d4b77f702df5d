"""The plugin for WordPress, run by PHP with a stand-in for WordPress around it."""

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


def test_a_key_cannot_bring_markup_into_the_page() -> None:
    made = wordpress(site=SITE, shortcode={"key": '"><script>alert(1)</script>'})

    assert '<div data-cecs="scriptalert1script"><a ' in made["html"]


def test_the_editor_gets_the_script_that_knows_the_block() -> None:
    made = wordpress(site=SITE)
    handle = made["block"]["editor_script"]
    script = (PLUGIN / made["registered"][handle].rpartition("/")[2]).read_text(encoding="utf-8")

    assert made["block"]["name"] == "cecs/lookup"
    assert "registerBlockType( 'cecs/lookup'" in script
