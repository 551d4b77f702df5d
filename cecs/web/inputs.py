"""What every request must be before any form looks at it."""

from io import BytesIO
from itertools import chain
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_from_bytes, quote_plus

from flask import Flask, Request, abort, request

from cecs.extensions import csrf

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

READS = ("GET", "HEAD", "OPTIONS")  # change nothing, so that no other site can misuse them
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
UPLOADS = {"lists.check": 1}  # by endpoint, how many files it takes; all others take none
ASCII = bytes(range(128))  # what stands in an address as it is


class ReadableRequest(Request):
    """A request whose address can be read, whatever bytes stand in it.

    Not all who ask write an accent as %C3%AD; Werkzeug takes bytes that are no UTF-8 only so.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if not self.query_string.isascii():
            self.query_string = quote_from_bytes(self.query_string, safe=ASCII).encode()

    def _get_file_stream(self, *about: Any, **more: Any) -> IO[bytes]:
        """Files are small, and stay in memory: nothing of a list is written to a disk."""
        return BytesIO()


def pairs(environ: "WSGIEnvironment", errors: str = "strict") -> list[tuple[str, str]]:
    """What stands in the address, in order. Raises UnicodeError where it is no UTF-8.

    A server hands on bytes as letters of Latin-1; not all who ask write an accent as %C3%AD.
    """
    query = environ.get("QUERY_STRING", "").encode("latin-1").decode(errors=errors)
    return parse_qsl(query, keep_blank_values=True, errors=errors)


def known_tag(environ: "WSGIEnvironment") -> str:
    """The tags of answers that who asks has already, as they were sent."""
    tags: str = environ.get("HTTP_IF_NONE_MATCH", "")
    return tags


def in_address(words: str) -> str:
    """Words as an address carries them; most are plain letters, which stand in it as they are."""
    return words if words.isascii() and words.isalnum() else quote_plus(words)


def check_inputs(app: Flask) -> None:
    """Refuses what another site sent, bodies that are no forms, files that no page asks for, NULs.

    Forms are made for text; JSON would pass their checks as something else, and Postgres
    cannot keep a NUL.
    """

    @app.before_request
    def _check() -> None:
        sent = request._get_current_object()  # every page passes here: it is looked up once
        if sent.method not in READS and app.config["WTF_CSRF_ENABLED"]:
            csrf.protect(apply_exemptions=True)
        is_form = not sent.path.startswith("/api/")  # which checks its own
        if is_form and sent.method == "POST" and sent.mimetype not in FORM_TYPES:
            abort(415)
        asked = sent.query_string
        is_readable = not (b"%00" in asked or b"\0" in asked or "\0" in sent.path)
        if sent.want_form_data_parsed:
            if len(list(sent.files.items(multi=True))) > UPLOADS.get(sent.endpoint or "", 0):
                abort(400)
            words = chain(sent.form.keys(), sent.form.values())
            is_readable = is_readable and not any("\0" in each for each in words)
        if not is_readable:
            abort(400)
