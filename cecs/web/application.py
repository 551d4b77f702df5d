"""Flask as we use it: without the work that none of our pages needs."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from werkzeug.routing import MapAdapter, Rule

from cecs.web import hosts
from cecs.web.headers import Sessions
from cecs.web.inputs import ReadableRequest
from cecs.web.said import Said

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Plain = Mapping[tuple[str, str], Rule]  # by method and path


class Routes(MapAdapter):
    """The routes for one request; of a path without variable parts the rule is known."""

    plain: Plain

    def match(self, *other: Any, **more: Any) -> Any:
        """The rule of this request's path and what varies in it. Raises as Werkzeug does."""
        if not other and more == {"return_rule": True}:
            rule = self.plain.get((self.default_method, self.path_info))
            if rule is not None:
                return rule, {}
        return super().match(*other, **more)


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

    @cached_property
    def plain_rules(self) -> Plain:
        """The rules of paths without variable parts; all are known when the first is asked for."""
        rules = [rule for rule in self.url_map.iter_rules() if not rule.arguments]
        return {(method, rule.rule): rule for rule in rules for method in rule.methods or ()}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Flask takes each name apart anew, which it is left to do for those that are not ours."""
        name = self.our_name(request.environ) if request else ""
        if request is None or not name:
            return super().create_url_adapter(request)
        routes = Routes(
            self.url_map, name, request.root_path, "", request.scheme, request.path,
            request.method, request.query_string.decode(),
        )  # fmt: skip
        routes.plain = self.plain_rules
        return routes

    def finalize_request(self, rv: Any, from_error_handler: bool = False) -> Response:
        """An answer that says all it has to say goes as it is, past what completes the others."""
        if isinstance(rv, Said):
            return rv  # type: ignore[return-value]  # the server is told by it all the same
        return super().finalize_request(rv, from_error_handler)
