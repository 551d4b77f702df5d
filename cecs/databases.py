"""What makes SQLite and Postgres behave alike."""

from typing import Any

import sqlalchemy as sa


def tame_sqlite(engine: sa.Engine) -> None:
    """Foreign keys on, write-ahead log, and transactions that begin when we say so."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        # The lookup's rows are long, 3 KB in the middle: what is longer than a quarter of a page
        # spills into a page of its own. A database keeps the size with which it was made.
        connection.execute("PRAGMA page_size=32768")
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("cecs_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
