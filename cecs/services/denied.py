"""What followed a denial, as the events of its application tell it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cecs.domain.applications import Status
from cecs.domain.sentences import Sentence
from cecs.models.applications import Application, Event

ASKED, REFUSED = f"became_{Status.DECISION_REVIEW}", "review_refused"
DENIED = f"became_{Status.DENIED}"
# In the details of the event that ends a review: whether the denial was overturned.
OUTCOME = "overturned"


@dataclass(frozen=True)
class Denied:
    """The last denial of an application, and what happened since."""

    denial: Event
    since: tuple[Event, ...]

    @property
    def said(self) -> dict[str, Any]:
        """What the letter said: `words`, `law` and `recourse`."""
        return self.denial.details

    @property
    def last(self) -> date | None:
        """The last day for asking, where the letter named one."""
        told = self.said.get("recourse")
        return Sentence.from_json(told).values.get("last") if told else None

    @property
    def is_final(self) -> bool:
        """Whether the letter said that there is no review."""
        return bool(self.said.get("recourse")) and self.last is None

    @property
    def asked(self) -> Event | None:
        """The request that was taken."""
        return next((event for event in self.since if event.name == ASKED), None)

    @property
    def refused(self) -> Event | None:
        """The last request that came too late, while none was taken."""
        refused = [event for event in self.since if event.name == REFUSED]
        return refused[-1] if refused and not self.asked else None

    @property
    def decided(self) -> Event | None:
        """What came of the review."""
        return next((event for event in self.since if OUTCOME in event.details), None)

    @property
    def may_be_asked(self) -> bool:
        """Whether a request can still be recorded: one review of one denial."""
        return not self.is_final and self.asked is None


def of(found: Application) -> Denied | None:
    """None for an application that was never denied."""
    events = tuple(found.events)
    denials = [
        at
        for at, event in enumerate(events)
        if event.name == DENIED and OUTCOME not in event.details
    ]
    return Denied(events[denials[-1]], events[denials[-1] + 1 :]) if denials else None
