"""Running the sandbox: pages over HTTP and mail over SMTP, side by side."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from cecs.sandbox.app import create_sandbox
from cecs.sandbox.mailbox import smtp
from cecs.sandbox.settings import SandboxSettings


class QuietRequests(WSGIRequestHandler):
    """Writes no access log: addresses here may carry nonces."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


@contextmanager
def running(settings: SandboxSettings, host: str, port: int, smtp_port: int) -> Iterator[str]:
    """Serves in threads while the block runs; yields the pages' address. Port 0 takes a free one.

    Raises OSError when the SMTP port is taken; SystemExit when the HTTP port is.
    """
    app = create_sandbox(settings)
    post_office = smtp(app.extensions["sandbox_letters"], host, smtp_port)
    server = make_server(host, port, app, threaded=True, request_handler=QuietRequests)
    post_office.start()
    pages = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    pages.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        pages.join()
        server.server_close()
        post_office.stop()


def serve(settings: SandboxSettings, host: str, port: int, smtp_port: int) -> None:
    """Serves until SIGTERM or Ctrl-C, then ends cleanly."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with running(settings, host, port, smtp_port):
        ended.wait()
