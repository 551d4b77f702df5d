"""Servers to measure: started, waited for, and stopped again."""

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.registry import Made, environment
from cecs.config import ROOT

GUNICORN = (
    "gunicorn", "--workers", "2", "--log-level", "warning", "--bind", "127.0.0.1:{port}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """How one is started; `{port}` stands for its port."""

    command: Sequence[str]
    database: bool = False
    python: str = sys.executable
    more: Mapping[str, str] = field(default_factory=dict)  # of its environment
    nice: int = 0  # how far it stands back behind others

    @contextlib.contextmanager
    def running(self, made: Made) -> Iterator[str]:
        """Its address, for as long as it runs."""
        port = free_port()
        command = ["nice", "-n", str(self.nice), self.python, "-m",
                   *(word.format(port=port) for word in self.command)]  # fmt: skip
        settings = {**(environment(made.url) if self.database else {}), **self.more}
        started = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # what is logged is written
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(20)


def granian(target: str, workers: int = 2, threads: int = 1, log: bool = False) -> Server:
    """As docs/deploy.md recommends it; with `log`, granian writes an access log, too."""
    return Server((*of_workers(workers, threads), *("--access-log",) * log,
                   f"bench.serving:{target}"), target == "app")  # fmt: skip


def of_workers(workers: int, threads: int = 1, interface: str = "wsgi") -> Sequence[str]:
    """granian with so many workers, each of so many threads."""
    return ("granian", "--interface", interface, "--no-ws", "--log-level", "warning",
            "--host", "127.0.0.1", "--port", "{port}", "--workers", str(workers),
            *(("--blocking-threads", str(threads)) if interface == "wsgi" else ()))  # fmt: skip


def cold_start(made: Made, tries: int = 3) -> float:
    """Seconds from starting one worker to its first answer, the middle of some tries."""
    one = Server((*of_workers(1), "app:app"), True)
    took = []
    for _ in range(tries):
        begun = time.perf_counter()
        with one.running(made):
            took.append(time.perf_counter() - begun)
    return statistics.median(took)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 30) -> None:
    """Waits until somebody answers, whatever the answer."""
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
