"""One transaction as the gateway keeps it, and what the mere passing of time does to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

# After how long a status gives way to the next by itself. Captured cards settle within days and
# authorisations lapse after seven or more, by the gateway's page on statuses; these are short ones.
NEXT = {
    "authorized": (timedelta(days=7), "authorization_expired"),
    "submitted_for_settlement": (timedelta(hours=12), "settling"),
    "settling": (timedelta(hours=12), "settled"),
    "settlement_confirmed": (timedelta(hours=12), "settled"),
}


@dataclass(slots=True)
class Transaction:
    """A sale, or the credit that a refund makes.

    `refunded` is the id of the sale that a credit gives back, `refunds` are the ids of a sale's
    credits. Each step of `history` has status, cents and timestamp (ISO 8601 in UTC).
    """

    kind: str
    order_id: str
    cents: int
    card: dict[str, Any]
    response: list[str]
    rejection: str | None = None
    refunded: str | None = None
    refunds: list[str] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    id: str = ""

    @property
    def status(self) -> str:
        """Where it stands now."""
        return str(self.history[-1]["status"])

    @property
    def created(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.history[0]["timestamp"])

    @property
    def updated(self) -> datetime:
        """When it came to stand where it does."""
        return datetime.fromisoformat(self.history[-1]["timestamp"])

    @property
    def due(self) -> datetime | None:
        """When the next step comes by itself, or None."""
        return self.updated + NEXT[self.status][0] if self.status in NEXT else None

    def reached(self, status: str) -> list[datetime]:
        """The moments at which it came to that status."""
        return [
            datetime.fromisoformat(step["timestamp"])
            for step in self.history
            if step["status"] == status
        ]

    def move(self, status: str, moment: datetime) -> None:
        """Adds a step."""
        step = {
            "timestamp": moment.isoformat(timespec="seconds"),
            "status": status,
            "cents": self.cents,
        }
        self.history.append(step)

    def catch_up(self, now: datetime) -> None:
        """Takes every step that has come due, each at its own moment."""
        while (due := self.due) and due <= now:
            self.move(NEXT[self.status][1], due)
