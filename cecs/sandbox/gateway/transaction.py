"""One transaction as the gateway keeps it, and what the mere passing of time does to it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

# A step taken: status, cents, and timestamp (ISO 8601 in UTC).
Step = dict[str, Any]
# After how long a status gives way to the next by itself. Captured cards settle within days and
# authorisations lapse after seven or more, by the gateway's page on statuses; these are short ones.
NEXT = {
    "authorized": (timedelta(days=7), "authorization_expired"),
    "submitted_for_settlement": (timedelta(hours=12), "settling"),
    "settling": (timedelta(hours=12), "settled"),
    "settlement_confirmed": (timedelta(hours=12), "settled"),
}
# "Settlement declined on certain transaction types", by the testing guide: here, on refunds.
DECLINED_REFUNDS = ((4001_00, 4001_99), (4003_00, 5000_99))


def step(status: str, cents: int, moment: datetime) -> Step:
    """A step as it is kept."""
    return {"timestamp": moment.isoformat(timespec="seconds"), "status": status, "cents": cents}


def moment_of(taken: Step) -> datetime:
    """When a step was taken."""
    return datetime.fromisoformat(taken["timestamp"])


@dataclass(slots=True)
class Dispute:
    """The cardholder's bank takes back what a sale brought."""

    id: str
    cents: int
    history: list[Step]

    @property
    def status(self) -> str:
        """Where it stands: open, won or lost."""
        return str(self.history[-1]["status"])

    @property
    def opened(self) -> date:
        """The day on which it came, in UTC."""
        return moment_of(self.history[0]).date()


@dataclass(slots=True)
class Transaction:
    """A sale, or the credit that a refund makes.

    `refunded` is the id of the sale that a credit gives back; `refunds` are those of its credits.
    `authorized` is the id of the authorisation of which it is a part, `parts` are those of its own.
    """

    kind: str
    order_id: str
    cents: int
    card: dict[str, Any]
    response: list[str]
    rejection: str | None = None
    refunded: str | None = None
    refunds: list[str] = field(default_factory=list)
    authorized: str | None = None
    parts: list[str] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    history: list[Step] = field(default_factory=list)
    id: str = ""

    @property
    def status(self) -> str:
        """Where it stands now."""
        return str(self.history[-1]["status"])

    @property
    def created(self) -> datetime:
        """When it was made."""
        return moment_of(self.history[0])

    @property
    def updated(self) -> datetime:
        """When it came to stand where it does."""
        return moment_of(self.history[-1])

    @property
    def due(self) -> datetime | None:
        """When the next step comes by itself, or None."""
        return self.updated + NEXT[self.status][0] if self.status in NEXT else None

    @property
    def is_in_parts(self) -> bool:
        """Whether it is an authorisation that is settled in parts."""
        return bool(self.parts) and self.status == "settlement_pending"

    def reached(self, status: str) -> list[datetime]:
        """The moments at which it came to that status."""
        return [moment_of(taken) for taken in self.history if taken["status"] == status]

    def move(self, status: str, moment: datetime) -> None:
        """Takes a step."""
        self.history.append(step(status, self.cents, moment))

    def catch_up(self, now: datetime) -> None:
        """Takes every step that has come due, each at its own moment."""
        while (due := self.due) and due <= now:
            self.move(self._next(), due)

    def _next(self) -> str:
        status = NEXT[self.status][1]
        declined = any(low <= self.cents <= high for low, high in DECLINED_REFUNDS)
        if self.kind == "credit" and status == "settled" and declined:
            return "settlement_declined"
        return status
