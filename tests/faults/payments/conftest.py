"""An office, a gateway that can be bent, and a count of all that was made to go wrong."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from flask import Flask

from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from tests.applying import applies
from tests.conftest import DATABASE, Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import Place
from tests.faults.tally import KEPT_AS
from tests.people import People
from tests.sandbox.conftest import free_port

# An SQLite file has no server that could be restarted.
collect_ignore = [] if DATABASE == "postgresql" else ["test_database_restarts.py"]


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("gateway")
    settings = SandboxSettings(folder, ("http://127.0.0.1:5000",))
    with running(settings, "127.0.0.1", 0, free_port()) as url:
        yield url, folder


@pytest.fixture
def bank(gateway: tuple[str, Path]) -> Bank:
    bank = Bank(gateway[1])
    bank.forget()
    return bank


@pytest.fixture
def sandbox_url(gateway: tuple[str, Path], bank: Bank) -> str:
    return gateway[0]


@pytest.fixture
def clock() -> Clock:
    """At the present: other processes and the gateway live there."""
    clock = Clock()
    clock.set(datetime.now(UTC))
    return clock


@pytest.fixture
def place(database_url: str, sandbox_url: str, tmp_path: Path) -> Place:
    return Place(database_url, sandbox_url, tmp_path)


@pytest.fixture
def owed(app: Flask, people: People) -> Callable[[], uuid.UUID]:
    """Gives, each time, an application of another teacher with $100 in two lines to be paid."""
    numbers = count(1)

    def application() -> uuid.UUID:
        teacher = people.teacher(ssn=f"98765{next(numbers):04}")
        return applies(app, teacher, status="awaiting_payment", paid=False)

    return application


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Counts for the summary at the end of the run."""

    def counted(what: str, number: int = 1) -> None:
        record_property(f"{KEPT_AS}{what}", number)

    return counted
