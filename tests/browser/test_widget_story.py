"""The lookup on a district's page, in real browsers: loaded, framed, sandboxed, or but a link."""

import pytest
from flask import Response, request
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from tests import browsers
from tests.browser.conftest import House, Reader
from tests.browser.district import (
    Site,
    asks_for,
    enter_frame,
    fits,
    focused,
    height,
    reads,
    until,
)
from tests.people import People

pytestmark = pytest.mark.browser


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
    beyond = "return document.documentElement.scrollHeight - window.innerHeight"
    assert driver.execute_script(beyond) <= 0  # all of the form shows
    driver.switch_to.default_content()
    reader.fill(address=f"{site.url}/loaded")
    reader.press("Test")
    reader.press(f"Add {site.url}")
    reader.sees("The lookup for")
    assert f"Yes: {site.url} is registered" in reader.text
    site.key = driver.current_url.partition("/widgets/")[2].partition("?")[0]
    driver.get(f"{site.url}/loaded")
    until(driver, lambda d: not d.find_elements(By.LINK_TEXT, "Look up an educator"))
