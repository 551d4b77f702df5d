"""What every answer says to the browser about trust and keeping."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import current_user

from cecs.domain import api_versions
from cecs.web.desk import desk
from cecs.web.htmx import HTMX_HEADERS

POLICY_HEADER = "Content-Security-Policy"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-src": "'none'",
}
# What is no page has nothing to load, and nobody to frame it.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
# What scripts of any site may read of an answer to programs: nothing of the reader's own is in it.
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "API-Version, ETag, Retry-After, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset",
}
VERSION = "API-Version"
IN_VERSION = ((VERSION, api_versions.NEWEST), ("Vary", VERSION))
# Blueprints whose answers are the same for all who ask, signed in or not.
FOR_EVERYONE = ("embed",)


class Sessions(SecureCookieSessionInterface):
    """Sessions that leave no trace in answers for everyone.

    Flask-Login looks into the session after each request, which alone would make an answer vary
    by cookie, so that no cache could keep it.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """One that cannot be written where programs ask, for whom no cookie is read."""
        if request.path.startswith("/api/"):
            return NOBODYS
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.blueprint not in FOR_EVERYONE:
            super().save_session(app, session, response)


NOBODYS = Sessions.null_session_class()  # always empty, so that one serves all


def hosted_fields_policy(gateway: str) -> dict[str, str]:
    """What Braintree's card fields need beyond POLICY; `gateway`: "sandbox" or "production".

    The hosts are those that braintree-web's own documentation lists. Its scripts are ours.
    """
    middle = ".sandbox" if gateway == "sandbox" else ""
    return {
        "frame-src": "https://assets.braintreegateway.com",
        "img-src": "'self' https://assets.braintreegateway.com data:",
        "connect-src": f"'self' https://api{middle}.braintreegateway.com"
        f" https://client-analytics{middle}.braintreegateway.com https://*.braintree-api.com",
    }


def add_headers(app: Flask) -> None:
    """Sets the headers once an answer is made. `g.frame_ancestors` widens who may frame it,
    `g.policy` replaces single directives of POLICY."""

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        ancestors = g.get("frame_ancestors", "'none'")
        headers.extend(_on_trust(desk().settings.is_https, ancestors))
        if replaced := g.get("policy"):
            headers[POLICY_HEADER] = _policy(ancestors, replaced)
        if spent := g.get("spent"):
            headers.extend(spent.headers)
        if request.endpoint != "static" and "Cache-Control" not in headers:
            private = request.blueprint not in FOR_EVERYONE and current_user.is_authenticated
            headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response


@cache
def for_programs(is_https: bool) -> Sequence[tuple[str, str]]:
    """What every answer to a program says beside the answer's own."""
    trust = dict(_on_trust(is_https, "'none'")) | {POLICY_HEADER: NO_PAGE}
    return (*trust.items(), *OPEN_TO_ALL.items(), *IN_VERSION)


@cache
def for_pages(is_https: bool) -> Sequence[tuple[str, str]]:
    """What a page for everybody says that Flask does not send."""
    return (
        *_on_trust(is_https, "'none'"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-cache"),
        ("Vary", ", ".join([*HTMX_HEADERS, "Cookie"])),
    )


@lru_cache(1000)
def _on_trust(is_https: bool, frame_ancestors: str) -> Sequence[tuple[str, str]]:
    headers = {
        POLICY_HEADER: _policy(frame_ancestors, {}),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return tuple(headers.items())


def _policy(frame_ancestors: str, replaced: Mapping[str, str]) -> str:
    policy = POLICY | {"frame-ancestors": frame_ancestors} | dict(replaced)
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())
