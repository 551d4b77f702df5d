"""What really became of the money: the sandbox gateway's own book, read and bent directly."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cecs.sandbox.gateway import disputes, sales
from cecs.sandbox.gateway.state import State
from cecs.sandbox.gateway.transaction import Transaction

RESERVED = ("authorized",)
TAKEN = ("submitted_for_settlement", "settling", "settlement_confirmed", "settled")
EMPTY = """
delete from transactions; delete from nonce; delete from request; delete from fault;
update clock set ahead_seconds = 0;
"""


class Bank:
    """Shows the transactions, orders faults, and plays what banks do, without any HTTP."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "gateway.sqlite3"
        self._state = State(self._file)

    def forget(self) -> None:
        """Begins anew, at the present."""
        with closing(sqlite3.connect(self._file)) as db:
            db.executescript(EMPTY)

    def now(self) -> datetime:
        """The gateway's time."""
        with self._state.open() as book:
            return book.now

    def advance(self, **duration: float) -> None:
        """Moves the gateway's clock on, and with it what settles by itself."""
        with self._state.open() as book:
            book.advance(int(timedelta(**duration).total_seconds()))

    def transactions(self, order_id: object = None) -> list[Transaction]:
        """All, or those of one order; the newest first."""
        with self._state.open() as book:
            return book.transactions(None if order_id is None else str(order_id))

    def order(self, call: str, how: str, when: str, **more: Any) -> None:
        """The next such call goes wrong in that way."""
        facts = {"how": how, "when": when, "seconds": 0, "status": 503} | more
        with self._state.open() as book:
            book.order_fault(call, facts)

    def heal(self) -> None:
        """Takes back every fault that was ordered."""
        with closing(sqlite3.connect(self._file)) as db:
            db.execute("delete from fault")
            db.commit()

    def was_met(self, call: str) -> bool:
        """Whether no fault of this call waits to happen any more."""
        with closing(sqlite3.connect(self._file)) as db:
            (waiting,) = db.execute("select count(*) from fault where call = ?", (call,)).fetchone()
        return bool(waiting == 0)

    def play(self, id: str, status: str) -> None:
        """Ends a settlement as `status`."""
        with self._state.open() as book:
            sales.settle(book, self._held(book, id), status)

    def think_better(self, id: str) -> None:
        """The money of a declined settlement comes after all."""
        with self._state.open() as book:
            transaction = self._held(book, id)
            transaction.move("settled", book.now)
            book.keep(transaction)

    def dispute(self, id: str) -> None:
        """The cardholder's bank takes a settled charge back."""
        with self._state.open() as book:
            disputes.dispute(book, self._held(book, id))

    def decide(self, id: str, outcome: str) -> None:
        """The dispute ends as "won" or "lost"."""
        with self._state.open() as book:
            disputes.decide(book, self._held(book, id), outcome)

    @staticmethod
    def _held(book: Any, id: str) -> Transaction:
        found: Transaction | None = book.transaction(id)
        assert found is not None, id
        return found
