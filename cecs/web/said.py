"""An answer that no framework has made yet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, whole: a status, headers and a body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
