"""What every request must be before any form looks at it."""

from io import BytesIO
from itertools import chain
from typing import IO, Any
from urllib.parse import quote_from_bytes

from flask import Flask, Request, abort, request

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


def check_inputs(app: Flask) -> None:
    """Refuses bodies that are no forms, files that no page asks for, and NUL characters.

    Forms are made for text; JSON would pass their checks as something else, and Postgres
    cannot keep a NUL.
    """

    app.request_class = ReadableRequest

    @app.before_request
    def _check() -> None:
        is_form = not request.path.startswith("/api/")  # which checks its own
        if is_form and request.method == "POST" and request.mimetype not in FORM_TYPES:
            abort(415)
        asked = request.query_string
        is_readable = not (b"%00" in asked or b"\0" in asked or "\0" in request.path)
        if request.want_form_data_parsed:
            if len(list(request.files.items(multi=True))) > UPLOADS.get(request.endpoint or "", 0):
                abort(400)
            sent = chain(request.form.keys(), request.form.values())
            is_readable = is_readable and not any("\0" in words for words in sent)
        if not is_readable:
            abort(400)
