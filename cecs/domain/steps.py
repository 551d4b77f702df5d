"""The stepped flow of a kind, read from the regime's rows: no page is reached out of order."""

from collections.abc import Collection, Mapping
from typing import Any

from cecs.domain.regime import Regime, Step

# The questions of the step "disclosures"; a yes to any is for two people to decide on.
DISCLOSURES = ("convicted", "disciplined", "dismissed")


def path(regime: Regime, kind: str) -> tuple[Step, ...]:
    """The steps of a kind, in order; none for a kind that is filed by paper."""
    return tuple(step for step in regime.steps if step.kind == kind)


def first_unanswered(regime: Regime, kind: str, answered: Collection[str]) -> Step | None:
    """The step to go on with; None where every step is answered. `answered` holds slugs."""
    return next((step for step in path(regime, kind) if step.slug not in answered), None)


def may_open(regime: Regime, kind: str, answered: Collection[str], slug: str) -> bool:
    """Whether the kind has this step and all steps before it are answered."""
    for step in path(regime, kind):
        if step.slug == slug:
            return True
        if step.slug not in answered:
            return False
    return False


def before(regime: Regime, kind: str, slug: str) -> Step | None:
    """The step that Back leads to; None on the first. ValueError where there is no such step."""
    steps = path(regime, kind)
    at = [step.slug for step in steps].index(slug)
    return steps[at - 1] if at else None


def discloses(answers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether any question of the disclosures was answered with yes. `answers` is by step."""
    said = answers.get("disclosures", {})
    return any(said.get(asked) == "yes" for asked in DISCLOSURES)
