"""The pages of the sandbox, joined into one small Flask application."""

from flask import Flask, Response, g, render_template

from cecs.sandbox import district, frame, gateway, mailbox
from cecs.sandbox.gateway.numbers import TEST_CARDS
from cecs.sandbox.gateway.state import State
from cecs.sandbox.letters import Letters
from cecs.sandbox.settings import SandboxSettings

POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self'; "
    "form-action 'self'{forms}; base-uri 'none'; frame-src {frames}; "
    "frame-ancestors {ancestors}"
)


def create_sandbox(settings: SandboxSettings) -> Flask:
    """Mailbox, card gateway, card form and a district's page; the application sets no cookies."""
    settings.state_folder.mkdir(parents=True, exist_ok=True)
    letters = Letters(settings.state_folder / "mailbox.sqlite3")
    state = State(settings.state_folder / "gateway.sqlite3")
    app = Flask("cecs.sandbox")
    app.extensions["sandbox_letters"] = letters
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    app.register_blueprint(mailbox.pages(letters))
    app.register_blueprint(gateway.api(state, settings))
    app.register_blueprint(gateway.orders(state))
    app.register_blueprint(gateway.clock(state))
    app.register_blueprint(gateway.control(state, settings))
    app.register_blueprint(frame.pages(state, settings))
    app.register_blueprint(district.pages(settings))
    app.after_request(_headers)

    @app.get("/")
    def home() -> str:
        return render_template("home.html", cards=TEST_CARDS)

    return app


def _headers(response: Response) -> Response:
    """A page may widen by `g` who frames it, what it frames or runs, and where its form may end."""
    response.headers["Content-Security-Policy"] = POLICY.format(
        forms=g.get("form_targets", ""),
        ancestors=g.get("frame_ancestors", "'none'"),
        frames=g.get("frame_sources", "'none'"),
        scripts=g.get("script_sources", ""),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # With "no-referrer" browsers would hide from us that a form was sent by our own page.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
