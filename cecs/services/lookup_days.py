"""What a new day changes in the lookup: words that held until yesterday, certificates that begin.

Words are right at midnight, for they are written anew as they are read. Who is active is looked
up by a column, which this brings up to date.
"""

import time

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.lookup import LookupEntry
from cecs.services.lookup_entries import refresh
from cecs.services.transactions import writing

AT_ONCE = 500  # entries, so that others who write wait a moment only
SECONDS = 10.0  # so that mail does not wait for the first of July


def follow(desk: Desk) -> int:
    """Makes entries anew that held until yesterday, for some seconds; gives how many."""
    ends, done = time.monotonic() + SECONDS, 0
    over = sa.select(LookupEntry.educator_id).where(LookupEntry.finished_until < desk.today())
    while time.monotonic() < ends:
        ids = db.session.scalars(over.order_by(LookupEntry.finished_until).limit(AT_ONCE)).all()
        if not ids:
            break
        writing()
        refresh(desk, ids)
        db.session.commit()
        done += len(ids)
    db.session.rollback()  # an idle worker takes no turn from those who write
    return done
