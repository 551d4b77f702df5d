"""What every answer says to the browser about trust and keeping."""

from flask import Flask, Response, g, request
from flask_login import current_user

from cecs.web.desk import desk

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-src {frames}; frame-ancestors {ancestors}"
)


def add_headers(app: Flask) -> None:
    """Sets the headers once an answer is made. `g.frame_ancestors` widens who may frame it,
    `g.frame_source` what it may frame."""

    @app.after_request
    def _headers(response: Response) -> Response:
        ancestors = g.get("frame_ancestors", "'none'")
        response.headers["Content-Security-Policy"] = POLICY.format(
            ancestors=ancestors, frames=g.get("frame_source", "'none'")
        )
        if desk().settings.is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            private = request.blueprint not in ("embed",) and current_user.is_authenticated
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response
