"""The states of an application, and who may move it from where to where."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cecs.domain.sentences import Sentence


class Status(StrEnum):
    """Where an application is. Stored as text."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    AWAITING_MAILED_PAYMENT = "awaiting_mailed_payment"
    WAITING_FIRST_REVIEW = "waiting_first_review"
    IN_REVIEW = "in_review"
    MISSING_CREDENTIALS = "missing_credentials"
    WAITING_REVIEW = "waiting_review"
    ON_HOLD = "on_hold"
    SECOND_REVIEW = "second_review"
    APPROVED_BALANCE_DUE = "approved_balance_due"
    DECISION_REVIEW = "decision_review"
    ISSUED = "issued"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    CLOSED_INCOMPLETE = "closed_incomplete"
    EXPIRED_UNPAID = "expired_unpaid"
    ABANDONED = "abandoned"


class Actor(StrEnum):
    """Who makes a move. A second reviewer is another person than the first: services see to it."""

    EDUCATOR = "educator"
    REVIEWER = "reviewer"
    SECOND_REVIEWER = "second_reviewer"
    PAYMENT = "payment"
    CLOCK = "clock"


class IllegalMove(Exception):
    """Nobody, or not this actor, may make this move."""


@dataclass(frozen=True)
class PublicWords:
    """A state as people read it; `next_actor` is educator, bureau or nobody."""

    words: Sentence
    next_actor: str
    explained: Sentence


ENDS = frozenset(
    {
        Status.ISSUED,
        Status.DENIED,
        Status.WITHDRAWN,
        Status.CLOSED_INCOMPLETE,
        Status.EXPIRED_UNPAID,
        Status.ABANDONED,
    }
)
OPEN = frozenset(Status) - ENDS

# Nothing is paid for what is not submitted, and nothing more for what came to nothing.
UNPAYABLE = frozenset({Status.DRAFT, *(ENDS - {Status.ISSUED})})

S, A = Status, Actor

MOVES: Mapping[tuple[Status, Status], frozenset[Actor]] = {
    (S.DRAFT, S.WAITING_FIRST_REVIEW): frozenset({A.EDUCATOR, A.REVIEWER}),
    (S.DRAFT, S.AWAITING_PAYMENT): frozenset({A.EDUCATOR}),
    (S.DRAFT, S.AWAITING_MAILED_PAYMENT): frozenset({A.EDUCATOR, A.REVIEWER}),
    (S.DRAFT, S.ABANDONED): frozenset({A.CLOCK}),
    (S.AWAITING_PAYMENT, S.WAITING_FIRST_REVIEW): frozenset({A.PAYMENT, A.REVIEWER}),
    (S.AWAITING_PAYMENT, S.AWAITING_MAILED_PAYMENT): frozenset({A.EDUCATOR}),
    (S.AWAITING_PAYMENT, S.EXPIRED_UNPAID): frozenset({A.CLOCK}),
    (S.AWAITING_MAILED_PAYMENT, S.WAITING_FIRST_REVIEW): frozenset({A.PAYMENT, A.REVIEWER}),
    (S.AWAITING_MAILED_PAYMENT, S.AWAITING_PAYMENT): frozenset({A.EDUCATOR}),
    (S.AWAITING_MAILED_PAYMENT, S.EXPIRED_UNPAID): frozenset({A.CLOCK}),
    (S.WAITING_FIRST_REVIEW, S.IN_REVIEW): frozenset({A.REVIEWER}),
    # A payment was booked here by mistake, and nobody has begun to read.
    (S.WAITING_FIRST_REVIEW, S.AWAITING_PAYMENT): frozenset({A.PAYMENT}),
    (S.WAITING_FIRST_REVIEW, S.AWAITING_MAILED_PAYMENT): frozenset({A.PAYMENT}),
    (S.IN_REVIEW, S.MISSING_CREDENTIALS): frozenset({A.REVIEWER}),
    (S.IN_REVIEW, S.ON_HOLD): frozenset({A.REVIEWER}),
    (S.IN_REVIEW, S.SECOND_REVIEW): frozenset({A.REVIEWER}),
    (S.IN_REVIEW, S.ISSUED): frozenset({A.REVIEWER}),
    (S.IN_REVIEW, S.APPROVED_BALANCE_DUE): frozenset({A.REVIEWER}),
    (S.MISSING_CREDENTIALS, S.WAITING_REVIEW): frozenset({A.EDUCATOR, A.REVIEWER}),
    (S.MISSING_CREDENTIALS, S.CLOSED_INCOMPLETE): frozenset({A.REVIEWER, A.CLOCK}),
    (S.WAITING_REVIEW, S.IN_REVIEW): frozenset({A.REVIEWER}),
    (S.ON_HOLD, S.IN_REVIEW): frozenset({A.REVIEWER}),
    (S.SECOND_REVIEW, S.IN_REVIEW): frozenset({A.SECOND_REVIEWER}),
    (S.SECOND_REVIEW, S.ISSUED): frozenset({A.SECOND_REVIEWER}),
    (S.SECOND_REVIEW, S.APPROVED_BALANCE_DUE): frozenset({A.SECOND_REVIEWER}),
    (S.SECOND_REVIEW, S.DENIED): frozenset({A.SECOND_REVIEWER}),
    (S.APPROVED_BALANCE_DUE, S.ISSUED): frozenset({A.PAYMENT, A.REVIEWER}),
    (S.APPROVED_BALANCE_DUE, S.IN_REVIEW): frozenset({A.PAYMENT}),
    (S.APPROVED_BALANCE_DUE, S.EXPIRED_UNPAID): frozenset({A.CLOCK}),
    (S.DENIED, S.DECISION_REVIEW): frozenset({A.EDUCATOR, A.REVIEWER}),
    (S.DECISION_REVIEW, S.IN_REVIEW): frozenset({A.SECOND_REVIEWER}),
    (S.DECISION_REVIEW, S.DENIED): frozenset({A.SECOND_REVIEWER}),
    **{(status, S.WITHDRAWN): frozenset({A.EDUCATOR, A.REVIEWER}) for status in OPEN},
}


def move(status: Status, wanted: Status, actor: Actor) -> Status:
    """The new status, or IllegalMove. The one way to a new status."""
    if not may_move(status, wanted, actor):
        raise IllegalMove(f"{actor} may not move an application from {status} to {wanted}")
    return wanted


def may_move(status: Status, wanted: Status, actor: Actor) -> bool:
    """Whether this actor may make this move."""
    return actor in MOVES.get((status, wanted), frozenset())


def is_open(status: Status) -> bool:
    """Whether anything is still to be done before it ends."""
    return status in OPEN


def public(status: Status) -> PublicWords:
    """What the applicant reads."""
    return _WORDS[status]


_WORDS: Mapping[Status, PublicWords] = {
    S.DRAFT: PublicWords(
        Sentence("Not submitted yet"),
        "educator",
        Sentence("Your answers are saved. Finish the steps and submit the application."),
    ),
    S.AWAITING_PAYMENT: PublicWords(
        Sentence("Waiting for payment"),
        "educator",
        Sentence("Pay the fee to file your application."),
    ),
    S.AWAITING_MAILED_PAYMENT: PublicWords(
        Sentence("Waiting for mailed payment"),
        "educator",
        Sentence(
            "Mail your bank check or money order with the remittance slip. "
            "We record it when it arrives."
        ),
    ),
    S.WAITING_FIRST_REVIEW: PublicWords(
        Sentence("Submitted: Waiting First Review"),
        "bureau",
        Sentence("We have your application. We review applications in the order they come."),
    ),
    S.IN_REVIEW: PublicWords(
        Sentence("In review"),
        "bureau",
        Sentence("A reviewer is reading your application."),
    ),
    S.MISSING_CREDENTIALS: PublicWords(
        Sentence("Reviewed: Missing Credentials"),
        "educator",
        Sentence("We read your application and need something more. The list says what."),
    ),
    S.WAITING_REVIEW: PublicWords(
        Sentence("Waiting Review"),
        "bureau",
        Sentence("We have all that we asked for, and will go on with the review."),
    ),
    S.ON_HOLD: PublicWords(
        Sentence("On hold"),
        "bureau",
        Sentence("The review is paused. The timeline says why."),
    ),
    S.SECOND_REVIEW: PublicWords(
        Sentence("In second review"),
        "bureau",
        Sentence("Another reviewer is checking the decision."),
    ),
    S.APPROVED_BALANCE_DUE: PublicWords(
        Sentence("Approved: balance due"),
        "educator",
        Sentence("Pay the balance, and we issue your certificate."),
    ),
    S.DECISION_REVIEW: PublicWords(
        Sentence("Decision under review"),
        "bureau",
        Sentence("You asked for a review of the decision. We will write to you."),
    ),
    S.ISSUED: PublicWords(
        Sentence("Issued"),
        "nobody",
        Sentence("Your certificate is issued. You find it under My certificates."),
    ),
    S.DENIED: PublicWords(
        Sentence("Denied"),
        "nobody",
        Sentence("We could not approve this application. We wrote to you why."),
    ),
    S.WITHDRAWN: PublicWords(
        Sentence("Withdrawn"),
        "nobody",
        Sentence("This application was withdrawn. You can start a new one."),
    ),
    S.CLOSED_INCOMPLETE: PublicWords(
        Sentence("Closed: incomplete"),
        "nobody",
        Sentence("What was missing did not arrive in time. You can start a new application."),
    ),
    S.EXPIRED_UNPAID: PublicWords(
        Sentence("Closed: not paid"),
        "nobody",
        Sentence("The fee did not arrive in time. You can start a new application."),
    ),
    S.ABANDONED: PublicWords(
        Sentence("Closed: not submitted"),
        "nobody",
        Sentence("The draft was not finished in time. You can start a new application."),
    ),
}
