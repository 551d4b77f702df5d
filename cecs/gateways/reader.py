"""How the lookup reads the database: without ceremony."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa


class Reader:
    """Asks the driver itself, over connections that stay open, each statement by itself.

    For answers that a session, a pool and a compiler of statements would take longer to make
    than the database to find. What others committed is seen at once.
    """

    def __init__(self) -> None:
        self._idle: list[Any] = []
        self._engine: sa.Engine | None = None
        self.is_sqlite = False  # that must be told its way

    def open(self, engine: sa.Engine) -> None:
        """From now on reads that database; when its engine is disposed of, we let go, too."""
        self._engine, self.is_sqlite = engine, engine.dialect.name == "sqlite"
        sa.event.listen(engine, "engine_disposed", lambda engine: self.close())

    def rows(self, sql: str, values: Mapping[str, Any]) -> list[Any]:
        """All rows; `sql` names its values as `:name`. A connection that broke is made anew."""
        if not self.is_sqlite:
            sql = _for_psycopg(sql)
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            try:
                found: list[Any] = connection.execute(sql, values).fetchall()
            except self._driver.OperationalError:
                # The database may have been restarted under us. A second failure is a real one.
                connection.close()
                connection = self._connect()
                found = connection.execute(sql, values).fetchall()
        except self._driver.Error:
            connection.close()
            raise
        self._idle.append(connection)
        return found

    def close(self) -> None:
        """Closes what is idle; who asks again connects again."""
        while self._idle:
            self._idle.pop().close()

    @property
    def _driver(self) -> Any:
        """The module whose faults these are; the other database's need not be installed."""
        return self._at_work.dialect.loaded_dbapi

    @property
    def _at_work(self) -> sa.Engine:
        if self._engine is None:
            raise RuntimeError("the reader was not opened")
        return self._engine

    def _connect(self) -> Any:
        pooled = self._at_work.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self.is_sqlite:
            # Pages are read where the system keeps them, or kept: in 64 MB, not the usual 2.
            for pragma in ("query_only = ON", "mmap_size = 2147418112", "cache_size = -65536"):
                connection.execute(f"PRAGMA {pragma}")
        else:
            connection.autocommit = True
        return connection


@lru_cache(1000)  # not all: ids stand in some statements, which are endless
def _for_psycopg(sql: str) -> str:
    return re.sub(r":(\w+)", r"%(\1)s", sql)
