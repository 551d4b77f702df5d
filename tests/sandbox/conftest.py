"""One sandbox for all of its tests, served on free ports of this machine."""

import socket
from types import SimpleNamespace

import pytest

from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings

APP = "http://127.0.0.1:5000"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    settings = SandboxSettings(tmp_path_factory.mktemp("sandbox"), (APP,))
    smtp_port = free_port()
    with running(settings, "127.0.0.1", 0, smtp_port) as url:
        yield SimpleNamespace(url=url, smtp_port=smtp_port, settings=settings)
