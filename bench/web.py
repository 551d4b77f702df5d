"""The lookup over HTTP beside Flask that does nothing, all on the same server.

All servers run beside each other; only one is asked at a time.
"""

import contextlib
from collections.abc import Iterator

from bench.load import Question, Rate, in_turn
from bench.registry import Made
from bench.servers import granian
from cecs.domain.api_versions import NEWEST

HELLO_LOGGED = "Flask hello, granian's access log"
HELLO = "Flask hello, no access log"
JSON, JSON_BY_ROUTE = "CECS, JSON", "CECS, JSON by a Flask route"
HTML, FORM = "CECS, HTML", "CECS, HTML, the form alone"
# A program that names its version is answered by the route, not before Flask.
BY_ROUTE = {"API-Version": NEWEST}


def measure(made: Made, seconds: float = 3, rounds: int = 3) -> dict[str, Rate]:
    """Each kind in turn; the round in the middle counts."""
    with contextlib.ExitStack() as running:
        return in_turn([*hellos(made, running), *ours(made, running)], seconds, rounds)


def hellos(made: Made, running: contextlib.ExitStack) -> Iterator[Question]:
    """Flask's hello: as a plain application logs, and without any log."""
    for kind, log in ((HELLO_LOGGED, True), (HELLO, False)):
        base = running.enter_context(granian("hello", log=log).running(made))
        yield Question(kind, f"{base}/")


def ours(made: Made, running: contextlib.ExitStack) -> Iterator[Question]:
    """CECS as docs/deploy.md recommends it, with its own access log."""
    base = running.enter_context(granian("app").running(made))
    yield Question(JSON, f"{base}/api/v1/educators?last=NAME")
    yield Question(JSON_BY_ROUTE, f"{base}/api/v1/educators?last=NAME", BY_ROUTE)
    yield Question(HTML, f"{base}/lookup?last_name=NAME")
    yield Question(FORM, f"{base}/lookup")
