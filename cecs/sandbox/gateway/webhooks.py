"""News that the gateway sends by itself, signed as the SDK checks it."""

import hashlib
import hmac
from base64 import encodebytes
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from cecs.sandbox.gateway import xml
from cecs.sandbox.gateway.state import Book
from cecs.sandbox.settings import SandboxSettings

TIMEOUT_SECONDS = 10


def notification(
    book: Book, kind: str, subject: dict[str, Any], settings: SandboxSettings
) -> dict[str, str]:
    """The two form fields of a piece of news: `bt_payload`, and `bt_signature` over it.

    The signature is an HMAC with SHA-1, keyed with the SHA-1 of the private key.
    """
    told = xml.write("notification", {"timestamp": book.now, "kind": kind, "subject": subject})
    payload = encodebytes(told.encode())
    key = hashlib.sha1(settings.private_key.encode()).digest()
    signature = hmac.new(key, payload, hashlib.sha1).hexdigest()
    return {
        "bt_signature": f"{settings.public_key}|{signature}",
        "bt_payload": payload.decode(),
    }


def send(fields: dict[str, str], settings: SandboxSettings) -> None:
    """Posts the news to the webhook address, if there is one, without waiting for an answer."""
    if settings.webhook_url:
        Thread(target=_post, args=(fields, settings.webhook_url), daemon=True).start()


def _post(fields: dict[str, str], address: str) -> None:
    news = Request(address, urlencode(fields).encode())
    straight = build_opener(ProxyHandler({}))  # a proxy could not reach this machine
    # Nobody waits for the answer, and the application also asks for itself.
    with suppress(OSError, ValueError), straight.open(news, timeout=TIMEOUT_SECONDS):
        pass
