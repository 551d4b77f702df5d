"""The names under which we answer: each that is asked for is taken apart once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.exceptions import SecurityError
from werkzeug.sansio.utils import get_host

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def ours(names: Sequence[str] | None) -> Callable[["WSGIEnvironment"], str]:
    """Tells the name that was asked for if Flask would answer under it (TRUSTED_HOSTS).

    Nothing, too, where none was sent: that is left to Flask.
    """

    @lru_cache(1000)
    def checked(scheme: str, sent: str) -> str:
        try:
            return get_host(scheme, sent, None, names)
        except SecurityError:
            return ""

    def our_name(environ: "WSGIEnvironment") -> str:
        sent = environ.get("HTTP_HOST")
        # Capitals make no other name, though Werkzeug would take them for one.
        return checked(environ["wsgi.url_scheme"], sent.lower()) if sent else ""

    return our_name
