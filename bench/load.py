"""How many answers a second over HTTP, asked by wrk over 16 connections.

Each time another name is asked for, from another address, so that neither a cache nor a budget
answers.
"""

import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench.registry import surnames

CONNECTIONS = 16
QUESTIONS = 20_000  # made before the clock starts; then they are asked in turn
ASKING = Path(__file__).resolve().with_name("asking.lua")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for again and again; `NAME` in its `url` stands for a name."""

    kind: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers a second, and milliseconds that 1 % of them exceeded."""

    kind: str
    a_second: float
    p99: float


def can_load() -> bool:
    """Whether wrk is there (`apt-get install wrk`)."""
    return shutil.which("wrk") is not None


def in_turn(questions: Sequence[Question], seconds: float, rounds: int = 3) -> dict[str, Rate]:
    """Each for so many seconds in so many rounds, a second at a time; the middle one counts.

    A machine's speed may change within a minute: all that is compared must have its share of it.
    """
    found: dict[str, list[Rate]] = {each.kind: [] for each in questions}
    for each in questions:  # what is loaded once is not measured
        load(each, 1)
    for _ in range(int(seconds) * rounds):
        for each in questions:
            found[each.kind].append(load(each, 1))
    return {kind: middle(rates) for kind, rates in found.items()}


def load(asked: Question, seconds: float) -> Rate:
    """Asks as fast as it is answered. Raises RuntimeError when an answer was no answer."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("\n".join(_beginnings()))
        names.flush()
        headers = [
            word for each in asked.headers.items() for word in ("-H", "{}: {}".format(*each))
        ]
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{int(seconds)}s", "-s", str(ASKING),
                   *headers, asked.url, "--", names.name, str(QUESTIONS)]  # fmt: skip
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"asked (\d+) (\d+) (\d+) (\d+)", said)
    if found is None or int(found[4]):
        raise RuntimeError(f"{asked.url} failed: {said}")
    requests, duration, p99, _ = (int(each) for each in found.groups())
    return Rate(asked.kind, requests / duration * 1e6, p99 / 1e3)


def middle(rates: list[Rate]) -> Rate:
    """The middle of several rounds, for rate and delay each."""
    return Rate(
        rates[0].kind,
        statistics.median(rate.a_second for rate in rates),
        statistics.median(rate.p99 for rate in rates),
    )


@cache
def _beginnings() -> list[str]:
    """Of names, up to four letters."""
    plain = [name for name in surnames()[:2000] if name.isascii() and name.isalpha()]
    return [name[:4] for name in plain if len(name) > 3]
