"""A reviewer asks for three things in one go; the educator answers one, and the rest comes."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from cecs.domain.applications import Status
from tests.applying import applies
from tests.browser.conftest import KEYBOARD, Reader
from tests.browser.test_whole_story import sign_in
from tests.people import People

pytestmark = pytest.mark.browser

QUESTION = "Where did you teach in 2019?"


def unfolds(reader: Reader, words: str) -> None:
    summary = reader.driver.find_element(By.XPATH, f"//summary[starts-with(., '{words}')]")
    if reader.way == KEYBOARD:
        reader._tab_to(summary)
        reader._type(Keys.ENTER)
    else:
        summary.click()


def ticks(reader: Reader, name: str) -> None:
    box = reader.driver.find_element(By.NAME, name)
    if reader.way == KEYBOARD:
        reader._tab_to(box)
        reader._type(Keys.SPACE)
    else:
        shown = box.get_attribute("id")
        reader.driver.find_element(By.CSS_SELECTOR, f"label[for='{shown}']").click()


def asks_for_three_things(reader: Reader, address: str) -> None:
    reader.open(f"/bureau{address}")
    unfolds(reader, "Ask for what is missing")
    note = reader.driver.find_element(By.NAME, "note_transcripts")
    unasked = note.is_displayed()
    reader.press("Ask for all of it")
    reader.reads("There is a problem")
    reader.sees("Apply for a first initial certificate")
    ticks(reader, "ask_transcripts")
    reader.fill(note_transcripts="That of 2019 alone")
    ticks(reader, "ask_ed_126")
    reader.fill(missing=QUESTION)
    reader.sees("Apply for a first initial certificate")
    reader.press("Ask for all of it")
    reader.reads("Reviewed: Missing Credentials")
    assert not unasked


def takes_one_back(reader: Reader) -> None:
    unfolds(reader, "No longer needed")
    reader.press("Take it back")
    reader.reads("There is a problem")
    reader.sees("Apply for a first initial certificate")
    reader.fill(why="Hill sent it to us.")
    reader.press("Take it back")
    reader.reads("No longer needed since")


def answers_in_words(reader: Reader, address: str) -> None:
    [letter] = reader.house.mails()
    assert "3 things more" in letter["subject"]
    reader.open(address)
    reader.reads("3 of 3 still open.")
    unfolds(reader, "Answer in words")
    reader.sees("Application CT-")
    reader.fill(answer="In Hill")
    reader.press("Send this answer")
    reader.reads("2 of 3 still open.")
    reader.sees("Application CT-")


def test_several_things_are_asked_for_in_one_go(reader: Reader) -> None:
    people = People(reader.house.app)
    maria, dana = people.teacher(), people.staff()
    id = applies(reader.house.app, maria, Status.IN_REVIEW, kind="first_initial")
    sign_in(reader, dana)
    asks_for_three_things(reader, f"/applications/{id}")
    reader.press("Sign out")
    sign_in(reader, maria)
    answers_in_words(reader, f"/applications/{id}")
    reader.press("Sign out")
    sign_in(reader, dana)
    reader.open(f"/bureau/applications/{id}")
    reader.reads("In Hill")
    takes_one_back(reader)
    reader.sees("Apply for a first initial certificate")
