"""What limits count with: numbers in this process's memory, or in one that workers share."""

import time
from threading import Lock
from typing import Protocol

from limits.storage import Storage, storage_from_string

SWEEP_AT = 10_000
# Seconds; a server of counters that hangs must not make all who ask wait with it.
WAITS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}


class Counters(Protocol):
    """Counts within windows of time. Where others keep them, each call may raise StorageError."""

    def incr(self, key: str, expiry: int) -> int:
        """Counts and gives the count; a window of `expiry` seconds begins with the first."""

    def get(self, key: str) -> int:
        """The count of the window that is open, else nought."""

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""


def counters_at(url: str) -> Counters:
    """The counters at that address (`redis://…`); in our own memory where there is none."""
    if not url:
        return OwnCounters()
    known = WAITS if url.startswith("redis") else {}
    found = storage_from_string(url, wrap_exceptions=True, **known)
    assert isinstance(found, Storage)
    return found


class OwnCounters:
    """Counts at the same cost however many are counted.

    The library's own memory looks through all its keys a hundred times a second.
    """

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}
        self._sweep_at = SWEEP_AT
        self._lock = Lock()

    def incr(self, key: str, expiry: int) -> int:
        """Counts, as `Counters` says."""
        now = time.time()
        with self._lock:
            count, ends = self._counts.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._counts[key] = (count + 1, ends)
            if len(self._counts) > self._sweep_at:
                self._sweep(now)
        return count + 1

    def get(self, key: str) -> int:
        """The count, as `Counters` says."""
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends; now where there is none."""
        return self._counts.get(key, (0, time.time()))[1]

    def __len__(self) -> int:
        """How many windows are remembered."""
        return len(self._counts)

    def _sweep(self, now: float) -> None:
        """Forgets the windows that ended, each time that twice as many have come."""
        self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > now}
        self._sweep_at = max(SWEEP_AT, 2 * len(self._counts))
