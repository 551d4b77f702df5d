"""A district's page frames the lookup of the application, and nothing else."""

import requests

from tests.sandbox.conftest import APP


def test_a_districts_page_frames_the_lookup_under_its_key(sandbox):
    answer = requests.get(f"{sandbox.url}/district?key=elm-hollow", timeout=5)

    assert f'src="{APP}/embed/elm-hollow"' in answer.text
    assert f"frame-src {APP}" in answer.headers["Content-Security-Policy"]


def test_what_cannot_be_a_key_frames_nothing(sandbox):
    answer = requests.get(f"{sandbox.url}/district", params={"key": "../account"}, timeout=5)

    assert answer.status_code == 404
    assert "frame-src 'none'" in answer.headers["Content-Security-Policy"]


def test_it_shows_the_lookup_in_each_way_that_a_real_one_may(sandbox):
    def shown(way):
        return requests.get(f"{sandbox.url}/district", params={"way": way}, timeout=5)

    script, sandboxed = shown("script"), shown("sandbox")

    assert '<div data-cecs="demo-district"><a ' in script.text
    assert f'<script async src="{APP}/static/embed.js">' in script.text
    assert f"script-src 'self' {APP};" in script.headers["Content-Security-Policy"]
    assert 'sandbox="allow-scripts"' in sandboxed.text
    assert shown("elsewhere").status_code == 404


def test_a_districts_page_leads_back_to_the_front_page(sandbox):
    answer = requests.get(f"{sandbox.url}/district", timeout=5)

    assert """<a href="/">The sandbox's front page</a>""" in answer.text
