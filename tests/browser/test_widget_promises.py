"""What a district is promised: few requests, its own colours, and a link where nothing else is."""

import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from cecs.extensions import db
from cecs.models.widgets import EmbedKey
from tests import browsers
from tests.browser.district import Site, asks_for, enter_frame, reads, until

pytestmark = pytest.mark.browser


def test_with_its_loader_it_asks_for_three_things_all_of_ours(
    driver: WebDriver, site: Site
) -> None:
    """Loader, page and script, with their headers; an answer is one page, not all of it again."""
    asked: list[tuple[str, int]] = []
    app = site.house.app.wsgi_app

    def counted(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        head: list[str] = []

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            head[:] = [status, *(f"{name}: {value}" for name, value in headers)]
            return start_response(status, headers, *more)

        answer = app(environ, started)
        body = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
        asked.append((environ["PATH_INFO"], len("\r\n".join(head)) + len(body)))
        return [body]

    site.house.app.wsgi_app = counted
    driver.get(f"{site.url}/loaded")
    until(driver, lambda d: not d.find_elements(By.LINK_TEXT, "Look up an educator"))
    time.sleep(0.5)  # for what might still come
    paths, sizes = zip(*asked, strict=True)
    asked.clear()
    enter_frame(driver)
    asks_for(driver, "Rivera")
    reads(driver, "Maria Rivera")
    again = sum(size for _, size in asked)

    assert sorted(paths) == ["/embed/hill", "/static/embed-frame.js", "/static/embed.js"]
    assert sum(sizes) < 15_000
    assert asked[0][0] == "/embed/hill" and sum(sizes) + again < 15_000


def is_coloured(driver: WebDriver) -> bool:
    button = driver.find_element(By.TAG_NAME, "button")
    return "122, 0, 25" in button.value_of_css_property("background-color")


@pytest.mark.parametrize("path", ["/loaded", "/framed", "/sandboxed"])
def test_it_has_the_colours_of_its_key_however_it_is_framed(
    driver: WebDriver, site: Site, path: str
) -> None:
    with site.house.app.app_context():
        db.session.get_one(EmbedKey, "hill").accent = "#7a0019"
        db.session.commit()
    driver.get(f"{site.url}{path}")
    enter_frame(driver)
    before = is_coloured(driver)
    asks_for(driver, "Rivera")
    reads(driver, "Maria Rivera")

    assert before and is_coloured(driver)


def test_two_on_one_page_have_each_its_own_height_and_believe_nobody_else(
    driver: WebDriver, site: Site
) -> None:
    driver.get(f"{site.url}/twice")
    until(driver, lambda d: not d.find_elements(By.LINK_TEXT, "Look up an educator"))

    def heights() -> list[int]:
        driver.switch_to.default_content()
        return [int(one.size["height"]) for one in driver.find_elements(By.TAG_NAME, "iframe")]

    until(driver, lambda _: len(set(heights())) == 1 and heights()[0] > 300)
    before = heights()[0]
    driver.execute_script("postMessage(5000, '*')")  # of the page's own, which is not ours
    enter_frame(driver)
    asks_for(driver, "Rivera")
    reads(driver, "Maria Rivera")
    until(driver, lambda _: heights()[0] > before + 200)

    assert heights()[0] < 5000 and heights()[1] == before


def use_up(site: Site) -> None:
    for _ in range(60):
        with (
            suppress(urllib.error.HTTPError),
            urllib.request.urlopen(f"{site.house.url}/embed/hill"),
        ):
            pass


@pytest.mark.parametrize(
    ("path", "key", "heading"),
    [
        ("/framed", "nobody", "not set up"),
        ("/framed", "hill", "Too many tries"),
        ("/loaded", "hill", "Too many tries"),
    ],
)
def test_where_it_cannot_answer_a_link_leads_to_our_lookup(
    driver: WebDriver, site: Site, path: str, key: str, heading: str
) -> None:
    site.key = key
    if key == "hill":
        use_up(site)
    driver.get(f"{site.url}{path}")
    if path == "/loaded":
        until(driver, lambda d: not d.find_elements(By.LINK_TEXT, "Look up an educator"))
    driver.switch_to.frame(until(driver, lambda d: d.find_element(By.TAG_NAME, "iframe")))
    until(driver, lambda d: heading in d.find_element(By.TAG_NAME, "h1").text)
    assert browsers.axe(driver) == []
    here = driver.current_window_handle
    driver.find_element(By.LINK_TEXT, "Look up an educator").click()
    until(driver, lambda d: len(d.window_handles) == 2)
    driver.switch_to.window(next(one for one in driver.window_handles if one != here))
    until(driver, lambda d: d.current_url.startswith(f"{site.house.url}/lookup"))

    assert until(driver, lambda d: d.find_element(By.NAME, "last_name")).is_displayed()


def test_a_dark_page_is_read_as_well(site: Site) -> None:
    with site.house.app.app_context():
        hill = db.session.get_one(EmbedKey, "hill")
        hill.accent, hill.text, hill.background = "#ffd166", "#ffffff", "#101820"
        db.session.commit()
    with browsers.lent(browsers.chromium) as driver:
        for question in ("", "?last_name=riv", "?last_name=r", "?last_name=quux"):
            driver.get(f"{site.house.url}/embed/hill{question}")
            browsers.screenshot(driver, f"widget-dark-{question[11:] or 'form'}")

            assert browsers.axe(driver) == []
