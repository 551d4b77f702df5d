"""What tells one browser from another at the same address."""

import secrets

from flask import session


def browser() -> str:
    """A random text that this browser keeps, so that its captcha is of no use to another."""
    return str(session.setdefault("browser", secrets.token_urlsafe(16)))
