"""The names under which we answer, for what is answered before Flask."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.utils import get_host

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def trusted(app: Flask) -> Callable[["WSGIEnvironment"], bool]:
    """Tells whether Flask would answer under the name that was asked for (TRUSTED_HOSTS).

    False, too, where none was sent: that is left to Flask.
    """
    names = app.config["TRUSTED_HOSTS"]

    @lru_cache(1000)
    def is_known(scheme: str, sent: str) -> bool:
        try:
            get_host(scheme, sent, None, names)
        except SecurityError:
            return False
        return True

    def is_trusted(environ: "WSGIEnvironment") -> bool:
        sent = environ.get("HTTP_HOST")
        return sent is not None and is_known(environ["wsgi.url_scheme"], sent)

    return is_trusted
