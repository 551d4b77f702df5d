"""Sends a message to a program elsewhere whose address somebody typed.

Such an address must not lead into our own network. Its name is resolved once, every address that
it has is looked at, and the connection goes to one of these; proxies and redirects, which could
lead elsewhere, are not followed.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from urllib.parse import urlsplit

from cecs.domain.roster import is_public

SECONDS = 10.0  # for all of it: to find the name, to connect, and to have the status
TRIED = 2  # addresses of one name: a name may have a hundred, on which nobody answers


class Why(StrEnum):
    """Why no status came."""

    NOT_FOUND = "not_found"  # the name leads nowhere
    NOT_PUBLIC = "not_public"  # it leads into a network of our own
    NO_ANSWER = "no_answer"
    NOT_TRUSTED = "not_trusted"  # the certificate of the server


class NotDelivered(Exception):
    """No status came."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def send(address: str, headers: Mapping[str, str], body: str, own_machine: bool) -> int:
    """Posts a JSON text; gives the status of the answer, whose body is not read.

    `own_machine` allows programs on this machine, without https. Raises NotDelivered.
    """
    ends = time.monotonic() + SECONDS
    parts = urlsplit(address)
    host, is_plain = parts.hostname or "", parts.scheme != "https"
    port = parts.port or (80 if is_plain else 443)
    found = _connected(_ips(host, port, ends), port, own_machine, is_plain, ends)
    hang_up = Timer(_left(ends), _hang_up, (found,))
    hang_up.start()
    try:
        return _status(found, host, port, parts.path + _query(parts.query), headers, body, is_plain)
    except ssl.SSLCertVerificationError as fault:
        raise NotDelivered(Why.NOT_TRUSTED) from fault
    except (OSError, HTTPException) as fault:
        raise NotDelivered(Why.NO_ANSWER) from fault
    finally:
        hang_up.cancel()
        found.close()


def _left(ends: float) -> float:
    """The seconds that are left; a moment, where none are."""
    return max(0.01, ends - time.monotonic())


def _ips(host: str, port: int, ends: float) -> list[str]:
    """The addresses of a name. The system's own search knows no limit, and is left alone then."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def search() -> None:
        try:
            known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(place[0]) for *_, place in known)))
        except (OSError, UnicodeError) as fault:
            answers.put(fault)

    Thread(target=search, daemon=True).start()
    try:
        found = answers.get(timeout=_left(ends))
    except Empty as fault:
        raise NotDelivered(Why.NOT_FOUND) from fault
    if isinstance(found, Exception):
        raise NotDelivered(Why.NOT_FOUND) from found
    return found


def _connected(
    ips: list[str], port: int, own_machine: bool, is_plain: bool, ends: float
) -> socket.socket:
    for ip in ips:
        own = own_machine and ip_address(ip).is_loopback
        if not own and (is_plain or not is_public(ip)):
            raise NotDelivered(Why.NOT_PUBLIC)
    for tried, ip in enumerate(ips[:TRIED], 1):
        share = _left(ends) / (1 + TRIED - tried)
        try:
            found = socket.create_connection((ip, port), timeout=share)
        except OSError:
            continue
        found.settimeout(_left(ends))
        return found
    raise NotDelivered(Why.NO_ANSWER)


def _status(
    connected: socket.socket,
    host: str,
    port: int,
    target: str,
    headers: Mapping[str, str],
    body: str,
    is_plain: bool,
) -> int:
    asking = HTTPConnection(host, port) if is_plain else HTTPSConnection(host, port)
    # A copy of the handle, so that the one by which to hang up stays the caller's.
    asking.sock = connected.dup()
    if not is_plain:
        trusted = ssl.create_default_context()
        asking.sock = trusted.wrap_socket(asking.sock, server_hostname=host)
    try:
        asking.request("POST", target or "/", body.encode(), dict(headers))
        return asking.getresponse().status
    finally:
        asking.close()


def _query(query: str) -> str:
    return f"?{query}" if query else ""


def _hang_up(connected: socket.socket) -> None:
    """Ends reads and writes that wait; a server that answers a byte at a time is waited for, too,
    no longer than others."""
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is over already
