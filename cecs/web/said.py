"""An answer that no framework has made yet, nor needs to."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Said(NamedTuple):
    """An answer, whole, as a server is told it: a status, all headers and a body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        start(STATUS[self.status], self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]
