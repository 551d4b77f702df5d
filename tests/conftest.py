"""An application on a database of its own for each test, and the clock in the test's hand."""

import contextvars
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs import create_app
from cecs.config import Settings, settings_from
from cecs.desk import Desk
from cecs.extensions import db
from cecs.schema import upgrade
from cecs.services import lookup_rebuilding
from tests import cluster, once
from tests.pages import Visitor
from tests.people import Character, People

pytest_plugins = ["tests.faults.tally"]
DATABASE = os.environ.get("CECS_TEST_DATABASE", "sqlite")
once.remember()
once.hash_quickly()
TESTS = Path(__file__).parent
LONG = ("browser", "faults", "slow")
SECRETS = {"CECS_SECRET_KEY": "a" * 64, "CECS_SEAL_KEY": "b" * 64, "CECS_INDEX_KEY": "c" * 64}


class Clock:
    """Stands still until the test moves it. Begins on a Wednesday in November, 10:00 Eastern."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def set(self, instant: datetime) -> None:
        self.instant = instant

    @staticmethod
    def real() -> datetime:
        """The wall clock's instant, for what is compared with a gateway that has its own."""
        return datetime.now(UTC)

    def advance(self, **duration: float) -> None:
        self.instant += timedelta(**duration)


class Letterbox:
    """Stands in for the mail server where SMTP itself is not under test."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []

    def deliver(self, to: str, subject: str, text: str) -> None:
        self.letters.append((to, subject, text))


def _settings(url: str, instance: Path, **more: str) -> Settings:
    return settings_from(SECRETS | {"CECS_DATABASE_URL": url} | more, instance)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database, by no fixture of its own or of theirs, is run on SQLite only.

    Each worker begins with a part of its own: long tests first, so that none is alone at the end.
    """
    if DATABASE == "postgresql":
        fixtures = [(one, getattr(one, "fixturenames", ())) for one in items]
        config.hook.pytest_deselected(
            items=[one for one, names in fixtures if "migrated" not in names]
        )
        items[:] = [one for one, names in fixtures if "migrated" in names]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    if workers > 1:
        items.sort(key=lambda one: one.path.relative_to(TESTS).parts[0] not in LONG)
        items[:] = [one for nth in range(workers) for one in items[nth::workers]]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database brought to the newest schema by the migrations, as an installation would."""
    folder = tmp_path_factory.mktemp("database")
    started = cluster.start() if DATABASE == "postgresql" else None
    url = started or f"sqlite:///{folder / 'template.sqlite3'}"
    app = create_app(_settings(url, folder))
    with app.app_context():
        upgrade()
        if not started:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    yield url
    if started:
        cluster.stop()


@pytest.fixture
def database_url(migrated: str, tmp_path: Path) -> str:
    if DATABASE == "postgresql":
        cluster.empty(migrated)
        return migrated
    shutil.copy(migrated.removeprefix("sqlite:///"), tmp_path / "cecs.sqlite3")
    return f"sqlite:///{tmp_path / 'cecs.sqlite3'}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def sandbox_url() -> str:
    """Where cards would be charged. Nobody listens there, save in tests of payments."""
    return "http://127.0.0.1:9"


@pytest.fixture
def app(
    database_url: str, tmp_path: Path, clock: Clock, letterbox: Letterbox, sandbox_url: str
) -> Iterator[Flask]:
    settings = _settings(database_url, tmp_path, CECS_SANDBOX_URL=sandbox_url)
    app = create_app(settings, clock=clock, post=letterbox)
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The desk, inside an application context: for tests of services."""
    with app.app_context():
        yield app.extensions["cecs_desk"]
        db.session.rollback()


@pytest.fixture
def people(app: Flask) -> People:
    return People(app)


@pytest.fixture
def maria(people: People) -> Character:
    """Maria Rivera with an account and a certificate."""
    found: Character = people.teacher()
    return found


class OwnContext:
    """Runs each request in a context of its own, and fails when one leaves work uncommitted."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()
        self._unsaved: list[object] = []

    def open(self, *args: object, **kwargs: object) -> object:
        flushed = lambda session, context: self._unsaved.append(session)  # noqa: E731
        ended = lambda session: self._unsaved.clear()  # noqa: E731
        sa.event.listen(db.session, "after_flush", flushed)
        sa.event.listen(db.session, "after_commit", ended)
        sa.event.listen(db.session, "after_rollback", ended)
        try:
            response = contextvars.Context().run(self._client.open, *args, **kwargs)
        finally:
            sa.event.remove(db.session, "after_flush", flushed)
            sa.event.remove(db.session, "after_commit", ended)
            sa.event.remove(db.session, "after_rollback", ended)
        assert self._unsaved == [], "the request left changes uncommitted"
        return response


@pytest.fixture
def visitor(app: Flask) -> Iterator[Visitor]:
    """A browser with nobody signed in. After it, the lookup must tell what the registry says."""
    yield Visitor(OwnContext(app))
    with app.app_context():
        assert lookup_rebuilding.verify(app.extensions["cecs_desk"]) == []


@pytest.fixture
def another_visitor(app: Flask) -> Visitor:
    """A second browser."""
    return Visitor(OwnContext(app))
