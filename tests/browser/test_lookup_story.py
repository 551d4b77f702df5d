"""Looking someone up in real browsers: while typing, by the button, page by page, on paper."""

import time
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import KEYBOARD, WEBKIT_TOO, Reader
from tests.browsers import ENGINES, screenshot
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("reader", WEBKIT_TOO, indirect=True)]


def found(reader: Reader) -> str:
    return str(reader.driver.find_element(By.ID, "found").text)


def focused(reader: Reader) -> str:
    return str(reader.driver.switch_to.active_element.get_attribute("name"))


def test_answers_follow_the_typing_where_scripts_run_and_the_button_where_not(
    reader: Reader,
) -> None:
    People(reader.house.app).teacher()
    reader.open("/lookup")
    reader.sees("Look up an educator")
    reader.fill(last_name="river")
    if reader.way in (*ENGINES, KEYBOARD):
        reader.reads("Maria Rivera")

        assert focused(reader) == "last_name"
        assert "1 educator found" in reader.driver.find_element(By.ID, "count").get_attribute(
            "textContent"
        )
        reader.fill(first_name="zed")
        reader.reads("Nothing found")
        reader.fill(first_name="mar")
        reader.reads("Maria Rivera")
        # Too few letters are no answer, and no complaint while someone types.
        reader.fill(last_name="r")
        reader._wait.until(lambda _: found(reader) == "")

        assert not reader.driver.find_elements(By.ID, "error-summary")
        reader.fill(last_name="river")
        reader.reads("Maria Rivera")
    reader.press("Look up")
    reader.sees("Look up an educator")

    assert "Maria Rivera" in found(reader) and "last_name=river" in reader.driver.current_url
    if reader.way in (*ENGINES, KEYBOARD):
        # The answer stands below the form, on a phone far below it: so the reader is led there.
        landed = reader.driver.switch_to.active_element

        assert landed.get_attribute("id") == "answer"


def test_a_question_that_is_sent_is_not_overtaken_by_the_one_that_follows_the_typing(
    reader: Reader,
) -> None:
    People(reader.house.app).teacher()
    quick = reader.house.app.wsgi_app

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "last_name=" in environ["QUERY_STRING"]:
            time.sleep(1)
        return quick(environ, start_response)

    reader.open("/lookup")
    reader.sees("Look up an educator")
    reader.house.app.wsgi_app = slow
    reader.enter(last_name="rivera")

    assert "Maria Rivera" in found(reader) and "last_name=river" in reader.driver.current_url


def test_who_types_quickly_asks_once_and_a_late_answer_changes_nothing(reader: Reader) -> None:
    people = People(reader.house.app)
    people.record("Ana", "Rivas", date(1980, 1, 1), "987654321")
    people.teacher()
    quick, asked = reader.house.app.wsgi_app, list[str]()

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name = parse_qs(environ["QUERY_STRING"]).get("last_name")
        asked.extend(name or ())
        if name == ["riv"]:
            time.sleep(1.5)
        return quick(environ, start_response)

    reader.open("/lookup")
    reader.sees("Look up an educator")
    reader.house.app.wsgi_app = slow
    field = reader.driver.find_element(By.NAME, "last_name")
    field.send_keys("riv")
    if reader.way not in (*ENGINES, KEYBOARD):
        time.sleep(1)

        assert asked == []
        return
    reader._wait.until(lambda _: asked)
    field.send_keys("era")
    reader.reads("Maria Rivera")
    time.sleep(2)  # until the first answer would be there, too

    assert asked == ["riv", "rivera"] and "Rivas" not in found(reader)


def test_the_list_goes_on_and_the_answer_is_printed(reader: Reader) -> None:
    people = People(reader.house.app)
    for number in range(30):
        people.record(f"Ana{number:02}", "Berg", date(1980, 1, 1), "987654320")
    reader.open("/lookup?last_name=berg")
    reader.follow("Go on in the list")
    reader.reads("Ana29 Berg")
    reader.follow("Print this answer")
    reader.sees("Answer of the lookup")
    screenshot(reader.driver, f"{reader.way}-proof")

    assert "/lookup/proof?last_name=berg" in reader.text and "Ana29" in reader.text


def test_a_name_leads_to_all_certificates_of_its_bearer(reader: Reader) -> None:
    people = People(reader.house.app)
    maria = people.teacher()
    people.holds(maria, "PROV", date(2019, 8, 1), date(2023, 7, 31), "renewed")
    people.holds(maria, "PROF5", date(2028, 1, 1), date(2032, 12, 31), "active")
    reader.open("/lookup?last_name=rivera")
    reader.reads("and 1 earlier certificate")
    reader.follow("Maria Rivera")
    reader.sees("Maria Rivera")

    assert "A newer one has taken its place" in reader.text
    assert len(reader.driver.find_elements(By.CLASS_NAME, "span-bar")) == 3


def test_the_documentation_can_be_read_by_all(reader: Reader) -> None:
    reader.open("/api/v1/")
    reader.sees("The lookup for programs")

    assert "curl" in reader.text


def jump(reader: Reader, way: str) -> None:
    """Follows a link within the page, and waits until what it leads to is at the top."""
    link = reader.driver.find_element(By.CSS_SELECTOR, way)
    wanted = str(link.get_attribute("href")).partition("#")[2]
    if reader.way == KEYBOARD:
        reader._tab_to(link)
        reader._type(Keys.ENTER)
    else:
        link.click()
    reader._wait.until(lambda d: d.current_url.endswith(f"/api/v1/#{wanted}"))
    reader._wait.until(lambda d: 0 <= top(reader, wanted) < 100)


def top(reader: Reader, id: str) -> float:
    """How far below the window's upper edge it stands."""
    found = "return document.getElementById(arguments[0]).getBoundingClientRect().top"
    return float(reader.driver.execute_script(found, id))


def test_the_documentation_is_walked_by_its_contents(reader: Reader) -> None:
    reader.open("/api/v1/")
    reader.reads("What you can ask")
    jump(reader, ".contents a[href='#messages']")

    assert top(reader, "contents") >= 0  # beside the text, they stay in sight
    if reader.way == KEYBOARD:
        reader._type(Keys.TAB)  # goes on from there, not from the contents
        here = reader.driver.switch_to.active_element

        assert here.get_attribute("href").endswith("#RosterChange")
    if reader.way in ("chromium", KEYBOARD):
        narrow = {"width": 320, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        reader.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
        jump(reader, ".contents a[href='#messages']")

        assert top(reader, "contents") < 0
        jump(reader, "#roster ~ .back-to-contents a")
