"""What the lookup tells, for tests: entries with their facts instead of their words."""

from dataclasses import dataclass
from datetime import date, datetime

from cecs.desk import Desk
from cecs.domain.certificates import Standing
from cecs.domain.lookup import How
from cecs.domain.regime import CertificateType, Endorsement
from cecs.services import lookup
from cecs.services.lookup import Asked


@dataclass(frozen=True)
class SeenCertificate:
    verify: str
    type: CertificateType
    endorsements: tuple[Endorsement, ...]
    issued_on: date
    expires_on: date | None
    standing: Standing


@dataclass(frozen=True)
class Seen:
    public_id: str
    place: str  # in the order of names, as an address carries it
    first_name: str
    last_name: str
    district: str | None  # its name
    school_year: str | None
    certificates: tuple[SeenCertificate, ...]
    how: How


@dataclass(frozen=True)
class SeenAnswer:
    found: tuple[Seen, ...]
    more: bool
    searched_all: bool
    at: datetime


def search(desk: Desk, asked: Asked) -> SeenAnswer:
    """Who is found, as the facts that the pages and the API word."""
    answer = lookup.find(desk, asked)
    found = tuple(_seen(desk, row) for row in answer.rows)
    return SeenAnswer(found, answer.more, answer.searched_all, answer.at)


def _seen(desk: Desk, row: lookup.Row) -> Seen:
    known, law = lookup.known(desk, row), desk.regime
    district = law.districts.get(known.district or "")
    certificates = tuple(
        SeenCertificate(
            each.verify,
            law.certificate_types[each.facts.type_code],
            tuple(law.endorsements[code] for code in each.facts.endorsements),
            each.facts.issued_on,
            each.facts.expires_on,
            each.standing(desk.today()),
        )
        for each in known.certificates
    )
    return Seen(
        row.public_id,
        row.place,
        known.first_name,
        known.last_name,
        district.name if district else None,
        known.school_year,
        certificates,
        row.how,
    )
