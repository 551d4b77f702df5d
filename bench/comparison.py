"""CECS beside other ways to serve the same search on the same data, in one interleaved run.

The peers run from a virtual environment of their own, which `make bench-peers` makes. They log
nothing; CECS writes its access log.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from bench.load import Question, Rate, in_turn
from bench.peers.tables import tables
from bench.registry import FOLDER, Made, application
from bench.servers import GUNICORN, Server, granian, of_workers
from bench.web import hellos, ours

PYTHON = FOLDER / "peers" / "bin" / "python"
STORED = Path(__file__).resolve().parent / "peers" / "educators.sql"
ALONE = "CECS, JSON, 1 process"
DATASETTE = "Datasette, the same JSON, 1 process"
DATASETTE_ROWS = "Datasette, educators only, 1 process"
DATASETTE_FIRST = "Datasette, …__startswith, 1 process"
DJANGO, DJANGO_GUNICORN = (
    "Django ORM, the same HTML, granian",
    "Django ORM, the same HTML, gunicorn",
)
# What its page of a table offers beside rows takes it longer than the rows.
ROWS_ALONE = "_sort=last_key&_size=20&_nosuggest=1&_nofacet=1&_nocount=1"
NESTED = "_shape=array&_json=district&_json=certificates"


def can_compare() -> bool:
    """Whether the peers are there."""
    return PYTHON.exists()


def measure(made: Made, seconds: float = 3, rounds: int = 3) -> dict[str, Rate]:
    """Each in turn; the round in the middle counts."""
    with contextlib.ExitStack() as running:
        questions = [
            *hellos(made, running), *ours(made, running), *_alone(made, running),
            *_datasette(made, running), *_django(made, running), *_starlette(made, running),
        ]  # fmt: skip
        return in_turn(questions, seconds, rounds)


def _alone(made: Made, running: contextlib.ExitStack) -> Iterator[Question]:
    base = running.enter_context(granian("app", workers=1).running(made))
    yield Question(ALONE, f"{base}/api/v1/educators?last=NAME")


def _datasette(made: Made, running: contextlib.ExitStack) -> Iterator[Question]:
    database = tables(made)
    stored = {"educators": {"sql": STORED.read_text(encoding="utf-8")}}
    metadata = database.with_name("metadata.json")
    metadata.write_text(json.dumps({"databases": {"registry": {"queries": stored}}}))
    words = ("datasette", "serve", str(database), "--port", "{port}", "--metadata", str(metadata),
             "--setting", "sql_time_limit_ms", "5000")  # fmt: skip
    base = running.enter_context(Server(words, python=str(PYTHON)).running(made)) + "/registry"
    between = "last_key__gte=NAME&last_key__lt=NAME%EF%BF%BF"
    yield Question(DATASETTE, f"{base}/educators.json?last=NAME&{NESTED}")
    yield Question(DATASETTE_ROWS, f"{base}/educator.json?{between}&{ROWS_ALONE}")
    yield Question(DATASETTE_FIRST, f"{base}/educator.json?last_key__startswith=NAME&{ROWS_ALONE}")


def _django(made: Made, running: contextlib.ExitStack) -> Iterator[Question]:
    target = "bench.peers.django_orm:app"
    zone = application(made.url, made.folder).extensions["cecs_desk"].regime.office.time_zone
    settings = {"PEER_DATABASE": str(tables(made)), "PEER_ZONE": str(zone)}
    for kind, server in ((DJANGO, of_workers(2)), (DJANGO_GUNICORN, GUNICORN)):
        peer = Server((*server, target), python=str(PYTHON), more=settings)
        base = running.enter_context(peer.running(made))
        if kind is DJANGO:
            yield Question("Django hello", f"{base}/")
        yield Question(kind, f"{base}/lookup?last_name=NAME")


def _starlette(made: Made, running: contextlib.ExitStack) -> Iterator[Question]:
    settings = {"PEER_DATABASE": made.url.removeprefix("sqlite:///")}
    command = (*of_workers(2, interface="asgi"), "bench.peers.starlette_json:app")
    server = Server(command, python=str(PYTHON), more=settings)
    base = running.enter_context(server.running(made))
    yield Question("Starlette hello", f"{base}/")
    yield Question("Starlette, JSON of our rows", f"{base}/search?last=NAME")
