"""Envelopes as the mail room books them, and the papers that come of it."""

import io
from typing import Any
from uuid import UUID

from flask import Flask
from pypdf import PdfReader

from cecs.domain.applications import Status
from tests.applying import applies, now
from tests.pages import Page, Visitor
from tests.people import Character

ORDER = {
    "references": "", "instrument": "money_order", "number": "7731", "issuer": "Post Office",
    "amount": "100.00", "received_on": "2026-11-24",
}  # fmt: skip


def waits(app: Flask, who: Character, **columns: Any) -> tuple[UUID, str]:
    """An application that waits for $100 by mail: its id and its reference."""
    id = applies(app, who, Status.AWAITING_MAILED_PAYMENT, paid=False, **columns)
    with app.app_context():
        return id, now(id).reference


def books(carmen: Visitor, **said: str) -> Page:
    return carmen.follow(carmen.post("/bureau/mail", ORDER | said))


def paper(carmen: Visitor, url: str) -> str:
    """The words of a PDF."""
    answer = carmen.get(url)
    assert answer.status == 200 and answer.response.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.response.get_data())).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u200b", "").split())
