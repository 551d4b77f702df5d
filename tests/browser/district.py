"""A district's site that shows the lookup, and how one reads it there in a real browser."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import WSGIRequestHandler, make_server

from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.widgets import EmbedKey
from tests.people import People
from tests.sandbox.conftest import free_port

if TYPE_CHECKING:
    from tests.browser.conftest import House

SANDBOXED = "<iframe sandbox='allow-scripts' width='600' height='300' src='{frame}{hash}'></iframe>"
LISTENING = "<p id='said'></p><script src='/listen.js'></script>" + SANDBOXED
PLACE = "<div data-cecs='{key}'><a href='{lookup}'>Look up an educator</a></div>"
LOADER = "<script async src='{home}/static/embed.js'></script>"
PAGES = {
    "/loaded": PLACE + LOADER,
    "/twice": PLACE + PLACE + LOADER,
    "/framed": "<iframe width='600' height='300' src='{frame}'></iframe>",
    "/sandboxed": SANDBOXED,
    "/listening": LISTENING,
    "/wordpress": "<style>iframe {{ position: absolute; clip: rect(1px, 1px, 1px, 1px) }}</style>"
    + LISTENING,
}
# As WordPress does: shows its frame when that says something. Keeps what it says, for us to read.
LISTEN = """
addEventListener("message", (event) => {
  if (event.source !== document.querySelector("iframe").contentWindow) return;
  document.querySelector("style")?.remove();
  document.querySelector("#said").append(JSON.stringify(event.data), " ");
});
"""


class Quiet(WSGIRequestHandler):
    def log(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Site:
    """A district's site, on another host and port than we are, as strict as one can be."""

    url: str
    house: "House"
    key: str = "hill"
    hash: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path, home = environ["PATH_INFO"], self.house.url
        strict = f"default-src 'none'; script-src 'self' {home}; frame-src {home}"
        if path == "/listen.js":
            start_response("200 OK", [("Content-Type", "text/javascript")])
            return [LISTEN.encode()]
        body = PAGES.get(path, "").format(
            key=self.key, home=home, frame=f"{home}/embed/{self.key}", hash=self.hash,
            lookup=f"{home}/lookup?district={self.district}",
        )  # fmt: skip
        strict += "; style-src 'unsafe-inline'" if path == "/wordpress" else ""
        headers = [("Content-Type", "text/html"), ("Content-Security-Policy", strict)]
        start_response("200 OK", headers)
        page = f"<!doctype html><html lang=en><title>Hill</title><main><h1>Hill Schools</h1>{body}"
        return [page.encode()]

    @property
    def district(self) -> str:
        return str(min(self.house.app.extensions["cecs_desk"].regime.districts))


@contextmanager
def at_work(house: "House") -> Iterator[Site]:
    """Registered under the key "hill"; Maria Rivera teaches there, Ana Rivera elsewhere."""
    port = free_port()
    site = Site(f"http://localhost:{port}", house)
    people = People(house.app)
    maria = people.teacher()
    people.teacher("Ana", ssn="987654321")
    with house.app.app_context():
        db.session.get_one(Educator, maria.educator_id).district_code = site.district
        db.session.add(EmbedKey(key="hill", district_code=site.district, origins=[site.url]))
        elsewhere = ["https://elsewhere.example"]
        db.session.add(EmbedKey(key="dale", district_code=site.district, origins=elsewhere))
        db.session.commit()
    server = make_server("localhost", port, site, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def until(driver: WebDriver, met: Callable[[WebDriver], Any], seconds: int = 10) -> Any:
    ignored = [WebDriverException]
    return WebDriverWait(driver, seconds, 0.05, ignored_exceptions=ignored).until(met)


def enter_frame(driver: WebDriver) -> None:
    driver.switch_to.default_content()
    driver.switch_to.frame(until(driver, lambda d: d.find_element(By.TAG_NAME, "iframe")))
    until(driver, lambda d: d.find_element(By.NAME, "last_name"))


def reads(driver: WebDriver, words: str) -> None:
    until(driver, lambda d: words in d.find_element(By.TAG_NAME, "main").text)


def asks_for(driver: WebDriver, name: str) -> None:
    field = driver.find_element(By.NAME, "last_name")
    field.click()  # WebKit gives no focus to a frame from elsewhere that nobody has touched
    field.clear()
    field.send_keys(name + Keys.ENTER)


def focused(driver: WebDriver, selector: str) -> bool:
    """Asks the page: inside a frame, WebKit's driver looks for the focus outside of it."""
    return bool(
        driver.execute_script("return document.activeElement.matches(arguments[0])", selector)
    )


def height(driver: WebDriver) -> int:
    """Of the frame on the district's page, in CSS pixels."""
    driver.switch_to.default_content()
    return int(driver.find_element(By.TAG_NAME, "iframe").size["height"])


def fits(driver: WebDriver) -> bool:
    """Whether the frame shows all that is in it, and little more."""
    outside = height(driver)
    enter_frame(driver)
    inside = driver.execute_script("return document.body.getBoundingClientRect().height")
    return 0 <= outside - inside < 2
