"""Slows down guessing: failed tries are rows, counted for each account and each address."""

from datetime import timedelta
from math import ceil

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Attempt
from cecs.services.transactions import writing

WINDOW = timedelta(minutes=15)
ALLOWED_AN_ACCOUNT = 6
ALLOWED_AN_ADDRESS = 60  # a whole school may share one


def wait(desk: Desk, account: str, address: str) -> Sentence | None:
    """How long to wait before the next try; None when it may be made at once."""
    for subject, allowed in _subjects(desk, account, address):
        earliest = db.session.scalars(
            sa.select(Attempt.at)
            .where(Attempt.subject == subject, Attempt.at > desk.now() - WINDOW)
            .order_by(Attempt.at.desc())
            .offset(allowed - 1)
            .limit(1)
        ).one_or_none()
        if earliest is not None:
            minutes = max(1, ceil((earliest + WINDOW - desk.now()).total_seconds() / 60))
            if minutes == 1:
                return Sentence("Too many tries. Wait one minute, then try again.")
            return Sentence(
                "Too many tries. Wait {minutes} minutes, then try again.", minutes=minutes
            )
    return None


def failed(desk: Desk, account: str, address: str) -> None:
    """Counts a failed try against the account and the address."""
    writing()
    db.session.execute(sa.delete(Attempt).where(Attempt.at <= desk.now() - WINDOW))
    for subject, _ in _subjects(desk, account, address):
        db.session.add(Attempt(subject=subject, at=desk.now()))
    db.session.commit()


def forget(desk: Desk, account: str) -> None:
    """Takes back what was counted against an account that got in; opens with `writing()`.

    The address keeps its count: one known password must not buy tries at others. The caller
    commits.
    """
    writing()
    subject, _ = _subjects(desk, account, "")[0]
    db.session.execute(sa.delete(Attempt).where(Attempt.subject == subject))


def _subjects(desk: Desk, account: str, address: str) -> list[tuple[str, int]]:
    # Kept as keyed digests: addresses and mistyped usernames are nobody's business.
    return [
        (desk.vault.blind_index("account", account.strip().casefold()), ALLOWED_AN_ACCOUNT),
        (desk.vault.blind_index("address", address), ALLOWED_AN_ADDRESS),
    ]
