"""What sessions change shows in the lookup at once, and nobody has to think of it.

Whose educators, names, certificates or applications change is collected at each flush and
refreshed before the commit: both are committed, or neither is.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.applications import Application
from cecs.models.educators import Certificate, CertificateEndorsement, Educator, FormerName
from cecs.services.lookup_entries import refresh

# A change of these columns can change what is shown; of an application, only these.
SHOWS = ("status", "filed_on", "educator_id", "certificate_id")


def follow(desk: Desk) -> None:
    """From now on, sessions on the desk's database keep the read model (called once at start)."""
    db.engine.update_execution_options(cecs_desk=desk)


@sa.event.listens_for(Session, "after_flush")
def _collect(session: Session, context: Any) -> None:
    """Remembers whose rows must be made anew."""
    changed: set[int] = session.info.setdefault("cecs_shown", set())
    things = (*session.new, *session.dirty, *session.deleted)
    for thing in things:
        changed.update(_about(thing))
    held = {thing.id for thing in things if isinstance(thing, Certificate)}
    lines = {thing.certificate_id for thing in things if isinstance(thing, CertificateEndorsement)}
    if others := lines - held:
        owner = sa.select(Certificate.educator_id).where(Certificate.id.in_(others))
        changed.update(session.scalars(owner))


def _about(thing: Any) -> Iterator[int]:
    if isinstance(thing, Educator):
        yield thing.id
    elif isinstance(thing, FormerName | Certificate):
        yield from _owners(thing)
    elif isinstance(thing, Application):
        known: Any = sa.inspect(thing).attrs
        if any(known[name].history.has_changes() for name in SHOWS):
            yield from _owners(thing)


def _owners(thing: Any) -> Iterator[int]:
    """Whose it is, and whose it was before it moved."""
    earlier = sa.inspect(thing).attrs.educator_id.history.deleted or ()
    yield from (id for id in (thing.educator_id, *earlier) if id is not None)


@sa.event.listens_for(Session, "before_commit")
def _refresh_before(session: Session) -> None:
    """Brings the read model up to date, so that both are committed or neither is."""
    if session.in_nested_transaction():
        return
    session.flush()
    changed = session.info.pop("cecs_shown", None)
    desk = session.get_bind().get_execution_options().get("cecs_desk") if changed else None
    if changed and desk is not None:
        refresh(desk, changed)


@sa.event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("cecs_shown", None)
