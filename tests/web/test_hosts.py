"""The names under which we answer: asked before Flask as Flask asks them."""

from pathlib import Path

import pytest
from werkzeug.test import create_environ

from cecs import create_app
from cecs.config import settings_from
from tests.conftest import SECRETS

OURS = {"CECS_DEMO": "0", "CECS_PUBLIC_URL": "https://certification.example.org"}


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("certification.example.org", True),
        ("certification.example.org:443", True),
        ("Certification.Example.ORG", True),
        ("127.0.0.1:5000", True),
        ("localhost", True),
        ("evil.example", False),
        ("certification.example.org.evil.example", False),
        ("certification.example.org@evil.example", False),
        ("certification.example.org:99999", False),
        ("", False),
    ],
)
def test_a_name_is_trusted_where_flask_answers_under_it(
    database_url: str, tmp_path: Path, host: str, is_ours: bool
) -> None:
    env = SECRETS | OURS | {"CECS_DATABASE_URL": database_url, "CECS_ACCESS_LOG": "0"}
    app = create_app(settings_from(env, tmp_path))
    environ = create_environ("/help", environ_overrides={"HTTP_HOST": host})
    answer = app.test_client().open("/help", environ_overrides={"HTTP_HOST": host})

    assert bool(app.our_name(environ)) is is_ours
    assert answer.status_code == (200 if is_ours else 400)


def test_a_program_that_asks_under_another_name_is_told_so_in_json(
    database_url: str, tmp_path: Path
) -> None:
    env = SECRETS | OURS | {"CECS_DATABASE_URL": database_url, "CECS_ACCESS_LOG": "0"}
    app = create_app(settings_from(env, tmp_path))
    for path in ("districts", "educators?last=rivera"):
        answer = app.test_client().get(f"/api/v1/{path}", headers={"Host": "evil.example"})

        assert (answer.status_code, answer.json["status"]) == (400, 400)


def test_a_demo_answers_under_any_name(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings_from(SECRETS | {"CECS_DATABASE_URL": database_url}, tmp_path))
    environ = create_environ("/help", environ_overrides={"HTTP_HOST": "demo.example"})

    assert app.our_name(environ)


def test_who_names_no_host_is_left_to_flask(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings_from(SECRETS | {"CECS_DATABASE_URL": database_url}, tmp_path))
    environ = create_environ("/help")
    del environ["HTTP_HOST"]

    assert not app.our_name(environ)
