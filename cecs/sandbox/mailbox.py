"""A mailbox that anyone at this machine can read: mail comes in by SMTP, pages show it."""

from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Blueprint, Response, abort, jsonify, render_template, request

from cecs.sandbox.letters import Letter, Letters


class Doorman:
    """Takes every letter that aiosmtpd brings, to whomever it is addressed."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answers 250 once the letter is on disk."""
        content = envelope.content
        whole = content if isinstance(content, bytes) else (content or "").encode()
        self._letters.keep(envelope.mail_from or "", envelope.rcpt_tos, whole)
        return "250 Kept"


def smtp(letters: Letters, host: str, port: int) -> Controller:
    """An SMTP server, not yet started; `start()` listens in a thread, `stop()` ends it."""
    return Controller(Doorman(letters), hostname=host, port=port, server_hostname="sandbox")


def pages(letters: Letters) -> Blueprint:
    """`/mailbox`, `/mailbox/<number>` and `/mailbox/messages.json?to=`, newest first."""
    bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")

    @bp.get("")
    def index() -> str:
        to = request.args.get("to", "")
        return render_template("mailbox.html", letters=letters.newest_first(to), to=to)

    @bp.get("/<int:number>")
    def letter(number: int) -> str:
        found = letters.one(number) or abort(404)
        return render_template("letter.html", letter=found)

    @bp.get("/messages.json")
    def messages() -> Response:
        found = letters.newest_first(request.args.get("to", ""))
        return jsonify([_as_json(letter) for letter in found])

    return bp


def _as_json(letter: Letter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "received": letter.received,
        "from": letter.sender,
        "to": letter.recipients,
        "subject": letter.subject,
        "text": letter.text,
        "links": letter.links(),
    }
