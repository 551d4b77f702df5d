"""One line on standard output for each answered request, with nothing in it that was asked.

An address holds names, numbers and codes that open things. So a line shows no query, and of a path
with variable parts only its rule: `/verify/<code>`. A path that is none of ours is `-`.
"""

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING, Any

from flask import Flask

from cecs.web.budgets import network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STANDARD_OUTPUT = 1
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
UNKNOWN = "-"


def logged(app: Flask, to: int = STANDARD_OUTPUT) -> "WSGIApplication":
    """The application; what it answers is written to the file descriptor `to`.

    Each line is one write, so that those of several workers do not mix. It is written when the
    answer is made, before it is sent. A log that cannot be written stops no answer.
    """
    answer = app.wsgi_app
    plain = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}

    def told(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        began = time.perf_counter()
        said = (UNKNOWN, "500", UNKNOWN)  # of a fault that nobody turned into an answer

        def noted(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            nonlocal said
            path = environ["PATH_INFO"]
            shown = path if path in plain else _rule(environ)
            said = shown, status[:3], _length(headers)
            return start(status, headers, *fault)

        try:
            return answer(environ, noted)
        finally:
            with suppress(Exception):
                took = (time.perf_counter() - began) * 1000
                os.write(to, _line(environ, *said, took).encode())

    return told


def _length(headers: Sequence[tuple[str, str]]) -> str:
    """Bytes of the body, which most say last."""
    for name, value in reversed(headers):
        if name == "Content-Length":
            return value
    return UNKNOWN


def _rule(environ: "WSGIEnvironment") -> str:
    """The rule by which Flask found the page; known until the answer is begun."""
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return rule.rule if rule else UNKNOWN


def _line(environ: "WSGIEnvironment", path: str, status: str, length: str, took: float) -> str:
    """Time, address, method, path, status, bytes of the body, milliseconds."""
    method = environ["REQUEST_METHOD"]
    if method not in METHODS:
        method = UNKNOWN
    if method == "HEAD":
        length = UNKNOWN  # what it says is the length of another answer
    address = _address(environ.get("REMOTE_ADDR", ""))
    return f"{_moment(int(time.time()))} {address} {method} {path} {status} {length} {took:.1f}\n"


def _address(sent: str) -> str:
    """The address as budgets count it. A proxy may have handed on what is none."""
    try:
        inet_pton(AF_INET6 if ":" in sent else AF_INET, sent)
    except (OSError, ValueError):
        return UNKNOWN
    return network(sent)


@lru_cache(2)
def _moment(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
