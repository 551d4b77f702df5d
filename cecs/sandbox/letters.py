"""The letters that the sandbox has received, kept in one SQLite file."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

SCHEMA = """
create table if not exists letter(
  number integer primary key autoincrement,
  received text not null, sender text not null, recipients text not null,
  subject text not null, body text not null)
"""
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as its reader sees it; `received` is ISO 8601 in UTC."""

    number: int
    received: str
    sender: str
    recipients: str
    subject: str
    text: str

    def links(self) -> list[str]:
        """Every web address in the text, in its order."""
        return LINK.findall(self.text)

    def pieces(self) -> list[tuple[str, bool]]:
        """The text cut at its links: (piece, whether it is a link)."""
        cut: list[tuple[str, bool]] = []
        end = 0
        for link in LINK.finditer(self.text):
            cut += [(self.text[end : link.start()], False), (link.group(), True)]
            end = link.end()
        return [*cut, (self.text[end:], False)]


class Letters:
    """Keeps and lists letters. Each call opens the file anew, so threads share nothing."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._open() as db:
            db.execute(SCHEMA)

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Files one mail in the form in which SMTP brought it."""
        mail = message_from_bytes(content, policy=policy.default)
        with self._open() as db:
            db.execute(
                "insert into letter(received, sender, recipients, subject, body)"
                " values(?, ?, ?, ?, ?)",
                (
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    str(mail["from"] or sender),
                    ", ".join(recipients),
                    str(mail["subject"] or ""),
                    _text(mail),
                ),
            )

    def newest_first(self, to: str = "", limit: int = 200) -> list[Letter]:
        """The latest letters; with `to`, only those to that address, whatever the letter case."""
        with self._open() as db:
            rows = db.execute(
                "select number, received, sender, recipients, subject, body from letter"
                " where ? = '' or instr(', ' || lower(recipients) || ',', ', ' || ? || ',')"
                " order by number desc limit ?",
                (to, to.lower(), limit),
            )
            return [Letter(*row) for row in rows]

    def one(self, number: int) -> Letter | None:
        """The letter of that number, or None."""
        with self._open() as db:
            row = db.execute(
                "select number, received, sender, recipients, subject, body from letter"
                " where number = ?",
                (number,),
            ).fetchone()
        return Letter(*row) if row else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10)) as db, db:
            yield db


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    return part.get_content().replace("\r\n", "\n") if part else ""
