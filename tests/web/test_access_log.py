"""The access log: a line for each answer, and nothing in it that was asked."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response

from cecs import create_app
from cecs.config import settings_from
from cecs.web.access_log import logged
from tests.conftest import SECRETS
from tests.people import Character


class Log:
    """What was written, line by line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def last(self) -> list[str]:
        """Time, address, method, path, status, bytes and milliseconds of the last answer."""
        return self.text.splitlines()[-1].split(" ")

    @property
    def text(self) -> str:
        return self._path.read_text()


@pytest.fixture
def log(app: Flask, tmp_path: Path) -> Iterator[Log]:
    path = tmp_path / "access.log"
    to = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    app.wsgi_app = logged(app, to)  # type: ignore[method-assign]
    yield Log(path)
    os.close(to)


def test_a_line_says_who_asked_for_which_page_and_how_it_was_answered(app: Flask, log: Log) -> None:
    answer = app.test_client().get("/help")
    when, address, method, path, status, length, took = log.last

    assert (address, method, path, status) == ("127.0.0.1", "GET", "/help", "200")
    assert length == str(len(answer.data))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when) and float(took) > 0


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/lookup?last_name=rivera", "/lookup"),
        ("/api/v1/educators?ein=4000000001&last=rivera", "/api/v1/educators"),
        ("/verify/RIVERA", "/verify/<code>"),
        ("/payments/0c9f0000-0000-4000-8000-000000000001/receipts/rivera",
         "/payments/<uuid:id>/receipts/<key>"),
        ("/static/rivera.css", "/static/<path:filename>"),
        ("/api/v1/educators/rivera", "/api/v1/educators/<id>"),
        ("/nowhere/rivera", "-"),
    ],
)  # fmt: skip
def test_what_was_asked_is_not_in_the_log(
    app: Flask, log: Log, maria: Character, asked: str, shown: str
) -> None:
    client = app.test_client()
    client.get(asked)
    client.get(asked)  # which another way may answer

    assert log.last[3] == shown
    assert len(log.text.splitlines()) == 2
    assert "rivera" not in log.text.lower() and "?" not in log.text and "4000" not in log.text


def test_a_fault_is_logged_as_it_was_answered(app: Flask, log: Log) -> None:
    def broken() -> Response:
        raise RuntimeError("a fault of ours")

    app.view_functions["public.help"] = broken
    with pytest.raises(RuntimeError):  # as it leaves the application where tests want to see it
        app.test_client().get("/help")
    escaped = log.last
    app.config.update(TESTING=False)
    app.test_client().get("/help")

    assert escaped[3:6] == ["-", "500", "-"]
    assert log.last[3:5] == ["/help", "500"]


def test_no_bytes_are_said_of_an_answer_without_a_body(app: Flask, log: Log) -> None:
    client = app.test_client()
    client.head("/help")
    asked_for_head = log.last
    tag = client.get("/api/v1/districts").headers["ETag"]
    client.get("/api/v1/districts", headers={"If-None-Match": tag})

    assert asked_for_head[2:6] == ["HEAD", "/help", "200", "-"]
    assert log.last[3:6] == ["/api/v1/districts", "304", "-"]


def test_a_static_file_is_logged_with_its_bytes(app: Flask, log: Log) -> None:
    with app.test_client().get("/static/embed.css") as answer:
        length = str(len(answer.data))

    assert log.last[3:6] == ["/static/<path:filename>", "200", length]


def test_an_answer_that_is_made_while_it_is_sent_has_no_length_yet(app: Flask, log: Log) -> None:
    app.view_functions["public.help"] = lambda: Response(part for part in ("one", " two"))
    answer = app.test_client().get("/help")

    assert answer.text == "one two"
    assert log.last[3:6] == ["/help", "200", "-"]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("203.0.113.7 GET /lookup", "-"),
        ("", "-"),
    ],
)
def test_an_address_is_logged_as_it_is_counted(app: Flask, log: Log, sent: str, shown: str) -> None:
    app.test_client().get("/help", environ_base={"REMOTE_ADDR": sent})

    assert log.last[1] == shown


def test_a_method_that_nobody_knows_forges_no_line(app: Flask, log: Log) -> None:
    app.test_client().open("/help", method="GET\n2026")

    assert log.last[2:5] == ["-", "/help", "405"]


def test_a_log_that_cannot_be_written_stops_no_answer(app: Flask, tmp_path: Path) -> None:
    to = os.open(tmp_path / "gone.log", os.O_WRONLY | os.O_CREAT)
    app.wsgi_app = logged(app, to)  # type: ignore[method-assign]
    os.close(to)

    assert app.test_client().get("/help").status_code == 200


def test_the_real_thing_writes_to_standard_output_behind_its_proxies(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    env = {"CECS_DEMO": "0", "CECS_DATABASE_URL": database_url, "CECS_TRUSTED_PROXIES": "1"}
    for wanted in ({}, {"CECS_ACCESS_LOG": "0"}):
        app = create_app(settings_from(SECRETS | env | wanted, tmp_path))
        forwarded = {"X-Forwarded-For": "198.51.100.9"}
        app.test_client().get("/help", headers=forwarded)

    (line,) = capfd.readouterr().out.splitlines()
    assert line.split(" ")[1:5] == ["198.51.100.9", "GET", "/help", "200"]


def test_a_demo_logs_only_where_it_is_told_to(tmp_path: Path) -> None:
    assert not settings_from(SECRETS, tmp_path).access_log
    assert settings_from(SECRETS | {"CECS_ACCESS_LOG": "1"}, tmp_path).access_log
