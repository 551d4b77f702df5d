"""Is this person certified? What anyone may ask, and no more than anyone may know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from cecs.desk import Desk
from cecs.domain import names
from cecs.domain.certificates import Standing, standing
from cecs.domain.regime import Endorsement
from cecs.extensions import db
from cecs.models.applications import EmbedKey
from cecs.models.educators import Certificate, Educator, RecordState
from cecs.services.certificates import facts, renewals_filed
from cecs.services.transactions import Gone

AT_MOST = 25
AFTER_ALL_LETTERS = "\uffff"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wants to know. Names may be beginnings; all that is given must fit."""

    last_name: str = ""
    first_name: str = ""
    number: str = ""  # the educator number, digits only
    district: str = ""  # the key of a district


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """A certificate as everyone may see it."""

    title: str
    endorsements: tuple[Endorsement, ...]
    issued_on: date
    expires_on: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class Listed:
    """An educator as everyone may see one: no number, birth date or address to give away."""

    first_name: str
    last_name: str
    district: str | None  # its name, with the school year for which it reported
    school_year: str | None
    certificates: tuple[ListedCertificate, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was found, whether there were more than we show, and when that was true."""

    found: tuple[Listed, ...]
    more: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Widget:
    """A district's permission to show the lookup on pages of these origins."""

    key: str
    district: str
    origins: tuple[str, ...]


def search(desk: Desk, asked: Asked) -> Answer:
    """Active records that fit, by name, at most 25. Something to look for must be given."""
    at = desk.now()
    if not (names.key(asked.last_name) or asked.number):
        return Answer((), False, at)
    educators = db.session.scalars(
        sa.select(Educator)
        .where(Educator.state == RecordState.ACTIVE, *_conditions(asked))
        .order_by(Educator.last_key, Educator.first_key, Educator.id)
        .limit(AT_MOST + 1)
        .options(selectinload(Educator.certificates).selectinload(Certificate.endorsements))
    ).all()
    shown = educators[:AT_MOST]
    filed = renewals_filed(desk, [held.id for each in shown for held in each.certificates])
    found = tuple(_listed(desk, educator, filed) for educator in shown)
    return Answer(found, len(educators) > AT_MOST, at)


def widget(key: str) -> Widget:
    """The widget that was registered under this key. Raises Gone."""
    found = db.session.get(EmbedKey, key)
    if found is None:
        raise Gone(f"EmbedKey {key}")
    return Widget(found.key, found.district_code, tuple(found.origins))


def _conditions(asked: Asked) -> Sequence[sa.ColumnElement[bool]]:
    last, first = names.key(asked.last_name), names.key(asked.first_name)
    found: list[sa.ColumnElement[bool]] = []
    for column, key in ((Educator.last_key, last), (Educator.first_key, first)):
        if key:
            # A range instead of LIKE: both databases walk the index for it.
            found += [column >= key, column < key + AFTER_ALL_LETTERS]
    if asked.number:
        found.append(Educator.number == asked.number)
    if asked.district:
        found.append(Educator.district_code == asked.district)
    return found


def _listed(desk: Desk, educator: Educator, filed: Mapping[int, date]) -> Listed:
    district = desk.regime.districts.get(educator.district_code or "")
    return Listed(
        first_name=educator.first_name,
        last_name=educator.last_name,
        district=district.name if district else None,
        school_year=educator.school_year,
        certificates=_certificates(desk, educator.certificates, filed),
    )


def _certificates(
    desk: Desk, held: Collection[Certificate], filed: Mapping[int, date]
) -> tuple[ListedCertificate, ...]:
    regime = desk.regime
    return tuple(
        ListedCertificate(
            title=regime.certificate_types[each.type_code].title,
            endorsements=tuple(regime.endorsements[line.code] for line in each.endorsements),
            issued_on=each.issued_on,
            expires_on=each.expires_on,
            standing=standing(facts(each), desk.today(), filed.get(each.id)),
        )
        for each in held
    )
