"""What somebody can do whose application was denied, as far as the regime knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cecs.domain import names
from cecs.domain.sentences import Sentence


@dataclass(frozen=True)
class AfterDenial:
    """The rule that says who may have a decision reviewed, until when and by whom."""

    rule: str
    review_days: int  # to ask for it, from the day of the decision
    reviewers: int  # at least
    decision_days: int  # from the day on which the request came
    final_kinds: tuple[str, ...]  # of application, for which there is no review


def recourse(after: AfterDenial | None, kind: str, decided_on: date) -> Sentence | None:
    """Whether a review can be asked for, and until when; None where no rule is known.

    Its value `last` is the last day; it has none where the decision is final.
    """
    if after is None:
        return None
    if kind in after.final_kinds:
        return Sentence("This decision is final: {rule} gives no review of it.", rule=after.rule)
    return Sentence(
        "If you think that the decision is wrong, you can ask us to review it. Write to us, say "
        "why, and see that we have it by {last}, {days} days after the decision. At least "
        "{reviewers} people then look at it again and decide within {decided} days ({rule}).",
        last=decided_on + timedelta(days=after.review_days),
        days=after.review_days,
        reviewers=after.reviewers,
        decided=after.decision_days,
        rule=after.rule,
    )


class Late(StrEnum):
    """What the office says of a request by the day on which it came."""

    IN_TIME = "in_time"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True)
class Terms:
    """What the day of a request is measured by; `last` is what the letter named, if it did."""

    decided_on: date
    last: date | None
    today: date

    @property
    def may_be_late(self) -> bool:
        """Whether a request that comes today, or came of late, can be late at all."""
        return self.last is not None and self.today > self.last

    def fault_of_day(self, came_on: date) -> Sentence | None:
        """Why it cannot have come on that day."""
        if came_on > self.today:
            return Sentence("This day is still to come. Enter the day on which the request came.")
        if came_on < self.decided_on:
            return Sentence(
                "The application was denied on {decided}. A request cannot have come before.",
                decided=self.decided_on,
            )
        return None

    def fault_of_late(self, came_on: date, late: Late) -> Sentence | None:
        """What is wrong with what is said of its being late."""
        if self.last is not None and came_on > self.last:
            if late is Late.IN_TIME:
                return Sentence(
                    "{came} is after the last day, {last}. Say whether the request is taken all "
                    "the same or is refused.",
                    came=came_on,
                    last=self.last,
                )
        elif late is not Late.IN_TIME:
            return Sentence("On {came} the request was in time.", came=came_on)
        return None


def asked(came_on: date, late: Late, last: date | None) -> Sentence:
    """A request for a review, as the history and its sender are told of it."""
    if late is Late.TAKEN:
        return Sentence(
            "The request for a review came on {came}, after the last day, {last}. We take it all "
            "the same.",
            came=came_on,
            last=last,
        )
    if late is Late.REFUSED:
        return Sentence(
            "The request for a review came on {came}, after the last day, {last}. We cannot take "
            "it.",
            came=came_on,
            last=last,
        )
    return Sentence("The request for a review came on {came}.", came=came_on)


def decided(overturned: bool) -> Sentence:
    """What came of a review, as the history and who asked for it are told."""
    if overturned:
        return Sentence(
            "The decision was reviewed. The denial is overturned, and the review of the "
            "application goes on."
        )
    return Sentence("The decision was reviewed. The denial stands.")


def answer_by(after: AfterDenial | None, came_on: date) -> date | None:
    """The last day on which the office decides about a request; None where no rule is known."""
    return came_on + timedelta(days=after.decision_days) if after else None


def answer(after: AfterDenial | None, came_on: date) -> Sentence:
    """Who looks at the decision again, and until when, for who asked for it."""
    if after is None:
        return Sentence("We look at the decision again and write to you.")
    return Sentence(
        "At least {reviewers} people look at the decision again and decide by {last}, {days} days "
        "after your request came ({rule}). We write to you then.",
        reviewers=after.reviewers,
        last=answer_by(after, came_on),
        days=after.decision_days,
        rule=after.rule,
    )


def fault_of_panel(
    after: AfterDenial | None, panel: Sequence[str], denied_by: Sequence[tuple[str, str]]
) -> Sentence | None:
    """Why these people cannot have reviewed a denial by people of those first and last names."""
    for by in denied_by:
        if any(names.signs(one, *by) for one in panel):
            return Sentence(
                "{name} is one of the two who denied it. Other people must look at it again.",
                name=" ".join(by),
            )
    if after and len({names.key(one) for one in panel}) < after.reviewers:
        return Sentence(
            "Name at least {reviewers} people, one a line ({rule}).",
            reviewers=after.reviewers,
            rule=after.rule,
        )
    return None
