"""How a service begins to write, the same on both databases."""

import time
from typing import Any, TypeVar

import sqlalchemy as sa

from cecs.extensions import db

T = TypeVar("T")
A_TURN = 0.11  # seconds; who waits for SQLite looks ten times a second whether it is free


class Gone(Exception):
    """What was asked for is not there (any more)."""


def writing() -> None:
    """Ends the snapshot that was read from and opens a transaction that may write.

    On SQLite this is BEGIN IMMEDIATE: a reader that later turned writer would otherwise fail at
    once when another had written meanwhile, without waiting its turn.
    """
    db.session.rollback()
    db.session.connection(execution_options={"cecs_writes": True})


def locked(model: type[T], key: Any) -> T:
    """The row as it is now, held until commit. Raises Gone. Opens with `writing()`."""
    writing()
    row = db.session.get(model, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise Gone(f"{model.__name__} {key}")
    return row


def one_at_a_time(model: type[Any]) -> None:
    """Opens with `writing()`; others that ask for the same wait until commit. Readers do not."""
    writing()
    if db.engine.dialect.name == "postgresql":  # on SQLite nobody else writes anyway
        db.session.execute(sa.text(f"LOCK TABLE {model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def let_others_write() -> None:
    """Between two long transactions: on SQLite, who waits would hardly ever find it free."""
    if db.engine.dialect.name == "sqlite":
        time.sleep(A_TURN)
