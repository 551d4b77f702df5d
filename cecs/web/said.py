"""An answer that no framework has made yet."""

from typing import NamedTuple


class Said(NamedTuple):
    """An answer, whole: a status, headers and a body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
