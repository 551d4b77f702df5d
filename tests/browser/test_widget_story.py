"""The lookup on a district's page, in real browsers: loaded, framed, sandboxed, or but a link."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Response, request
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import make_server

from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.widgets import EmbedKey
from tests import browsers
from tests.browser.conftest import House, Quiet, Reader
from tests.people import People
from tests.sandbox.conftest import free_port

pytestmark = pytest.mark.browser
SANDBOXED = "<iframe sandbox='allow-scripts' width='600' height='300' src='{frame}{hash}'></iframe>"
LISTENING = "<p id='said'></p><script src='/listen.js'></script>" + SANDBOXED
PAGES = {
    "/loaded": "<div data-cecs='{key}'><a href='{lookup}'>Look up an educator</a></div>"
    "<script async src='{home}/static/embed.js'></script>",
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


@dataclass
class Site:
    """A district's site, on another host and port than we are, as strict as one can be."""

    url: str
    house: House
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


@pytest.fixture
def site(house: House) -> Iterator[Site]:
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


@pytest.fixture(params=browsers.ENGINES)
def driver(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    with browsers.lent(browsers.ENGINES[request.param]) as driver:
        yield driver


@pytest.fixture(params=[browsers.chromium, browsers.webkit])
def without_scripts(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    with browsers.lent(request.param, javascript=False) as driver:
        yield driver


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


def test_the_loader_puts_the_lookup_where_a_link_was_and_fits_it(
    driver: WebDriver, site: Site
) -> None:
    driver.get(f"{site.url}/loaded")
    until(driver, lambda d: not d.find_elements(By.LINK_TEXT, "Look up an educator"))
    until(driver, fits)
    before = height(driver)
    enter_frame(driver)
    assert browsers.axe(driver) == []
    asks_for(driver, "Rivera")
    reads(driver, "Maria Rivera")
    assert browsers.axe(driver) == []
    until(driver, fits)
    driver.switch_to.default_content()
    browsers.screenshot(driver, f"widget-loaded-{driver.name}")
    title = driver.find_element(By.TAG_NAME, "iframe").get_attribute("title")

    assert height(driver) > before + 200
    assert title == "Look up an educator"


def test_a_phone_reads_it_without_moving_it_sideways(site: Site) -> None:
    with browsers.lent(browsers.chromium) as driver:
        narrow = {"width": 320, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
        for page in (f"{site.house.url}/embed/hill", f"{site.house.url}/embed/hill?last_name=riv"):
            driver.get(page)
            wide = driver.execute_script("return document.documentElement.scrollWidth")
            browsers.screenshot(driver, "widget-phone")

            assert wide <= 320


def make_impatient(house: House) -> None:
    """The link's script waits one second for the lookup instead of its ten."""

    @house.app.after_request
    def _change(response: Response) -> Response:
        if request.path == "/static/embed.js":
            response.direct_passthrough = False
            patient = response.get_data()
            assert patient.count(b"frame.remove(), 10000)") == 1
            response.set_data(patient.replace(b"10000", b"1000"))
        return response


@pytest.mark.parametrize("key", ["dale", "nobody"])
def test_the_link_stays_where_the_lookup_may_not_be_shown(
    driver: WebDriver, site: Site, key: str
) -> None:
    """Neither on a site that is not registered for the key, nor under a key that is unknown."""
    site.key = key
    make_impatient(site.house)
    driver.get(f"{site.url}/loaded")
    until(driver, lambda d: d.find_elements(By.TAG_NAME, "iframe"))
    until(driver, lambda d: not d.find_elements(By.TAG_NAME, "iframe"))
    link = driver.find_element(By.LINK_TEXT, "Look up an educator")

    assert link.is_displayed()
    assert link.get_attribute("href") == f"{site.house.url}/lookup?district={site.district}"


def test_a_frame_without_the_right_to_send_forms_answers_all_the_same(
    driver: WebDriver, site: Site
) -> None:
    driver.get(f"{site.url}/sandboxed")
    enter_frame(driver)
    assert driver.execute_script("return window.origin") == "null"
    driver.execute_script("window.stayed = true")
    asks_for(driver, "R")
    reads(driver, "at least two letters")
    assert focused(driver, "#error-summary")
    asks_for(driver, "Rivera")
    reads(driver, "Maria Rivera")
    assert focused(driver, "h1")
    asks_for(driver, "Nobody")
    reads(driver, "Nothing found")
    driver.find_element(By.LINK_TEXT, "Ask the same for all districts").send_keys(Keys.ENTER)
    until(driver, lambda d: not d.find_element(By.NAME, "district").get_attribute("value"))
    driver.find_element(By.LINK_TEXT, "Español").send_keys(Keys.ENTER)
    until(driver, lambda d: d.find_element(By.LINK_TEXT, "English"))

    assert driver.execute_script("return window.stayed") is True
    assert browsers.axe(driver) == []


def test_a_content_system_is_told_height_and_links_with_its_secret(
    driver: WebDriver, site: Site
) -> None:
    site.hash = "#?secret=abc123"
    driver.get(f"{site.url}/wordpress")
    said = '"secret":"abc123"'
    until(driver, lambda d: said in d.find_element(By.ID, "said").text)
    enter_frame(driver)
    driver.find_element(By.CSS_SELECTOR, ".source a").click()
    driver.switch_to.default_content()
    until(driver, lambda d: '"message":"link"' in d.find_element(By.ID, "said").text)
    words = driver.find_element(By.ID, "said").text

    assert '"message":"height"' in words
    assert f'"value":"{site.house.url}/lookup?lang=en"' in words


def test_without_its_secret_a_sandboxed_frame_tells_nothing(driver: WebDriver, site: Site) -> None:
    driver.get(f"{site.url}/listening")
    enter_frame(driver)
    asks_for(driver, "Rivera")
    reads(driver, "Maria Rivera")
    driver.switch_to.default_content()

    assert driver.find_element(By.ID, "said").text == ""


def test_without_scripts_the_frame_answers_and_the_loader_leaves_its_link(
    without_scripts: WebDriver, site: Site
) -> None:
    driver = without_scripts
    driver.get(f"{site.url}/framed")
    enter_frame(driver)
    asks_for(driver, "Rivera")
    reads(driver, "Maria Rivera")
    driver.switch_to.default_content()
    driver.get(f"{site.url}/loaded")
    driver.find_element(By.LINK_TEXT, "Look up an educator").click()
    chosen = until(driver, lambda d: d.find_element(By.NAME, "district"))

    assert chosen.get_attribute("value") == site.district


def test_the_bureau_registers_a_district_and_sees_how_it_looks(
    driver: WebDriver, site: Site
) -> None:
    dana = People(site.house.app).staff()
    way = {"chrome": "chromium", "MiniBrowser": "webkit"}.get(driver.name, driver.name)
    reader = Reader(driver, site.house, way)
    reader.open("/account/sign-in")
    reader.fill(username=dana.username, password=dana.password)
    reader.press("Sign in")
    reader.follow("The lookup on districts")
    reader.sees("The lookup on districts' sites")
    reader.follow("Register a district")
    reader.sees("Register a district")
    regime = site.house.app.extensions["cecs_desk"].regime
    reader.fill(district=regime.districts[site.district].name, sites="https://www.hill.example")
    driver.execute_script("document.querySelector('#accent').value = '#aaddff'")
    reader.press("Register")
    reader.sees("Register a district")
    assert "Links and buttons would be hard to read" in reader.text
    driver.execute_script("document.querySelector('#accent').value = '#7a0019'")
    reader.press("Register")
    reader.sees("The lookup for")
    enter_frame(driver)
    colour = driver.find_element(By.TAG_NAME, "button").value_of_css_property("background-color")
    assert "122, 0, 25" in colour
    driver.switch_to.default_content()
    reader.fill(address=f"{site.url}/loaded")
    reader.press("Test")
    reader.press(f"Add {site.url}")
    reader.sees("The lookup for")
    assert f"Yes: {site.url} is registered" in reader.text
    site.key = driver.current_url.partition("/widgets/")[2].partition("?")[0]
    driver.get(f"{site.url}/loaded")
    until(driver, lambda d: not d.find_elements(By.LINK_TEXT, "Look up an educator"))
