"""`python app.py`: sets up, then keeps web, worker and sandbox running until Ctrl-C."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from cecs import create_app
from cecs.config import ROOT, ConfigError, Settings, make_secrets, settings_from
from cecs.demo import load_demo, read_people
from cecs.schema import OldSchema, bring_up_to_date

INSTANCE = ROOT / "instance"


class CannotStart(Exception):
    """One sentence that says what is in the way."""


def main() -> int:
    """Serves until stopped; gives the exit status. All faults become one sentence."""
    try:
        settings = _prepare()
        return _serve(settings)
    except (CannotStart, ConfigError, OldSchema) as fault:
        sys.stderr.write(f"CECS cannot start: {fault}\n")
        return 1


def _prepare() -> Settings:
    try:
        INSTANCE.mkdir(exist_ok=True)
        (INSTANCE / ".writable").write_text("")
        (INSTANCE / ".writable").unlink()
        make_secrets(INSTANCE)
    except OSError as fault:
        raise CannotStart(f"the folder {INSTANCE} cannot be written ({fault.strerror}).") from fault
    settings = settings_from(os.environ, INSTANCE)
    for name, port in _ports(settings).items():
        _must_be_free(name, port)
    app = create_app(settings)
    bring_up_to_date(app)
    if settings.demo:
        load_demo(app)
    return settings


def _ports(settings: Settings) -> dict[str, int]:
    ports = {"the web pages": urlsplit(settings.public_url).port or 80}
    if settings.demo:
        ports["the sandbox"] = urlsplit(settings.sandbox_url).port or 80
        ports["the sandbox's mail"] = settings.mail_port
    return ports


def _must_be_free(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            raise CannotStart(
                f"port {port}, needed for {name}, is in use. Stop what uses it, or see the README "
                "for how to choose another."
            ) from fault


def _commands(settings: Settings) -> dict[str, Sequence[str]]:
    python = sys.executable
    port = str(_ports(settings)["the web pages"])
    commands: dict[str, Sequence[str]] = {
        "web": (
            python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port,
            "--workers", "2", "--blocking-threads", "1", "--log-level", "warning", "app:app",
        ),
        "worker": (python, "-m", "flask", "--app", "app", "cecs", "worker"),
    }  # fmt: skip
    if settings.demo:
        sandbox = urlsplit(settings.sandbox_url)
        commands["sandbox"] = (
            python, "-m", "cecs.sandbox", "--port", str(sandbox.port or 80),
            "--smtp-port", str(settings.mail_port),
            "--state-folder", str(settings.instance / "sandbox"),
            "--app-origin", settings.public_url,
            "--webhook-url", f"{settings.public_url}/payments/webhook",
        )  # fmt: skip
    return commands


def _serve(settings: Settings) -> int:
    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    # Also where whoever started us ignores Ctrl-C for its background jobs.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    running = {
        name: subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        for name, command in _commands(settings).items()
    }
    try:
        _await_web(settings, running)
        _welcome(settings)
        while True:
            time.sleep(0.5)
            for name, process in running.items():
                if process.poll() is not None:
                    raise CannotStart(f"the {name} process ended (status {process.returncode}).")
    except KeyboardInterrupt:
        return 0
    finally:
        _stop_all(running.values())


def _await_web(settings: Settings, running: dict[str, "subprocess.Popen[bytes]"]) -> None:
    port = _ports(settings)["the web pages"]
    for _ in range(150):
        if any(process.poll() is not None for process in running.values()):
            return
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)


def _stop_all(processes: object) -> None:
    for process in processes:  # type: ignore[attr-defined]
        if process.poll() is None:
            process.terminate()
    for process in processes:  # type: ignore[attr-defined]
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _welcome(settings: Settings) -> None:
    lines = ["", f"CECS is at   {settings.public_url}"]
    if settings.demo:
        lines += [f"Its sandbox  {settings.sandbox_url}   (mailbox, card gateway)", ""]
        lines += read_people(settings)
    sys.stdout.write("\n".join([*lines, "", "Ctrl-C stops it.", ""]))
    sys.stdout.flush()
