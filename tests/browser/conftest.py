"""The whole house for a browser: pages, a mailbox fed by real SMTP, and the worker's turn."""

import contextlib
import json
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import WSGIRequestHandler, make_server

from cecs import create_app
from cecs.config import settings_from
from cecs.extensions import db
from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from cecs.services import outbox
from cecs.web.mails import render
from tests import browsers
from tests.conftest import SECRETS
from tests.sandbox.conftest import free_port


class Quiet(WSGIRequestHandler):
    def log(self, *args: Any, **kwargs: Any) -> None:
        return None


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
    smtp, port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    env = SECRETS | {"CECS_DATABASE_URL": database_url, "CECS_MAIL_PORT": str(smtp)}
    app = create_app(settings_from(env | {"CECS_PUBLIC_URL": url}, tmp_path))
    with running(SandboxSettings(tmp_path / "sandbox", (url,)), "127.0.0.1", 0, smtp) as mailbox:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield House(url, app, mailbox)
        server.shutdown()
        thread.join()
        server.server_close()
    with app.app_context():
        db.engine.dispose()


class Reader:
    """Someone at a browser: reads headings, fills fields by name, presses buttons by words."""

    def __init__(self, driver: WebDriver, house: House, scripts: bool) -> None:
        self.driver, self.house, self.scripts = driver, house, scripts

    def open(self, path: str) -> None:
        self.driver.get(self.house.url + path)

    def fill(self, **fields: str) -> None:
        for name, words in fields.items():
            field = self.driver.find_element(By.NAME, name)
            field.clear()
            field.send_keys(words)

    def press(self, words: str) -> None:
        """Presses a button and waits until the page, or its main part, is another."""
        before = self.driver.find_element(By.CSS_SELECTOR, "main h1")
        self.driver.find_element(By.XPATH, f"//main//button[normalize-space()='{words}']").click()
        WebDriverWait(self.driver, 10).until(staleness_of(before))

    def sees(self, heading: str) -> None:
        """Waits for the heading, then looks at the whole page as axe would."""
        WebDriverWait(self.driver, 10).until(
            lambda d: any(heading in h.text for h in d.find_elements(By.TAG_NAME, "h1"))
        )
        if self.scripts:
            faults = [
                (found["id"], found["nodes"][0]["html"]) for found in browsers.axe(self.driver)
            ]
            assert faults == []
        shown = heading.lower().replace(" ", "-")[:30]
        browsers.screenshot(self.driver, f"{self.driver.name}-{shown}")


WAYS = ("chromium", "firefox", "chromium-without-scripts")


@pytest.fixture(params=WAYS)
def reader(request: pytest.FixtureRequest, house: House) -> Iterator[Reader]:
    scripts = "without" not in request.param
    driver = browsers.firefox() if request.param == "firefox" else browsers.chromium(scripts)
    with contextlib.closing(_Quitting(driver)):
        yield Reader(driver, house, scripts)


class _Quitting:
    def __init__(self, driver: WebDriver) -> None:
        self.close = driver.quit
