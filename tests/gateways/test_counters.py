"""Limits are counted in windows of time, and what is over is forgotten."""

import time

import pytest
from flask import Flask

from cecs.extensions import limiter
from cecs.gateways import counters
from cecs.gateways.counters import Counters


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [1000.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    return clock


def test_a_window_begins_with_the_first_and_ends_after_its_seconds(now: list[float]) -> None:
    kept = Counters()
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
    kept = Counters()
    kept.incr("long", 3600)
    for number in range(3):
        kept.incr(f"short {number}", 1)
        now[0] += 2

    assert kept.get("long") == 1 and kept.reset() == 2


def test_one_or_all_can_be_forgotten() -> None:
    kept = Counters()
    kept.incr("ana", 60), kept.incr("bo", 60)
    kept.clear("ana")

    assert (kept.get("ana"), kept.get("bo")) == (0, 1)
    assert kept.check() and kept.reset() == 1 and kept.get("bo") == 0


def test_the_application_counts_with_it(app: Flask) -> None:
    assert isinstance(limiter.storage, Counters)
