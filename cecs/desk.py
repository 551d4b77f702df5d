"""What a service needs at hand, and nothing it would have to reach for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cecs.config import Settings
from cecs.domain.regime import Regime
from cecs.gateways.cards import CardGateway
from cecs.gateways.counters import Counters
from cecs.gateways.entry_writer import EntryWriter
from cecs.gateways.post import Post
from cecs.gateways.reader import Reader
from cecs.gateways.vault import Vault

QUARTER = 15 * 60  # seconds; within a quarter of an hour of UTC no zone's day ends


@dataclass(frozen=True, slots=True)
class Desk:
    """The bureau at work: its law, its clock, its keys and its ways to the outside."""

    settings: Settings
    regime: Regime
    vault: Vault
    post: Post
    cards: CardGateway | None
    clock: Callable[[], datetime]
    common_passwords: frozenset[str]
    captcha_words: tuple[str, ...]
    reader: Reader
    counters: Counters
    writer: EntryWriter

    @property
    def card_gateway(self) -> CardGateway:
        """The card gateway, where the office has one. Raises RuntimeError where not."""
        if self.cards is None:
            raise RuntimeError("this office takes no cards")
        return self.cards

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return self.clock()

    def today(self) -> date:
        """The legal day: the date in the regime's own time zone."""
        return self.day_of(self.now())

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """The instants at which a legal day begins and ends, in UTC."""
        return _bounds(self.regime.office.time_zone, day)

    def left_of_day(self, instant: datetime) -> int:
        """Whole seconds until the legal day of an instant ends, when words may change."""
        seconds = instant.timestamp()
        return int(_end(self.regime.office.time_zone, int(seconds) // QUARTER) - seconds)

    def day_of(self, instant: datetime) -> date:
        """The legal day of an instant."""
        return _day(self.regime.office.time_zone, int(instant.timestamp()) // QUARTER)


@lru_cache(1000)
def _day(zone: str, quarter: int) -> date:
    return datetime.fromtimestamp(quarter * QUARTER, ZoneInfo(zone)).date()


@lru_cache(1000)
def _end(zone: str, quarter: int) -> float:
    return _bounds(zone, _day(zone, quarter))[1].timestamp()


@lru_cache(1000)
def _bounds(zone: str, day: date) -> tuple[datetime, datetime]:
    first, last = (
        datetime.combine(at, time.min, ZoneInfo(zone)).astimezone(UTC)
        for at in (day, day + timedelta(days=1))
    )
    return first, last
