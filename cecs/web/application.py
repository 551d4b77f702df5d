"""Flask as we use it: without the work that none of our pages needs."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from werkzeug.routing import MapAdapter

from cecs.web import hosts
from cecs.web.headers import Sessions
from cecs.web.inputs import ReadableRequest
from cecs.web.said import Said

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Application(Flask):
    """What every request passes by is asked for once, or not at all where it is not there."""

    request_class = ReadableRequest
    session_interface = Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No function of ours is a coroutine: Flask would look at each of nine a request."""
        return func

    @cached_property
    def our_name(self) -> Callable[["WSGIEnvironment"], str]:
        """Under which name of ours a request was made; nothing for any other."""
        return hosts.ours(self.config["TRUSTED_HOSTS"])

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Flask takes each name apart anew, which it is left to do for those that are not ours."""
        name = self.our_name(request.environ) if request else ""
        if request is None or not name:
            return super().create_url_adapter(request)
        return MapAdapter(
            self.url_map, name, request.root_path, "", request.scheme, request.path,
            request.method, request.query_string.decode(),
        )  # fmt: skip

    def finalize_request(self, rv: Any, from_error_handler: bool = False) -> Response:
        """An answer that says all it has to say goes as it is, past what completes the others."""
        if isinstance(rv, Said):
            return rv  # type: ignore[return-value]  # the server is told by it all the same
        return super().finalize_request(rv, from_error_handler)
