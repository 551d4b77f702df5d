"""The lookup reads from a copy of the database where there is one, and nothing else does."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from cecs import create_app
from cecs.config import ConfigError, settings_from
from cecs.desk import Desk
from cecs.extensions import db
from cecs.schema import upgrade
from cecs.services import lookup_rebuilding
from cecs.services.lookup import Asked
from tests import looking
from tests.conftest import SECRETS, Clock, Letterbox
from tests.people import People


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[str]:
    """Another database, with one educator of its own."""
    url = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    app = create_app(settings_from(SECRETS | {"CECS_DATABASE_URL": url}, tmp_path))
    with app.app_context():
        upgrade()
    People(app).record("Ana", "Copied", date(1980, 1, 1), "987654320")
    with app.app_context():
        db.engine.dispose()
    yield url


@pytest.fixture
def app(
    database_url: str, copy: str, tmp_path: Path, clock: Clock, letterbox: Letterbox
) -> Iterator[Flask]:
    addresses = {"CECS_DATABASE_URL": database_url, "CECS_READ_DATABASE_URL": copy}
    app = create_app(settings_from(SECRETS | addresses, tmp_path), clock=clock, post=letterbox)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_the_lookup_reads_from_the_copy_and_writes_to_the_registry(
    desk: Desk, people: People
) -> None:
    people.record("Bo", "Kept", date(1980, 1, 1), "987654321")
    kept = looking.search(desk, Asked("Kept"))
    copied = looking.search(desk, Asked("Co", "An"))

    assert kept.found == () and [each.last_name for each in copied.found] == ["Copied"]
    assert lookup_rebuilding.how_many() == 1 and lookup_rebuilding.verify(desk) == []


def test_an_address_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CECS_READ_DATABASE_URL must begin with"):
        settings_from(SECRETS | {"CECS_READ_DATABASE_URL": "mysql://x"}, tmp_path)
