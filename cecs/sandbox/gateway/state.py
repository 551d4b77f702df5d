"""What the gateway remembers, in one SQLite file: it survives a restart, as the real one would."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
pragma journal_mode = wal;
create table if not exists nonce(
  nonce text primary key, card text not null, consumed integer not null default 0);
create table if not exists charge(
  number integer primary key autoincrement, id text not null unique,
  order_id text not null, status text not null, facts text not null);
create index if not exists charge_by_order on charge(order_id);
create table if not exists fault(number integer primary key autoincrement,
  call text not null, facts text not null);
"""
LETTERS = "bcdfghjkmnpqrstvwxyz23456789"


class State:
    """Nonces, charges and ordered faults. Cards are kept as described, never by their number."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with closing(sqlite3.connect(file)) as db:
            db.executescript(SCHEMA)

    def new_nonce(self, card: dict[str, Any]) -> str:
        """A fresh nonce that stands for the card once."""
        nonce = f"tokencc_sandbox_{secrets.token_hex(12)}"
        with self._writing() as db:
            db.execute("insert into nonce(nonce, card) values(?, ?)", (nonce, json.dumps(card)))
        return nonce

    def nonce(self, nonce: str) -> tuple[dict[str, Any], bool] | None:
        """The card behind a nonce and whether it was used, or None."""
        with self._writing() as db:
            row = db.execute(
                "select card, consumed from nonce where nonce = ?", (nonce,)
            ).fetchone()
        return (json.loads(row[0]), bool(row[1])) if row else None

    def consume(self, nonce: str) -> bool:
        """Uses a nonce up; False when somebody else already had."""
        with self._writing() as db:
            used = db.execute(
                "update nonce set consumed = 1 where nonce = ? and consumed = 0", (nonce,)
            )
            return used.rowcount == 1

    def add_charge(self, status: str, order_id: str, facts: dict[str, Any]) -> str:
        """Keeps a new charge and returns its id."""
        made = "".join(secrets.choice(LETTERS) for _ in range(8))
        with self._writing() as db:
            db.execute(
                "insert into charge(id, order_id, status, facts) values(?, ?, ?, ?)",
                (made, order_id, status, json.dumps(facts)),
            )
        return made

    def charges(self, order_id: str | None = None) -> list[dict[str, Any]]:
        """All charges, newest first, or those of one order."""
        with self._writing() as db:
            rows = db.execute(
                "select id, order_id, status, facts from charge"
                " where ? is null or order_id = ? order by number desc",
                (order_id, order_id),
            ).fetchall()
        return [_charge(row) for row in rows]

    def charge(self, id: str) -> dict[str, Any] | None:
        """The charge of that id, or None."""
        with self._writing() as db:
            row = db.execute(
                "select id, order_id, status, facts from charge where id = ?", (id,)
            ).fetchone()
        return _charge(row) if row else None

    def move(self, id: str, allowed: tuple[str, ...], status: str, event: dict[str, Any]) -> bool:
        """Changes the status if it is one of those allowed, and adds the event; else False."""
        with self._writing() as db:
            before, facts = db.execute(
                "select status, facts from charge where id = ?", (id,)
            ).fetchone()
            if before not in allowed:
                return False
            held = json.loads(facts)
            held["history"].append(event)
            db.execute(
                "update charge set status = ?, facts = ? where id = ?",
                (status, json.dumps(held), id),
            )
        return True

    def order_fault(self, call: str, facts: dict[str, Any]) -> None:
        """The next such call will go wrong in that way, once."""
        with self._writing() as db:
            db.execute("insert into fault(call, facts) values(?, ?)", (call, json.dumps(facts)))

    def take_fault(self, call: str) -> dict[str, Any] | None:
        """The oldest fault ordered for this call, which is then spent."""
        with self._writing() as db:
            row = db.execute(
                "delete from fault where number ="
                " (select min(number) from fault where call = ?) returning facts",
                (call,),
            ).fetchone()
        return json.loads(row[0]) if row else None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as db:
            db.execute("begin immediate")
            yield db
            db.execute("commit")


def _charge(row: tuple[str, str, str, str]) -> dict[str, Any]:
    return {"id": row[0], "order_id": row[1], "status": row[2], **json.loads(row[3])}
