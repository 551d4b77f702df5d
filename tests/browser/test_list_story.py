"""A district's clerk checks a list in real browsers: pasted or from a file, and takes it away."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from cecs.services import api_keys, bulk_checks
from tests.browser.conftest import KEYBOARD, WEBKIT_TOO, Reader
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("reader", WEBKIT_TOO, indirect=True)]
LIST = "last,first\nRivera,Maria\nBerg,Ana\nQuux,Al\nX,\n"
TYPED = LIST.replace("\n", Keys.ENTER)  # WebKit's driver types no other end of a line
DOWNLOAD = "//button[normalize-space()='Download all answers as CSV']"


def key_of(reader: Reader) -> str:
    people = People(reader.house.app)
    people.teacher()
    for year in (1980, 1981):
        people.record("Ana", "Berg", date(year, 1, 1), "987654321")
    dana = people.staff()
    with reader.house.app.app_context():
        desk = reader.house.app.extensions["cecs_desk"]
        return api_keys.make(desk, dana.id, min(desk.regime.districts), "payroll")


def noting(inner: Callable[..., Iterable[bytes]], files: list[str]) -> Callable[..., Any]:
    """The same answers; those that are files to save are noted."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            files.extend(said for _name, said in headers if said.startswith("attachment"))
            return start_response(status, headers, *fault)

        return inner(environ, begin)

    return answer


def test_a_pasted_list_is_answered_and_downloaded_without_sending_it_again(
    reader: Reader,
) -> None:
    key, files = key_of(reader), list[str]()
    reader.house.app.wsgi_app = noting(reader.house.app.wsgi_app, files)  # type: ignore[method-assign]
    reader.open("/lookup")
    reader.follow("Check a list of educators")
    reader.fill(key=key, lines="last")
    reader.press("Check the list")
    reader.sees("Check a list of educators")

    assert "There is no line in it." in reader.text
    reader.fill(key=key, lines=TYPED)
    reader.press("Check the list")
    reader.sees("Answers to your list")

    assert "Nobody fits" in reader.text and "Fitting: 2" in reader.text
    button = reader.driver.find_element(By.XPATH, DOWNLOAD)
    if reader.way == KEYBOARD:
        reader._tab_to(button)
        reader._type(Keys.ENTER)
    else:
        button.click()
    reader._wait.until(lambda _: files)

    assert files == ['attachment; filename="answers.csv"']
    assert "Answers to your list" in reader.text


def test_a_file_need_not_be_chosen_again_and_what_was_late_is_sent_by_the_key_alone(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, file = key_of(reader), tmp_path / "list.csv"
    file.write_text(LIST)
    reader.open("/lookup/list")
    reader.driver.find_element(By.NAME, "file").send_keys(str(file))
    reader.fill(key="guess")
    reader.press("Check the list")
    reader.reads("This key is not known")
    monkeypatch.setattr(bulk_checks.check, "__defaults__", (-1,))
    reader.fill(key=key)
    reader.press("Check the list")
    reader.sees("Answers to your list")
    monkeypatch.undo()
    reader.reads("no time left")
    reader.fill(key=key)
    reader.press("Check these lines")
    reader.reads("Show who was found: 1")

    assert "no time left" not in reader.text
