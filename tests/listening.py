"""A district's program: listens on this machine, keeps what it was sent, answers as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cecs.web import api_document
from tests import schemas


@dataclass
class Program:
    """What came: headers and bodies. `status` is what it answers."""

    url: str = ""
    status: int = 204
    location: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


def heard(program: Program) -> list[dict[str, Any]]:
    """All that came, each found to be what the API's document says of it."""
    told = [json.loads(body) for _, body in program.came]
    document = {"components": {"schemas": api_document.SCHEMAS}}
    for each in told:
        assert schemas.faults(each, api_document.SCHEMAS["RosterChange"], document) == []
    return told


@contextmanager
def listening(wrap: Any = None) -> Iterator[Program]:
    """Listens until the test is over; `wrap` may put TLS around its socket."""
    program = Program()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            program.came.append((dict(self.headers), body))
            self.send_response(program.status)
            if program.location:
                self.send_header("Location", program.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    if wrap:
        server.socket = wrap(server.socket)
    program.url = f"{'https' if wrap else 'http'}://127.0.0.1:{server.server_port}/in?from=cecs"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield program
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
