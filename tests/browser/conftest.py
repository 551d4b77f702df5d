"""The whole house for a browser: pages, a mailbox fed by real SMTP, and the worker's turn."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import Select, WebDriverWait
from werkzeug.serving import make_server

from cecs import create_app
from cecs.config import settings_from
from cecs.extensions import db
from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from cecs.services import outbox
from cecs.web.mails import render
from tests import browsers
from tests.browser.district import Quiet, Site, at_work
from tests.conftest import SECRETS
from tests.sandbox.conftest import free_port


@dataclass
class House:
    """What a person can reach, and the worker, who delivers when told."""

    url: str
    app: Flask
    mailbox: str

    def mails(self) -> list[dict[str, Any]]:
        """Delivers what waits by SMTP, then gives all letters, newest first."""
        with self.app.app_context():
            outbox.deliver_due(self.app.extensions["cecs_desk"], render)
        with urllib.request.urlopen(f"{self.mailbox}/mailbox/messages.json") as answer:
            return list(json.load(answer))


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    smtp, port, aside = free_port(), free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    env = SECRETS | {
        "CECS_DATABASE_URL": database_url,
        "CECS_MAIL_PORT": str(smtp),
        "CECS_PUBLIC_URL": url,
        "CECS_SANDBOX_URL": f"http://127.0.0.1:{aside}",
    }
    app = create_app(settings_from(env, tmp_path))
    sandbox = SandboxSettings(tmp_path / "sandbox", (url,))
    with running(sandbox, "127.0.0.1", aside, smtp) as mailbox:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield House(url, app, mailbox)
        server.shutdown()
        thread.join()
        server.server_close()
    with app.app_context():
        db.engine.dispose()


# Of the whole page, also of what its <details> hold.
WIDTH = """
const shut = [...document.querySelectorAll("details:not([open])")];
shut.forEach(one => one.open = true);
const width = document.documentElement.scrollWidth;
shut.forEach(one => one.open = false);
return width;
"""


class Reader:
    """Someone at a browser: reads headings, fills fields by name, presses what has the words."""

    def __init__(self, driver: WebDriver, house: House, way: str) -> None:
        self.driver, self.house, self.way = driver, house, way
        # Between two pages a driver has many names for "that element is gone"; the wait asks again.
        self._wait = WebDriverWait(
            driver, 10, poll_frequency=0.05, ignored_exceptions=[WebDriverException]
        )

    def open(self, path: str) -> None:
        self.driver.get(self.house.url + path)

    def fill(self, **fields: str) -> None:
        for name, words in fields.items():
            field = self.driver.find_element(By.NAME, name)
            if self.way == KEYBOARD:
                self._tab_to(field)
                if field.get_attribute("value") and field.tag_name != "select":
                    field.send_keys(Keys.CONTROL + "a")  # typing replaces what is marked
                self._type(words)
            elif field.tag_name == "select":
                Select(field).select_by_visible_text(words)
            else:
                field.clear()
                field.send_keys(words)

    def choose(self, **answers: str) -> None:
        """Marks a radio button by its value, at its label as a hand would."""
        for name, value in answers.items():
            button = self.driver.find_element(
                By.CSS_SELECTOR, f"input[name='{name}'][value='{value}']"
            )
            if self.way == KEYBOARD:
                self._mark(button)
                continue
            shown = button.get_attribute("id")
            self.driver.find_element(By.CSS_SELECTOR, f"label[for='{shown}']").click()

    def press(self, words: str) -> None:
        """Presses a button and waits until the page, or its main part, is another."""
        self._leave_at(f"//button[normalize-space()='{words}' and not(@aria-hidden)]")

    def follow(self, words: str) -> None:
        """Follows the link that begins with the words, and waits as after a press."""
        self._leave_at(f"//a[starts-with(normalize-space(), '{words}')]")

    def enter(self, **fields: str) -> None:
        """Fills the fields and presses Enter in the last, and waits as after a press."""
        self.fill(**fields)
        self._leave_at(f"//*[@name='{list(fields)[-1]}']", Keys.ENTER)

    def _leave_at(self, xpath: str, key: str = "") -> None:
        before = self.driver.find_element(By.CSS_SELECTOR, "main h1")
        found = self.driver.find_element(By.XPATH, xpath)
        if self.way == KEYBOARD:
            self._tab_to(found)
            self._type(Keys.ENTER)
        elif key:
            found.send_keys(key)
        else:
            found.click()
        self._wait.until(staleness_of(before), f"the page stays after {xpath}")
        self._wait.until(lambda d: d.find_element(By.CSS_SELECTOR, "main h1"))

    def _type(self, keys: str) -> None:
        ActionChains(self.driver).send_keys(keys).perform()

    def _tab_to(self, wanted: WebElement) -> None:
        """Presses Tab until the focus is there, as who has no mouse does."""
        for _ in range(120):
            if self.driver.switch_to.active_element == wanted:
                return
            self._type(Keys.TAB)
        raise AssertionError(f"no way by keyboard to {wanted.get_attribute('outerHTML')}")

    def _mark(self, button: WebElement) -> None:
        """Tab leads to the first radio button of a group, the arrow to the next."""
        group = self.driver.find_elements(By.NAME, str(button.get_attribute("name")))
        self._tab_to(group[0])
        self._type(Keys.SPACE + Keys.ARROW_DOWN * group.index(button))

    @property
    def text(self) -> str:
        """What stands in the main part of the page, or of the frame being read."""
        return str(self.driver.find_element(By.TAG_NAME, "main").text)

    def reads(self, words: str) -> None:
        """Waits until the words stand in the main part."""
        self._wait.until(
            lambda d: words in d.find_element(By.TAG_NAME, "main").text, f"no {words} in the page"
        )

    def sees(self, heading: str) -> None:
        """Waits for the heading, then looks at the page as axe would, and at a phone's width."""
        self._wait.until(
            lambda d: any(heading in h.text for h in d.find_elements(By.TAG_NAME, "h1")),
            f"no heading {heading}",
        )
        if self.way in browsers.ENGINES:
            faults = [
                (found["id"], found["nodes"][0]["html"]) for found in browsers.axe(self.driver)
            ]
            assert faults == []
        shown = heading.lower().replace(" ", "-")[:30]
        browsers.screenshot(self.driver, f"{self.way}-{shown}")
        if self.way == "chromium":
            self._looks_at_a_phone(shown)

    def _looks_at_a_phone(self, shown: str) -> None:
        """A page 320 pixels wide is read without moving it sideways."""
        narrow = {"width": 320, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
        whole = self.driver.execute_script(WIDTH)
        browsers.screenshot(self.driver, f"phone-{shown}")
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        assert whole <= 320


def with_broken_scripts(inner: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The same pages, but every script arrives as one that no browser can read."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].endswith(".js"):
            return inner(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/javascript")])
        return [b"syntax error("]

    return answer


WITHOUT_SCRIPTS, WITH_BROKEN_SCRIPTS = "chromium-without-scripts", "chromium-with-broken-scripts"
KEYBOARD = "chromium-by-keyboard"
WAYS = ("chromium", "firefox", WITHOUT_SCRIPTS, WITH_BROKEN_SCRIPTS, KEYBOARD)
WEBKIT_TOO = (*WAYS, "webkit")  # for what strangers on any phone read


@pytest.fixture(params=WAYS)
def reader(request: pytest.FixtureRequest, house: House) -> Iterator[Reader]:
    way = request.param
    if way == WITH_BROKEN_SCRIPTS:
        house.app.wsgi_app = with_broken_scripts(house.app.wsgi_app)
    start = browsers.ENGINES.get(way, browsers.chromium)
    how = {"javascript": False} if way == WITHOUT_SCRIPTS else {}
    with browsers.lent(start, **how) as driver:
        yield Reader(driver, house, way)


@pytest.fixture
def site(house: House) -> Iterator[Site]:
    """A district's site that may show the lookup."""
    with at_work(house) as site:
        yield site


@pytest.fixture(params=browsers.ENGINES)
def driver(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    with browsers.lent(browsers.ENGINES[request.param]) as driver:
        yield driver


@pytest.fixture(params=browsers.ENGINES)
def without_scripts(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    with browsers.lent(browsers.ENGINES[request.param], javascript=False) as driver:
        yield driver
