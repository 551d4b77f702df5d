"""A page and its fragment for htmx are the same page."""

import re

import pytest

from tests.pages import Visitor
from tests.people import People

PAGES = ["/", "/help", "/contact", "/account/sign-in", "/account/forgot-password", "/lookup"]
OWN_PAGES = ["/educator/", "/account/password"]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def main_of(html: str) -> str:
    """The main part, without tokens, which are never twice the same."""
    found = re.search(r"<main.*</main>", html, re.S)
    assert found is not None
    inner = re.sub(r"<main[^>]*>", "", found.group())
    return re.sub(r'name="csrf_token" value="[^"]*"', "", inner)


def must_be_the_same(visitor: Visitor, url: str) -> None:
    page = visitor.get(url)
    fragment = visitor._browser.open(url, method="GET", headers=HTMX)

    assert page.status == fragment.status_code == 200
    assert main_of(page.html) == main_of(fragment.text)
    assert "<html" not in fragment.text and "<title>" in fragment.text
    assert "HX-Request" in fragment.headers["Vary"]


@pytest.mark.parametrize("url", PAGES)
def test_the_fragment_is_the_page_without_its_frame(visitor: Visitor, url: str) -> None:
    must_be_the_same(visitor, url)


@pytest.mark.parametrize("url", OWN_PAGES)
def test_so_is_that_of_ones_own_pages(visitor: Visitor, people: People, url: str) -> None:
    visitor.sign_in(people.teacher())
    must_be_the_same(visitor, url)


def test_ones_own_pages_are_kept_nowhere(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.teacher())

    assert visitor.get("/educator/").response.headers["Cache-Control"] == "no-store"
