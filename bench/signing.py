"""Whether sign-ins stall the lookup: both asked at once, on workers that are one's own or shared.

A sign-in verifies two hashes, some 14 ms of a core each, in C and without Python's lock. Passwords
here are wrong, which takes as long; each is tried for another name and from another address, so
that no guard against guessing answers.
"""

import contextlib
import http.client
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urlsplit

from bench.load import Question, Rate, load, middle
from bench.registry import Made
from bench.servers import Server, granian

PAGE = "/account/sign-in"
NICE = 10
A_SECOND = 10  # sign-ins, as far as the server keeps up
PEOPLE = 4  # who sign in at once
ALONE, SHARED = "nobody signs in", f"{A_SECOND} sign-ins a second, same workers"
THREADS, APART = "the same, 4 threads a worker", "the same, a worker of their own"
APART_NICE = f"{APART}, nice {NICE}"


@dataclass(frozen=True, slots=True)
class Stalled:
    """The lookup's rate meanwhile, how many signed in a second, and how long each waited."""

    how: str
    lookup: Rate
    sign_ins: float
    waited: float  # milliseconds, the middle one


@dataclass(slots=True)
class _People:
    """Who sign in, one after the other, at an even pace."""

    address: str
    stopped: threading.Event = field(default_factory=threading.Event)
    waited: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def sign_in(self, who: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        headers, token = _form(connection)
        due = time.perf_counter() + who / A_SECOND
        number = 0
        while not self.stopped.wait(max(0.0, due - time.perf_counter())):
            number, due = number + 1, max(due + PEOPLE / A_SECOND, time.perf_counter())
            typed = {"csrf_token": token, "username": f"nobody{who}x{time.time_ns()}",
                     "password": "wrong password"}  # fmt: skip
            begun = time.perf_counter()
            address = f"10.{who}.{number // 250 % 250}.{number % 250}"
            sent = {**headers, "X-Forwarded-For": address}
            connection.request("POST", PAGE, urlencode(typed), sent)
            answer = connection.getresponse()
            if answer.status != 422 or b"do not go together" not in answer.read():
                self.faults.append(f"a sign-in was answered with {answer.status}")
                return
            self.waited.append((time.perf_counter() - begun) * 1e3)


def measure(made: Made, seconds: float = 3, rounds: int = 3) -> list[Stalled]:
    """Each way in turn; the round in the middle counts."""
    with contextlib.ExitStack() as running:
        ways = dict(_ways(made, running))
        found: dict[str, list[Stalled]] = {how: [] for how in ways}
        for lookup, sign_in in ways.values():  # what is loaded once is not measured
            _both("", lookup, sign_in, 1)
        for _ in range(rounds):
            for how, (lookup, sign_in) in ways.items():
                found[how].append(_both(how, lookup, sign_in, seconds))
    _forget(made)
    return [_middle(each) for each in found.values()]


def _ways(made: Made, running: contextlib.ExitStack) -> Iterator[tuple[str, tuple[str, str]]]:
    """Where the lookup is, and where one signs in; nowhere if nobody does."""

    def at(server: Server) -> str:
        return running.enter_context(server.running(made))

    usual = at(granian("app"))
    yield ALONE, (usual, "")
    yield SHARED, (usual, usual)
    threads = at(granian("app", threads=4))
    yield THREADS, (threads, threads)
    own = granian("app", workers=1, threads=2)
    yield APART, (usual, at(own))
    yield APART_NICE, (usual, at(replace(own, nice=NICE)))


def _both(how: str, lookup: str, sign_in: str, seconds: float) -> Stalled:
    people = _People(sign_in)
    tries = [threading.Thread(target=people.sign_in, args=(who,)) for who in range(PEOPLE)]
    for each in tries if sign_in else ():
        each.start()
    try:
        begun = time.perf_counter()
        rate = load(Question(how, f"{lookup}/api/v1/educators?last=NAME"), seconds)
        took = time.perf_counter() - begun
    finally:
        people.stopped.set()
        for each in tries if sign_in else ():
            each.join()
    if people.faults:
        raise RuntimeError(people.faults[0])
    waited = sorted(people.waited) or [0.0]
    return Stalled(how, rate, len(people.waited) / took, waited[len(waited) // 2])


def _middle(found: list[Stalled]) -> Stalled:
    sign_ins, waited = (sorted(getattr(each, name) for each in found)[len(found) // 2]
                        for name in ("sign_ins", "waited"))  # fmt: skip
    return Stalled(found[0].how, middle([each.lookup for each in found]), sign_ins, waited)


def _form(connection: http.client.HTTPConnection) -> tuple[dict[str, str], str]:
    """The headers that go with the form, and its token."""
    connection.request("GET", PAGE)
    answer = connection.getresponse()
    page = answer.read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    if token is None:
        raise RuntimeError("the sign-in form has no token")
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    return headers, token[1]


def _forget(made: Made) -> None:
    """The registry stays as it was made."""
    with contextlib.closing(sqlite3.connect(made.url.removeprefix("sqlite:///"))) as database:
        database.execute("DELETE FROM attempt")
        database.commit()
