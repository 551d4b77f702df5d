"""What followed a denial, as the events of its application tell it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cecs.domain.applications import Status
from cecs.domain.sentences import Sentence
from cecs.models.applications import Application, Event

ASKED, REFUSED = f"became_{Status.DECISION_REVIEW}", "review_refused"
DENIED = f"became_{Status.DENIED}"
SENT_ON = f"became_{Status.SECOND_REVIEW}"
# In the details of the event that ends a review: whether the denial was overturned.
OUTCOME = "overturned"


@dataclass(frozen=True)
class Denied:
    """The last denial of an application, who recommended it, and what happened since."""

    denial: Event
    recommended: Event | None
    since: tuple[Event, ...]

    @property
    def by(self) -> frozenset[int | None]:
        """Who denied it: the one who confirmed, and the one who recommended it."""
        both = {self.denial.by_id, self.recommended.by_id if self.recommended else None}
        return frozenset(both - {None})

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
    denials = _all(found)
    return denials[-1] if denials else None


def by_whom(found: Application) -> frozenset[int | None]:
    """Who denied it at any time, be it overturned since."""
    return frozenset[int | None]().union(*(each.by for each in _all(found)))


def _all(found: Application) -> list[Denied]:
    events = tuple(found.events)
    denials: list[Denied] = []
    recommended: Event | None = None
    for at, event in enumerate(events):
        if event.name == SENT_ON:
            recommended = event if event.details.get("advises") != "approval" else None
        elif event.name == DENIED and OUTCOME not in event.details:
            denials.append(Denied(event, recommended, events[at + 1 :]))
    return denials
