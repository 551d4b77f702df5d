"""An educator's own certificates, and what may be done with them today."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.applications import OPEN
from cecs.domain.certificates import (
    CertificateFacts,
    CertificateState,
    Option,
    ServiceRecord,
    Standing,
    options,
    standing,
)
from cecs.domain.fees import fee
from cecs.domain.regime import ApplicationKind, Endorsement
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Application
from cecs.models.educators import Certificate, Educator, RecordState
from cecs.services import lookup_entries
from cecs.services.transactions import Gone


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate as its holder sees it."""

    id: int
    title: str
    endorsements: tuple[Endorsement, ...]
    facts: CertificateFacts
    standing: Standing
    days_left: int  # the last day counts; 0 once it is over
    days_whole: int
    days_until: int  # 0 once it has begun
    code: str  # by which anyone may check it

    @property
    def issued_on(self) -> date:
        return self.facts.issued_on

    @property
    def expires_on(self) -> date:
        assert self.facts.expires_on is not None
        return self.facts.expires_on


def record_of(person_id: int) -> Educator | None:
    """The record that the bureau stands behind; None while it checks who the person is."""
    educator = own_record(person_id)
    return educator if educator and educator.state is RecordState.ACTIVE else None


def own_record(person_id: int) -> Educator | None:
    """The record of this account, be it only pending."""
    return db.session.scalar(
        sa.select(Educator).join(Person, Person.educator_id == Educator.id).where(
            Person.id == person_id
        )
    )  # fmt: skip


def of_person(desk: Desk, person_id: int) -> tuple[Held, ...]:
    """The certificates of a linked person, those in force first; none for others."""
    educator = record_of(person_id)
    rows = educator.certificates if educator else []
    filed = renewals_filed(desk, [row.id for row in rows])
    known = [_held(desk, row, filed.get(row.id)) for row in rows]
    return tuple(sorted(known, key=lambda held: held.standing.code != "active"))


def held(desk: Desk, person_id: int, certificate_id: int) -> Held:
    """One of them. Raises Gone for anybody else's."""
    for certificate in of_person(desk, person_id):
        if certificate.id == certificate_id:
            return certificate
    raise Gone(f"Certificate {certificate_id}")


def options_with(
    desk: Desk, person_id: int, certificate: Held, but_for: str = ""
) -> tuple[Option, ...]:
    """What may be asked for with this certificate today, and what not, with the sentence why.

    A kind named in `but_for` counts as not begun: to look again at one that is.
    """
    educator = record_of(person_id)
    months = educator.school_months if educator else 0
    record = ServiceRecord(
        # Months on record are those under the certificate held now.
        school_months={certificate.facts.type_code: months},
        open_kinds=under_way(person_id, certificate.id) - {but_for},
    )
    return options(desk.regime, certificate.facts, record, desk.today())


def options_without(desk: Desk, person_id: int, but_for: str = "") -> tuple[Option, ...]:
    """What someone may ask for who holds no certificate here; `but_for` as in `options_with`."""
    record = ServiceRecord(open_kinds=under_way(person_id, None) - {but_for})
    return options(desk.regime, None, record, desk.today())


def claimable(desk: Desk) -> tuple[ApplicationKind, ...]:
    """Kinds that someone not yet linked may begin by naming the certificate that they hold."""
    today = desk.today()
    return tuple(
        kind
        for kind in desk.regime.online_kinds()
        if kind.from_types and today in kind.in_force
        if fee(desk.regime, kind.code, today) is not None
    )


def facts(certificate: Certificate) -> CertificateFacts:
    """A row as the law looks at it."""
    return CertificateFacts(
        id=certificate.id,
        type_code=certificate.type_code,
        endorsements=tuple(endorsement.code for endorsement in certificate.endorsements),
        issued_on=certificate.issued_on,
        valid_from=certificate.valid_from,
        expires_on=certificate.expires_on,
        state=CertificateState(certificate.state),
    )


def renewals_filed(desk: Desk, certificate_ids: Collection[int]) -> dict[int, date]:
    """For each certificate with a renewal under review, the day on which that was filed."""
    renewing = [kind.code for kind in desk.regime.kinds.values() if kind.renews]
    found = db.session.execute(
        sa.select(Application.certificate_id, sa.func.min(Application.filed_on))
        .where(Application.certificate_id.in_(certificate_ids))
        .where(Application.kind.in_(renewing), Application.status.in_(OPEN))
        .where(Application.filed_on.is_not(None))
        .group_by(Application.certificate_id)
    )
    return {held: filed for held, filed in found if held is not None and filed is not None}


def _held(desk: Desk, certificate: Certificate, renewal_filed: date | None) -> Held:
    known, today = facts(certificate), desk.today()
    return Held(
        id=certificate.id,
        title=desk.regime.certificate_types[certificate.type_code].title,
        endorsements=tuple(desk.regime.endorsements[code] for code in known.endorsements),
        facts=known,
        standing=standing(known, today, renewal_filed),
        days_left=max(0, (certificate.expires_on - today).days + 1),
        days_whole=(certificate.expires_on - certificate.valid_from).days + 1,
        days_until=max(0, (certificate.valid_from - today).days),
        code=lookup_entries.verify_code(desk, certificate.id, certificate.turn),
    )


def under_way(person_id: int, certificate_id: int | None) -> frozenset[str]:
    """The kinds that this person has begun for a certificate, or for none, and not ended."""
    begun: Sequence[str] = db.session.scalars(
        sa.select(Application.kind)
        .where(Application.person_id == person_id, Application.status.in_(OPEN))
        .where(Application.certificate_id == certificate_id)
    ).all()
    return frozenset(begun)
