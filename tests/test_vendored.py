"""Files that others wrote are the ones we looked at, and all of them are listed."""

from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent
SUMS = ROOT / "static/vendor/SHA256SUMS"


def listed() -> dict[str, str]:
    """Path (from the top of the repository) to sum, as `sha256sum` writes them."""
    lines = SUMS.read_text().splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def kept() -> set[str]:
    """The vendored files that are there, by the same paths."""
    files = [*(ROOT / "static/vendor").rglob("*"), *(ROOT / "tests/assets").rglob("*")]
    return {f.relative_to(ROOT).as_posix() for f in files if f.is_file() and f != SUMS}


def test_every_vendored_file_is_listed_and_every_listed_file_is_there():
    assert kept() == set(listed())


def test_every_vendored_file_is_unchanged():
    found = {path: sha256((ROOT / path).read_bytes()).hexdigest() for path in listed()}

    assert found == listed()


def test_no_vendored_file_asks_for_a_source_map():
    asking = [path for path in listed() if b"sourceMappingURL" in (ROOT / path).read_bytes()]

    assert asking == []
