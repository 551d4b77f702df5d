"""A browser's view of our answers: parsed, and checked for what must hold on every page."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from bs4.builder._html5lib import HTML5TreeBuilder


class _Strict(HTML5TreeBuilder):
    """Raises the first fault of the HTML, while the page is read for us anyway."""

    def feed(self, markup: Any) -> None:
        html5lib.HTMLParser(tree=self.create_treebuilder, strict=True).parse(markup)


class Page:
    """One answer. Pages are checked as soon as they are made."""

    def __init__(self, response: Any, url: str) -> None:
        self.response = response
        self.url = url
        self.status: int = response.status_code
        self.location: str = response.headers.get("Location", "")
        self.is_html = (response.mimetype or "") == "text/html" and not 300 <= self.status < 400
        self.html: str = response.get_data(as_text=True) if self.is_html else ""
        self.soup = BeautifulSoup(self.html, builder=_Strict if self.is_html else HTML5TreeBuilder)
        if self.is_html:
            check(self)

    @property
    def text(self) -> str:
        """The words of the page, spaces folded."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def h1(self) -> str:
        found = self.soup.find("h1")
        return " ".join(found.get_text(" ").split()) if found else ""

    @property
    def errors(self) -> str:
        """The words of the error summary, or nothing."""
        found = self.soup.find(id="error-summary")
        return " ".join(found.get_text(" ").split()) if found else ""

    def value(self, name: str) -> str:
        """What a field of this name holds."""
        found = self.soup.find(attrs={"name": name})
        assert found is not None, f"no field {name} on {self.url}"
        return str(found.get("value", "") or found.get_text())


def check(page: Page) -> None:
    """What is true of every page, whatever it shows."""
    soup, where = page.soup, page.url
    assert soup.title and soup.title.get_text().strip(), f"{where} has no title"
    assert len(soup.find_all("h1")) == 1, f"{where} needs one h1"
    assert soup.html and soup.html.get("lang"), f"{where} has no language"
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"{where} has an id twice: {ids}"
    _check_forms(soup, where)
    _check_faults(soup, where)
    _check_styles(page)
    for script in soup.find_all("script"):
        assert script.get("src"), f"{where} has an inline script"


def _check_styles(page: Page) -> None:
    assert not page.soup.find_all(style=True), f"{page.url} styles inline"
    policy = page.response.headers["Content-Security-Policy"]
    for style in page.soup.find_all("style"):
        digest = b64encode(sha256(style.string.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}';" in policy, f"{page.url} styles unlike its policy"


def _check_forms(soup: BeautifulSoup, where: str) -> None:
    for form in soup.find_all("form"):
        assert form.get("method"), f"{where}: a form without method"
        if form["method"].lower() == "post":
            assert form.get("action"), f"{where}: a form without action"
            assert form.find(attrs={"name": "csrf_token"}), f"{where}: a form without its token"
    labelled = {label.get("for") for label in soup.find_all("label")}
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.get("type") in ("hidden", "submit"):
            continue
        named = control.get("id") in labelled or control.get("aria-label")
        assert named, f"{where}: {control} has no label"


def _check_faults(soup: BeautifulSoup, where: str) -> None:
    """A summary of faults takes the focus, and each of its links leads to what can be mended."""
    summaries = soup.select(".error-summary, #error-summary")
    assert len(summaries) <= 1, f"{where} sums up its faults twice"
    for summary in summaries:
        assert summary.get("id") == "error-summary" and summary.get("tabindex") == "-1", where
        for link in summary.find_all("a"):
            field = soup.find(id=link["href"].removeprefix("#"))
            named = field is not None and field.name in ("input", "select", "textarea")
            assert named and field.get("type") != "hidden", f"{where}: {link} leads to no field"


class Visitor:
    """A browser without JavaScript: follows links, fills forms with the page's own token."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._token = ""

    def get(self, url: str, **kwargs: Any) -> Page:
        return self._see(self._browser.open(url, method="GET", **kwargs), url)

    def post(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Page:
        """Sends a form; the token is that of the last page seen (or of the sign-in page)."""
        if not self._token:
            self.get("/account/sign-in")
        sent = {"csrf_token": self._token} | (data or {})
        return self._see(self._browser.open(url, method="POST", data=sent, **kwargs), url)

    def follow(self, page: Page) -> Page:
        """Goes where a redirect points, until there is a page."""
        for _ in range(6):
            if not 300 <= page.status < 400:
                return page
            page = self.get(page.location)
        raise AssertionError(f"redirects without end at {page.url}")

    def sign_in(self, person: Any) -> None:
        """Signs in through the page that everybody uses; the next page is the test's to open."""
        answer = self.post(
            "/account/sign-in", {"username": person.username, "password": person.password}
        )
        assert answer.status == 303, answer.errors or answer.text
        self._token = ""

    def _see(self, response: Any, url: str) -> Page:
        page = Page(response, url)
        field = page.soup.find(attrs={"name": "csrf_token"})
        if field is not None:
            self._token = str(field.get("value", ""))
        return page
