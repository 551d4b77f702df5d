"""What somebody can do whose application was denied, as far as the regime knows."""

from dataclasses import dataclass
from datetime import date, timedelta

from cecs.domain.sentences import Sentence


@dataclass(frozen=True)
class AfterDenial:
    """The rule that says who may have a decision reviewed, until when and by whom."""

    rule: str
    review_days: int  # to ask for it, from the day of the decision
    reviewers: int  # at least
    decision_days: int
    final_kinds: tuple[str, ...]  # of application, for which there is no review


def recourse(after: AfterDenial | None, kind: str, decided_on: date) -> Sentence | None:
    """Whether a review can be asked for, and until when; None where no rule is known."""
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
