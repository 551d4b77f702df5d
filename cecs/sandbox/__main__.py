"""`python -m cecs.sandbox`: the sandbox as a process of its own."""

import argparse
from pathlib import Path

from cecs.sandbox.serving import serve
from cecs.sandbox.settings import SandboxSettings


def main() -> None:
    """Reads the command line and serves until told to end."""
    words = argparse.ArgumentParser(prog="python -m cecs.sandbox", description=__doc__)
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, default=5001)
    words.add_argument("--smtp-port", type=int, default=5025)
    words.add_argument("--state-folder", type=Path, required=True)
    words.add_argument(
        "--app-origin",
        action="append",
        required=True,
        help="scheme, host and port of the application; may be given more than once",
    )
    words.add_argument("--webhook-url", default="", help="where the application hears of disputes")
    said = words.parse_args()
    settings = SandboxSettings(
        said.state_folder, tuple(said.app_origin), webhook_url=said.webhook_url
    )
    try:
        serve(settings, said.host, said.port, said.smtp_port)
    except OSError as fault:
        words.exit(1, f"The sandbox cannot start: {fault}\n")


if __name__ == "__main__":
    main()
