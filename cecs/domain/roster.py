"""What a district is told of its educators: which changes, where to, and signed how."""

import hmac
import ipaddress
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from cecs.domain.certificates import CertificateState
from cecs.domain.lookup import ShownCertificate, ShownEducator
from cecs.domain.sentences import Sentence
from cecs.domain.widgets import LABEL

ACTED_AGAINST = (
    CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.SURRENDERED,
    CertificateState.VOIDED,
)  # fmt: skip
LONGEST = 500  # characters of an address
# Of IPv6 only this is the internet's; elsewhere are sites' own ranges, and wrapped ones of IPv4,
# as in the second range here.
UNICAST, WRAPPED = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("2002::/16")


class Kind(StrEnum):
    """What happened, as the district's program reads it."""

    JOINED = "educator.joined"
    LEFT = "educator.left"
    RENAMED = "educator.renamed"
    MERGED = "educator.merged"
    ISSUED = "certificate.issued"
    RENEWED = "certificate.renewed"
    EXPIRED = "certificate.expired"
    SUSPENDED = "certificate.suspended"
    REVOKED = "certificate.revoked"
    SURRENDERED = "certificate.surrendered"
    VOIDED = "certificate.voided"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to tell one district; `certificate` is the code by which it is verified."""

    kind: Kind
    district: str
    certificate: str | None = None


def changes(
    before: ShownEducator | None, after: ShownEducator | None, moved: Collection[object] = ()
) -> Iterator[Change]:
    """What the district is told of one educator whose entry in the lookup changed.

    None where there was, or is, no entry. `moved` are ids of certificates that another record
    had before. A district learns nothing that the lookup hides: who is shielded has left.
    """
    was, now = (each.district if each else None for each in (before, after))
    if was is not None and was != now:
        yield Change(Kind.LEFT, was)
    if now is None or after is None:
        return
    if before is None or was != now:
        yield Change(Kind.JOINED, now)
        return
    if (before.first_name, before.last_name) != (after.first_name, after.last_name):
        yield Change(Kind.RENAMED, now)
    yield from _of_certificates(before, after, now, moved)


def _of_certificates(
    before: ShownEducator, after: ShownEducator, district: str, moved: Collection[object]
) -> Iterator[Change]:
    known = {each.facts.id: each for each in before.certificates}
    new = [each for each in after.certificates if each.facts.id not in known]
    if any(each.facts.id in moved for each in new):
        yield Change(Kind.MERGED, district)
    became = [each for each in after.certificates if _state(known, each) != each.facts.state]
    renewed = any(each.facts.state is CertificateState.RENEWED for each in became)
    for each in new:
        if each.facts.id not in moved:
            yield Change(Kind.RENEWED if renewed else Kind.ISSUED, district, each.verify)
    for each in became:
        if each.facts.state in ACTED_AGAINST:
            yield Change(Kind(f"certificate.{each.facts.state.value}"), district, each.verify)


def _state(known: dict[object, ShownCertificate], each: ShownCertificate) -> CertificateState:
    """The state before; that of a new certificate is no change."""
    return known.get(each.facts.id, each).facts.state


def signature(secret: str, at: int, body: str) -> str:
    """The header by which a district knows that it was us; `at` in seconds since 1970."""
    digest = hmac.digest(secret.encode(), f"{at}.{body}".encode(), "sha256").hex()
    return f"t={at},v1={digest}"


def address(text: str, own_machine: bool) -> str | Sentence:
    """The address to which a district's changes are sent, or why it cannot be one.

    `own_machine`: a demonstration, where a program on the same machine may listen without https.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return _no_address(text)
    own = own_machine and host in ("localhost", "127.0.0.1")
    if parts.scheme != "https" and not (own and parts.scheme == "http"):
        return Sentence("The address must begin with https://.")
    labels = host.split(".")
    named = all(LABEL.fullmatch(label) for label in labels) and (len(labels) > 1 or own)
    if not named or parts.username is not None or parts.fragment or len(text) > LONGEST:
        return _no_address(text)
    if not own and (labels[-1].isdigit() or labels[-1] == "localhost"):
        return Sentence("Enter the name of the district's server, not a number.")
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not (rest.isascii() and rest.isprintable() and " " not in rest):
        return _no_address(text)
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "") + rest


def is_public(ip: str) -> bool:
    """Whether anyone on the internet may be there, and nobody of our own network."""
    found = ipaddress.ip_address(ip)
    if found.version == 6 and (found not in UNICAST or found in WRAPPED):
        return False
    return found.is_global and not found.is_multicast


def _no_address(text: str) -> Sentence:
    return Sentence("“{address}” is no address to which we can send.", address=text[:LONGEST])
