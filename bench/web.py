"""How many answers a second over HTTP: each kind in turn, several rounds, the middle one counts.

wrk asks over 16 connections, each time another name, from another address, so that neither a
cache nor a budget answers. All servers run beside each other; only one is asked at a time.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.registry import Made, environment, surnames
from cecs.config import ROOT
from cecs.domain.api_versions import NEWEST

CONNECTIONS = 16
GRANIAN = (
    "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning", "--access-log",
    "--host", "127.0.0.1", "--workers", "2", "--blocking-threads", "1",
)  # fmt: skip
GUNICORN = ("gunicorn", "--workers", "2", "--log-level", "warning")
ASKING = """
local names = {NAMES}
local seed = 7
local function chance(below)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return math.floor(seed / 65536) % below
end
request = function()
  local from = "10." .. chance(256) .. "." .. chance(256) .. "." .. chance(256)
  local path = wrk.path
  local headers = {["X-Forwarded-For"] = from}
  -- A program that names its version is answered by the route, not before Flask.
  if path:find("route&") then
    path = path:gsub("route&", "")
    headers["API-Version"] = "VERSION"
  end
  if path:sub(-1) == "=" then path = path .. names[1 + chance(#names)] end
  return wrk.format("GET", path, headers)
end
done = function(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.read + summary.errors.timeout
  io.write(string.format("CECS %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(99), wrong))
end
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """Answers a second, and milliseconds that 1 % of them exceeded."""

    kind: str
    a_second: float
    p99: float


@dataclass(frozen=True, slots=True)
class Server:
    """How one is started; `{port}` stands for its port."""

    command: Sequence[str]
    database: bool = False
    python: str = sys.executable
    more: Mapping[str, str] = field(default_factory=dict)  # of its environment

    @contextlib.contextmanager
    def running(self, made: Made) -> Iterator[str]:
        """Its address, for as long as it runs."""
        port = free_port()
        command = [self.python, "-m", *(word.format(port=port) for word in self.command)]
        settings = {**(environment(made.url) if self.database else {}), **self.more}
        started = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # the access log is written
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(20)


def granian(target: str) -> Server:
    """As docs/deploy.md recommends it, with two workers of one thread."""
    return Server((*GRANIAN, "--port", "{port}", f"bench.serving:{target}"), target == "app")


def gunicorn(target: str) -> Server:
    """With two workers, each answering one request at a time."""
    return Server((*GUNICORN, "--bind", "127.0.0.1:{port}", f"bench.serving:{target}"),
                  target == "app")  # fmt: skip


KINDS = {
    "hello": ("hello", "/"),
    "JSON, up to 25 educators": ("app", "/api/v1/educators?last="),
    "JSON, by a Flask route": ("app", "/api/v1/educators?route&last="),
    "HTML, up to 25 educators": ("app", "/lookup?last_name="),
    "HTML, the form alone": ("app", "/lookup"),
}


def measure(made: Made, seconds: int = 3, rounds: int = 3, server=granian) -> list[Rate]:  # type: ignore[no-untyped-def]
    """Each kind in turn, `rounds` times; the round in the middle counts."""
    found: dict[str, list[Rate]] = {kind: [] for kind in KINDS}
    with server("hello").running(made) as hello, server("app").running(made) as app:
        bases = {"hello": hello, "app": app}
        for base, path in KINDS.values():  # what is loaded once is not measured
            load(bases[base] + path, 1)
        for _ in range(rounds):
            for kind, (base, path) in KINDS.items():
                found[kind].append(load(bases[base] + path, seconds, kind))
    return [middle(rates) for rates in found.values()]


def middle(rates: list[Rate]) -> Rate:
    """The middle of several rounds, for rate and delay each."""
    return Rate(
        rates[0].kind,
        statistics.median(rate.a_second for rate in rates),
        statistics.median(rate.p99 for rate in rates),
    )


def load(url: str, seconds: float, kind: str = "") -> Rate:
    """Asks as fast as it is answered. Raises RuntimeError when an answer was no answer."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(ASKING.replace("NAMES", _names()).replace("VERSION", NEWEST))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{int(seconds)}s", "-s", script.name, url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"CECS (\d+) (\d+) (\d+) (\d+)", said)
    if found is None or int(found[4]):
        raise RuntimeError(f"{url} failed: {said}")
    requests, duration, p99, _ = (int(each) for each in found.groups())
    return Rate(kind, requests / duration * 1e6, p99 / 1e3)


def can_load() -> bool:
    """Whether wrk is there (`apt-get install wrk`)."""
    return shutil.which("wrk") is not None


def cold_start(made: Made, tries: int = 3) -> float:
    """Seconds from starting one worker to its first answer, the middle of some tries."""
    one = Server((*GRANIAN[:-4], "--workers", "1", "--blocking-threads", "1", "--port", "{port}",
                  "app:app"), True)  # fmt: skip
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


def _names() -> str:
    """The beginnings of names that wrk asks for, as a list in Lua."""
    plain = [name for name in surnames()[:2000] if name.isascii() and name.isalpha()]
    return ", ".join(f'"{name[:4]}"' for name in plain if len(name) > 3)
