"""Sends a message to a program elsewhere whose address somebody typed.

Such an address must not lead into our own network. Its name is resolved once, every address that
it has is looked at, and the connection goes to one of these; proxies and redirects, which could
lead elsewhere, are not followed.
"""

import socket
import ssl
from collections.abc import Mapping
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from threading import Timer
from urllib.parse import urlsplit

from cecs.domain.roster import is_public

SECONDS = 10  # from the first byte sent to the status received
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
    parts = urlsplit(address)
    host, is_plain = parts.hostname or "", parts.scheme != "https"
    port = parts.port or (80 if is_plain else 443)
    found = _connected(host, port, own_machine, is_plain)
    hang_up = Timer(SECONDS, _hang_up, (found,))
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


def _connected(host: str, port: int, own_machine: bool, is_plain: bool) -> socket.socket:
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise NotDelivered(Why.NOT_FOUND) from fault
    ips = list(dict.fromkeys(str(place[0]) for *_, place in known))
    for ip in ips:
        own = own_machine and ip_address(ip).is_loopback
        if not own and (is_plain or not is_public(ip)):
            raise NotDelivered(Why.NOT_PUBLIC)
    for ip in ips[:TRIED]:
        try:
            return socket.create_connection((ip, port), timeout=SECONDS / 2)
        except OSError:
            continue
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
