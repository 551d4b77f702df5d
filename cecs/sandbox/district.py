"""A made-up district's page that shows the application's lookup in a frame, as real ones would."""

import re

from flask import Blueprint, abort, g, render_template, request

from cecs.sandbox.settings import SandboxSettings

KEY = re.compile(r"[A-Za-z0-9-]{1,24}")
# The key that the demo's registry is loaded with.
DEMO_KEY = "demo-district"


def pages(settings: SandboxSettings) -> Blueprint:
    """`/district?key=<key of the lookup>`; 404 for what cannot be a key."""
    bp = Blueprint("district", __name__)

    @bp.get("/district")
    def district() -> str:
        key = request.args.get("key", DEMO_KEY)
        if not KEY.fullmatch(key):
            abort(404)
        g.frame_sources = settings.app_origins[0]
        return render_template("district.html", lookup=f"{settings.app_origins[0]}/embed/{key}")

    return bp
