"""The read model's tables, in the driver's own SQL: many rows at a time, and only what changes.

Every statement runs in the session's transaction, over SQLAlchemy's connection, which notices
when the database is lost. Days go in as text, which both databases take.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cecs.extensions import db
from cecs.models.lookup import LookupEntry

Row = Mapping[str, Any]
KEY = tuple(column.name for column in LookupEntry.__table__.primary_key)
# Where an entry lies, in the table and in its indexes.
PLACE = ("place", "first_key", "public_id", "educator_id", "number", "district_code")
FEW = 5  # educators whose rows are asked for as one prepared statement does
MANY = 100  # rows from which PostgreSQL's COPY is worth its own way in


def fetch(sql: str, *values: Any, among: Collection[int] = ()) -> list[Any]:
    """Rows as the driver gives them: in SQLite, days are text.

    Values stand as `?` in the SQL; `IN ids`, behind them, is for the ids of which one is `among`.
    """
    if "IN ids" in sql:
        few = len(among) <= FEW  # whose statement the driver finds prepared
        listed = marks(among) if few else f"({', '.join(str(int(id)) for id in among)})"
        sql = sql.replace("IN ids", f"IN {listed}")
        values = (*values, *among) if few else values
    connection = db.session.connection()
    found = connection.exec_driver_sql(_as_driver_says(sql, connection), values or None)
    return list(found.fetchall())


def marks(values: Collection[Any]) -> str:
    """As many places for values as SQL's IN takes them."""
    return f"({', '.join('?' * len(values))})"


def one_after_another() -> None:
    """Until commit nobody else changes the read model; who reads it does not wait.

    Two who changed different certificates of one educator would each not see the other's. On
    SQLite nobody else writes anyway. No lock of the table: that would stop its vacuum.
    """
    if _is_postgresql():
        fetch("SELECT pg_advisory_xact_lock('lookup_entry'::regclass::bigint)")


def insert(model: type[Any], rows: Sequence[Row]) -> None:
    """Adds rows that all have the same columns."""
    if rows:
        columns = list(rows[0])
        _insert(model, columns, [_of(row, columns) for row in rows])


def _insert(model: type[Any], columns: Collection[str], rows: Sequence[tuple[Any, ...]]) -> None:
    into = f"{model.__tablename__} ({', '.join(columns)})"
    if _is_postgresql() and len(rows) > MANY:
        cursor = db.session.connection().connection.cursor()
        with cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for each in rows:
                copy.write_row(each)
        cursor.close()
    else:
        _many(f"INSERT INTO {into} VALUES {marks(columns)}", rows)


def places(ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
    """Where the entries of these educators lie."""
    sql = f"SELECT {', '.join(PLACE)} FROM lookup_entry WHERE educator_id IN ids"
    at = PLACE.index("educator_id")
    return {row[at]: tuple(row) for row in fetch(sql, among=ids)}


def put_entries(before: Mapping[int, tuple[Any, ...]], entries: Sequence[Row]) -> None:
    """Brings entries to what they must be. One that stays in its place keeps its indexes' rows."""
    stay = [row for row in entries if before.get(row["educator_id"]) == _of(row, PLACE)]
    staying = {row["educator_id"] for row in stay}
    gone = [
        tuple(place[PLACE.index(name)] for name in KEY)
        for id, place in before.items()
        if id not in staying
    ]
    _many(f"DELETE FROM lookup_entry WHERE {_equal(KEY)}", gone)
    insert(LookupEntry, [row for row in entries if row["educator_id"] not in staying])
    if stay:
        columns = [name for name in stay[0] if name not in PLACE]
        sets = ", ".join(f"{name} = ?" for name in columns)
        values = [_of(row, (*columns, *KEY)) for row in stay]
        _many(f"UPDATE lookup_entry SET {sets} WHERE {_equal(KEY)}", values)


def put(model: type[Any], ids: Collection[int], rows: Iterable[Row]) -> Collection[tuple[Any, ...]]:
    """Brings these educators' other rows to what they must be; most are there already.

    Gives those that were there before.
    """
    columns = model.__table__.columns.keys()
    key = [column.name for column in model.__table__.primary_key]
    sql = f"SELECT {', '.join(columns)} FROM {model.__tablename__} WHERE educator_id IN ids"
    kept = {_plain(row) for row in fetch(sql, among=ids)}
    wanted = {_of(row, columns) for row in rows}
    at = [columns.index(name) for name in key]
    gone = [tuple(row[place] for place in at) for row in kept - wanted]
    _many(f"DELETE FROM {model.__tablename__} WHERE {_equal(key)}", gone)
    _insert(model, columns, list(wanted - kept))
    return kept


def _of(row: Row, columns: Iterable[str]) -> tuple[Any, ...]:
    return _plain([row[name] for name in columns])


def _plain(values: Iterable[Any]) -> tuple[Any, ...]:
    """Values as they go in."""
    return tuple([each.isoformat() if isinstance(each, date) else each for each in values])


def _equal(columns: Iterable[str]) -> str:
    return " AND ".join(f"{name} = ?" for name in columns)


def _many(sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection = db.session.connection()
        connection.exec_driver_sql(_as_driver_says(sql, connection), list(rows))


def _as_driver_says(sql: str, connection: sa.Connection) -> str:
    return sql.replace("?", "%s") if connection.dialect.name == "postgresql" else sql


def _is_postgresql() -> bool:
    return db.session.connection().dialect.name == "postgresql"
