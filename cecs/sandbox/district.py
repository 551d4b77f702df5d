"""A made-up district's page that shows the application's lookup, as real ones would."""

import re

from flask import Blueprint, abort, g, render_template, request

from cecs.sandbox.settings import SandboxSettings

KEY = re.compile(r"[A-Za-z0-9-]{1,24}")
# The key that the demo's registry is loaded with.
DEMO_KEY = "demo-district"
WAYS = {
    "frame": "in a frame",
    "script": "by the script that fits its height",
    "sandbox": "in a frame that may send no forms",
}


def pages(settings: SandboxSettings) -> Blueprint:
    """`/district?key=<key of the lookup>&way=<one of WAYS>`; 404 for what cannot be one."""
    bp = Blueprint("district", __name__)

    @bp.get("/district")
    def district() -> str:
        key, way = request.args.get("key", DEMO_KEY), request.args.get("way", "frame")
        if not KEY.fullmatch(key) or way not in WAYS:
            abort(404)
        app = settings.app_origins[0]
        g.frame_sources, g.script_sources = app, f" {app}"
        return render_template("district.html", app=app, key=key, way=way, ways=WAYS)

    return bp
