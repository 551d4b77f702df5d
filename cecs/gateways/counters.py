"""What limits count with: numbers in this process's memory, or in one that workers share."""

import time
from threading import Lock

from limits.storage import Storage, storage_from_string

SWEEP_AT = 10_000
# Seconds; a server of counters that hangs must not make all who ask wait with it.
WAITS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}


def counters_at(url: str) -> Storage:
    """The counters at that address (`redis://…`); in our own memory where there is none."""
    if not url:
        return Counters()
    known = WAITS if url.startswith("redis") else {}
    found = storage_from_string(url, wrap_exceptions=True, **known)
    assert isinstance(found, Storage)
    return found


class Counters(Storage):
    """Counts within windows of time, at the same cost however many are counted.

    The library's own memory looks through all its keys a hundred times a second.
    """

    STORAGE_SCHEME = ["counters"]
    base_exceptions = ()

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions)
        self._counts: dict[str, tuple[int, float]] = {}
        self._sweep_at = SWEEP_AT
        self._lock = Lock()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Counts and gives the count; a window of `expiry` seconds begins with the first."""
        now = time.time()
        with self._lock:
            count, ends = self._counts.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._counts[key] = (count + amount, ends)
            if len(self._counts) > self._sweep_at:
                self._sweep(now)
        return count + amount

    def get(self, key: str) -> int:
        """The count of the window that is open, else nought."""
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forgets everything; gives how much that was."""
        with self._lock:
            how_many = len(self._counts)
            self._counts.clear()
        return how_many

    def clear(self, key: str) -> None:
        """Forgets one."""
        self._counts.pop(key, None)

    def _sweep(self, now: float) -> None:
        """Forgets the windows that ended, each time that twice as many have come."""
        self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > now}
        self._sweep_at = max(SWEEP_AT, 2 * len(self._counts))
