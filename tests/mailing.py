"""Envelopes as the mail room books them, and the papers that come of it."""

import io
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask
from pypdf import PdfReader

from cecs.domain.applications import Status
from cecs.services.mailed_payments import WouldGoBack
from tests.applying import applies, now
from tests.pages import Page, Visitor
from tests.people import Character

T = TypeVar("T")
ORDER = {
    "references": "", "instrument": "money_order", "number": "7731", "issuer": "Post Office",
    "amount": "100.00", "received_on": "2026-11-24",
}  # fmt: skip


def waits(app: Flask, who: Character, **columns: Any) -> tuple[UUID, str]:
    """An application that waits for $100 by mail: its id and its reference."""
    id = applies(app, who, Status.AWAITING_MAILED_PAYMENT, paid=False, **columns)
    with app.app_context():
        return id, now(id).reference


def agreed(does: Callable[[str], T]) -> T:
    """Does it as who reads why something would go back, and agrees."""
    try:
        return does("")
    except WouldGoBack as asked:
        return does(asked.agreement)


def asks(page: Page) -> str:
    """What the desk says before something goes back; nothing if it does not ask."""
    question = page.soup.find(class_="question")
    return " ".join(question.get_text(" ").split()) if question else ""


def books(carmen: Visitor, url: str = "/bureau/mail", **said: str) -> Page:
    """Books an envelope, or corrects an entry at its `url`, and agrees where that is asked."""
    answer = carmen.post(url, ORDER | said)
    if asks(answer):
        answer = carmen.post(url, ORDER | said | {"agreement": answer.value("agreement")})
    return carmen.follow(answer)


def words_of(answer: Page) -> str:
    """The words of a PDF."""
    assert answer.status == 200 and answer.response.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.response.get_data())).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u200b", "").split())


def paper(carmen: Visitor, url: str) -> str:
    """The words of a PDF that a link leads to."""
    return words_of(carmen.get(url))


def prints_letter(carmen: Visitor, id: int) -> str:
    """The words of the letter with which an entry goes back."""
    return words_of(carmen.post(f"/bureau/mail/{id}/letter.pdf"))
