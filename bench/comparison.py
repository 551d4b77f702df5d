"""CECS beside other ways to serve the same search on the same data, in one interleaved run.

The peers run from a virtual environment of their own, which `make bench-peers` makes.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from bench.registry import FOLDER, Made
from bench.web import GRANIAN, Rate, Server, granian, load, middle

PYTHON = FOLDER / "peers" / "bin" / "python"
HERE = Path(__file__).resolve().parent / "peers"
ONE_WORKER = [*GRANIAN]
ONE_WORKER[ONE_WORKER.index("--workers") + 1] = "1"


def can_compare() -> bool:
    """Whether the peers are there."""
    return PYTHON.exists()


def measure(made: Made, seconds: int = 3, rounds: int = 3) -> dict[str, Rate]:
    """Each in turn, `rounds` times; the round in the middle counts."""
    with contextlib.ExitStack() as running:
        asked = dict(_addresses(made, running))
        found: dict[str, list[Rate]] = {kind: [] for kind in asked}
        for url in asked.values():  # what is loaded once is not measured
            load(url, 1)
        for _ in range(rounds):
            for kind, url in asked.items():
                found[kind].append(load(url, seconds, kind))
    return {kind: middle(rates) for kind, rates in found.items()}


def _addresses(made: Made, running: contextlib.ExitStack) -> Iterator[tuple[str, str]]:
    ours = running.enter_context(granian("app").running(made))
    alone = running.enter_context(_alone().running(made))
    hello = running.enter_context(granian("hello").running(made))
    django = running.enter_context(_peer(made, *GRANIAN, "bench.peers.django_orm:app"))
    starlette = running.enter_context(
        _peer(made, *_asynchronous(), "bench.peers.starlette_json:app")
    )
    datasette = running.enter_context(_datasette(made))
    yield "Flask hello", f"{hello}/"
    yield "CECS, JSON", f"{ours}/api/v1/educators?last="
    yield "CECS, JSON by a Flask route", f"{ours}/api/v1/educators?route&last="
    yield "CECS, HTML", f"{ours}/lookup?last_name="
    yield "CECS, JSON, 1 process", f"{alone}/api/v1/educators?last="
    yield "Datasette, JSON, 1 process", f"{datasette}/registry/search.json?_shape=array&last="
    yield "Django hello", f"{django}/"
    yield "Django ORM, HTML", f"{django}/search?last="
    yield "Starlette hello", f"{starlette}/"
    yield "Starlette, JSON of our rows", f"{starlette}/search?last="


def _alone() -> Server:
    return Server((*ONE_WORKER, "--port", "{port}", "bench.serving:app"), True)


def _asynchronous() -> list[str]:
    return ["asgi" if word == "wsgi" else word for word in GRANIAN]


def _peer(made: Made, *command: str) -> contextlib.AbstractContextManager[str]:
    *options, target = command
    more = {"PEER_DATABASE": made.url.removeprefix("sqlite:///")}
    words = (*options, "--port", "{port}", target)
    return Server(words, python=str(PYTHON), more=more).running(made)


def _datasette(made: Made) -> contextlib.AbstractContextManager[str]:
    """It names a database after its file, which is given another name by a link."""
    link = made.folder / "registry.sqlite3"
    link.unlink(missing_ok=True)
    link.symlink_to(made.url.removeprefix("sqlite:///"))
    words = ("datasette", "serve", str(link), "--port", "{port}", "--metadata",
             str(HERE / "metadata.json"), "--setting", "sql_time_limit_ms", "5000")  # fmt: skip
    return Server(words, python=str(PYTHON)).running(made)
