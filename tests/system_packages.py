"""Browsers, PHP and PostgreSQL from the system's packages: installs what the tests miss."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = {
    "chromium": ["chromium"],
    "chromedriver": ["chromium-driver"],
    "firefox-esr": ["firefox-esr"],
    "WebKitWebDriver": ["webkit2gtk-driver"],
    "Xvfb": ["xvfb"],
    "php": ["php-cli"],
    "initdb": ["postgresql"],
}


def missing() -> list[str]:
    """The Debian packages whose programs are not here."""
    found = []
    for program, packages in NEEDED.items():
        aside = list(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        if not shutil.which(program) and not aside:
            found += packages
    return found


def main() -> int:
    """Installs at once as root or in CI, otherwise asks; says the command where it may not."""
    packages = missing()
    if not packages:
        return 0
    command = [
        "apt-get",
        "-o",
        "DPkg::Lock::Timeout=300",
        "install",
        "-y",
        "--no-install-recommends",
        *packages,
    ]
    if os.geteuid() != 0:
        command = ["sudo", *command]
    if not shutil.which(command[0]) or not shutil.which("apt-get"):
        sys.stderr.write(f"The tests need these programs, please install them: {packages}\n")
        return 1
    if os.geteuid() != 0 and not os.environ.get("CI") and not _agreed(command):
        sys.stderr.write(f"The tests need them. Run: {' '.join(command)}\n")
        return 1
    update = [*command[: command.index("install")], "update"]
    subprocess.run(update, check=True, stdout=subprocess.DEVNULL)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode


def _agreed(command: list[str]) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"Run `{' '.join(command)}`? [y/N] ").strip().lower() == "y"


if __name__ == "__main__":
    sys.exit(main())
