"""What the gateway remembers, in one SQLite file: it survives a restart, as the real one would."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cecs.sandbox.gateway.transaction import Dispute, Transaction

SCHEMA = """
pragma journal_mode = wal;
create table if not exists nonce(
  nonce text primary key, card text not null, consumed integer not null default 0);
create table if not exists transactions(
  number integer primary key autoincrement, id text not null unique,
  order_id text not null, due text, facts text not null);
create index if not exists transactions_by_order on transactions(order_id);
create index if not exists transactions_by_due on transactions(due);
create table if not exists request(
  key text primary key, made text not null, request text not null, id text not null);
create table if not exists fault(number integer primary key autoincrement,
  call text not null, facts text not null);
create table if not exists clock(ahead_seconds integer not null);
insert into clock select 0 where not exists (select 1 from clock);
"""
LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
KEYS_LAST = timedelta(days=30)


class State:
    """The file. All that is read or written goes through one `Book` at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with closing(sqlite3.connect(file)) as db:
            db.executescript(SCHEMA)

    @contextmanager
    def open(self) -> Iterator["Book"]:
        """One database transaction, first brought up to the present; an exception undoes it all."""
        with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as db:
            db.execute("begin immediate")
            book = Book(db)
            book.catch_up()
            yield book
            db.execute("commit")


class Book:
    """Nonces, transactions, request keys and ordered faults at the moment `now`.

    Cards are kept as described, never by their number.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.now = datetime.now(UTC) + self._ahead()

    def _ahead(self) -> timedelta:
        return timedelta(seconds=self._one("select ahead_seconds from clock")[0])

    def _one(self, sql: str, *values: Any) -> Any:
        return self._db.execute(sql, values).fetchone()

    def advance(self, seconds: int) -> None:
        """Moves the gateway's clock on, and with it all that comes due meanwhile."""
        self._db.execute("update clock set ahead_seconds = ahead_seconds + ?", (seconds,))
        self.now = datetime.now(UTC) + self._ahead()
        self.catch_up()

    def catch_up(self) -> None:
        """Takes the steps that time has brought."""
        moment = self.now.isoformat(timespec="seconds")
        rows = self._db.execute("select id, facts from transactions where due <= ?", (moment,))
        for row in rows.fetchall():
            transaction = _transaction(row)
            transaction.catch_up(self.now)
            self.keep(transaction)

    def new_nonce(self, card: dict[str, Any]) -> str:
        """A fresh nonce that stands for the card once."""
        nonce = f"tokencc_sandbox_{secrets.token_hex(12)}"
        self._db.execute("insert into nonce(nonce, card) values(?, ?)", (nonce, json.dumps(card)))
        return nonce

    def nonce(self, nonce: str) -> tuple[dict[str, Any], bool] | None:
        """The card behind a nonce and whether it was used, or None."""
        row = self._one("select card, consumed from nonce where nonce = ?", nonce)
        return (json.loads(row[0]), bool(row[1])) if row else None

    def consume(self, nonce: str) -> None:
        """Uses a nonce up."""
        self._db.execute("update nonce set consumed = 1 where nonce = ?", (nonce,))

    def add(self, transaction: Transaction) -> None:
        """Keeps a new transaction and gives it its id."""
        transaction.id = "".join(secrets.choice(LETTERS) for _ in range(8))
        self._db.execute(
            "insert into transactions(id, order_id, facts) values(?, '', '')", (transaction.id,)
        )
        self.keep(transaction)

    def keep(self, transaction: Transaction) -> None:
        """Writes down what became of a transaction."""
        facts = asdict(transaction)
        due = transaction.due.isoformat(timespec="seconds") if transaction.due else None
        self._db.execute(
            "update transactions set order_id = ?, due = ?, facts = ? where id = ?",
            (transaction.order_id, due, json.dumps(facts), transaction.id),
        )

    def transactions(self, order_id: str | None = None) -> list[Transaction]:
        """All, newest first, or those of one order."""
        rows = self._db.execute(
            "select id, facts from transactions where ? is null or order_id = ?"
            " order by number desc",
            (order_id, order_id),
        )
        return [_transaction(row) for row in rows]

    def transaction(self, id: str) -> Transaction | None:
        """The transaction of that id, or None."""
        row = self._one("select id, facts from transactions where id = ?", id)
        return _transaction(row) if row else None

    def remember_request(self, key: str, request: str, id: str) -> None:
        """The request sent under a key led to that transaction."""
        self._db.execute(
            "insert or replace into request(key, made, request, id) values(?, ?, ?, ?)",
            (key, self.now.isoformat(timespec="seconds"), request, id),
        )

    def request(self, key: str) -> tuple[str, str] | None:
        """The request sent under a key in the last 30 days, and its transaction's id; or None."""
        since = (self.now - KEYS_LAST).isoformat(timespec="seconds")
        row = self._one("select request, id from request where key = ? and made > ?", key, since)
        return (row[0], row[1]) if row else None

    def order_fault(self, call: str, facts: dict[str, Any]) -> None:
        """The next such call will go wrong in that way, once."""
        self._db.execute("insert into fault(call, facts) values(?, ?)", (call, json.dumps(facts)))

    def take_fault(self, call: str) -> dict[str, Any] | None:
        """The oldest fault ordered for this call, which is then spent."""
        row = self._one(
            "delete from fault where number ="
            " (select min(number) from fault where call = ?) returning facts",
            call,
        )
        return json.loads(row[0]) if row else None


def _transaction(row: tuple[str, str]) -> Transaction:
    facts = json.loads(row[1])
    return Transaction(**(facts | {"disputes": [Dispute(**each) for each in facts["disputes"]]}))
