"""What a mail says: a template whose first line is the subject."""

from typing import Any

from flask import render_template


def render(notice: str, values: dict[str, Any], secret: str | None) -> tuple[str, str]:
    """Subject and text of a notice; the worker hands this to the outbox."""
    text = render_template(f"mail/{notice}.txt", secret=secret, **values)
    subject, _, body = text.partition("\n")
    return subject.strip(), body.strip() + "\n"
