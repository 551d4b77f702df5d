"""Widgets: which districts show our lookup, on which sites, in which colours and language."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.domain.widgets import Theme, origin
from cecs.extensions import db
from cecs.models.widgets import EmbedKey
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked, writing

LANGUAGES = ("en", "es")
SITES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Widget:
    """What the lookup in a frame must know: for whom it is, who may frame it, how it looks."""

    key: str
    district: str  # the key of a district
    origins: tuple[str, ...]
    language: str
    theme: Theme


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the bureau decides for a widget. `addresses` may be of any pages on its sites."""

    addresses: Sequence[str]
    language: str
    theme: Theme


def widget(key: str) -> Widget:
    """The widget of that key. Raises Gone, also for one that was revoked."""
    found = db.session.get(EmbedKey, key)
    if found is None or found.revoked_at:
        raise Gone(f"EmbedKey {key}")
    return Widget(found.key, found.district_code, tuple(found.origins), found.language, found.theme)


def registered(desk: Desk) -> Sequence[EmbedKey]:
    """All widgets by the name of their district, for staff; those that are revoked last."""
    names = {key: district.name for key, district in desk.regime.districts.items()}
    found = db.session.scalars(sa.select(EmbedKey).order_by(EmbedKey.made_at, EmbedKey.key)).all()
    return sorted(found, key=lambda one: (bool(one.revoked_at), names.get(one.district_code, "")))


def registration(key: str) -> EmbedKey:
    """The widget as the bureau registered it, for staff. Raises Gone."""
    found = db.session.get(EmbedKey, key)
    if found is None:
        raise Gone(f"EmbedKey {key}")
    return found


def register(desk: Desk, by_id: int, district: str, wanted: Wanted) -> str:
    """Makes a widget for a district of the regime; gives its key. Raises Refused."""
    if district not in desk.regime.districts:
        raise Refused(Sentence("Choose a district from the list."))
    columns = _columns(wanted)
    key = secrets.token_hex(6)
    writing()
    db.session.add(
        EmbedKey(key=key, district_code=district, made_at=desk.now(), made_by_id=by_id, **columns)
    )
    db.session.commit()
    return key


def change(desk: Desk, key: str, wanted: Wanted) -> None:
    """Puts other sites, colours or another language in place. Raises Gone and Refused."""
    columns = _columns(wanted)
    found = _in_use(key)
    for name, kept in columns.items():
        setattr(found, name, kept)
    db.session.commit()


def allow(desk: Desk, key: str, address: str) -> None:
    """Lets one more site show it: that of the given page. Raises Gone and Refused."""
    found = _in_use(key)
    found.origins = _origins([*found.origins, address])
    db.session.commit()


def revoke(desk: Desk, key: str, by_id: int) -> None:
    """From now on the key answers as one that was never made. Raises Gone."""
    found = _in_use(key)
    found.revoked_at, found.revoked_by_id = desk.now(), by_id
    db.session.commit()


def _in_use(key: str) -> EmbedKey:
    found = locked(EmbedKey, key)
    if found.revoked_at:
        db.session.rollback()
        raise Gone(f"EmbedKey {key} is revoked")
    return found


def _columns(wanted: Wanted) -> dict[str, object]:
    if faults := wanted.theme.faults():
        raise Refused(next(iter(faults.values())))
    if wanted.language not in LANGUAGES:
        raise Refused(Sentence("Choose one of the languages."))
    theme = wanted.theme
    return {
        "origins": _origins(wanted.addresses), "language": wanted.language,
        "accent": theme.accent, "text": theme.text, "background": theme.background,
    }  # fmt: skip


def _origins(addresses: Sequence[str]) -> list[str]:
    """Each site once, in the order given."""
    found: dict[str, None] = {}
    for address in addresses:
        if not address.strip():
            continue
        site = origin(address)
        if isinstance(site, Sentence):
            raise Refused(site)
        found[site] = None
    if not found:
        raise Refused(Sentence("Enter the address of the page that will show the lookup."))
    if len(found) > SITES_AT_MOST:
        raise Refused(Sentence("Enter at most {most} sites.", most=SITES_AT_MOST))
    return list(found)
