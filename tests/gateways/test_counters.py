"""Limits are counted in windows of time, and what is over is forgotten."""

import time

import pytest
from flask import Flask
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage

from cecs.desk import Desk
from cecs.gateways import counters
from cecs.gateways.counters import OwnCounters, counters_at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [1000.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    return clock


def test_a_window_begins_with_the_first_and_ends_after_its_seconds(now: list[float]) -> None:
    kept = OwnCounters()
    first = [kept.incr("ana", 60), kept.incr("ana", 60), kept.incr("bo", 60)]
    now[0] = 1059.0
    still = kept.get("ana"), kept.get_expiry("ana")
    now[0] = 1060.0

    assert first == [1, 2, 1] and still == (2, 1060.0)
    assert kept.get("ana") == 0 and kept.incr("ana", 60) == 1 and kept.get_expiry("ana") == 1120.0


def test_what_is_over_is_swept_away_and_what_is_not_is_kept(
    now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "SWEEP_AT", 3)
    kept = OwnCounters()
    kept.incr("long", 3600)
    for number in range(3):
        kept.incr(f"short {number}", 1)
        now[0] += 2

    assert len(kept) == 2 and kept.incr("long", 3600) == 2


def test_the_application_counts_with_it(app: Flask) -> None:
    desk: Desk = app.extensions["cecs_desk"]

    assert isinstance(desk.counters, OwnCounters)


def test_the_lookup_answers_when_shared_counters_are_out_of_reach(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk: Desk = app.extensions["cecs_desk"]

    def lost(key: str, expiry: int) -> int:
        raise StorageError(OSError("nobody listens"))

    monkeypatch.setattr(desk.counters, "incr", lost)
    answers = [app.test_client().get("/api/v1/educators?last=ri") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].headers["X-RateLimit-Remaining"] == "120"


@pytest.mark.parametrize("lost", ["get", "get_expiry"])
def test_counters_may_be_lost_at_any_moment(
    app: Flask, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    def fails(*asked: object) -> int:
        raise StorageError(OSError("nobody listens"))

    monkeypatch.setattr(app.extensions["cecs_desk"].counters, lost, fails)
    pages = ["/lookup?last_name=ri", "/api/v1/educators?last=ri"]

    assert [app.test_client().get(page).status_code for page in pages] == [200, 200]


def test_counters_that_hang_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, float] = {}

    def connected(url: str, **options: float) -> MemoryStorage:
        asked.update(options)
        return MemoryStorage()

    monkeypatch.setattr(counters, "storage_from_string", connected)
    counters_at("redis://counters.example")

    assert asked["socket_timeout"] <= 0.5 and asked["socket_connect_timeout"] <= 0.5


def test_an_address_of_counters_that_nobody_knows_is_refused_at_the_start() -> None:
    assert isinstance(counters_at(""), OwnCounters)
    with pytest.raises(ConfigurationError):
        counters_at("abacus://127.0.0.1")
