import pytest

from cecs.domain.applications import (
    ENDS,
    MOVES,
    OPEN,
    Actor,
    IllegalMove,
    Status,
    is_open,
    may_move,
    move,
    public,
)


def walk(*path):
    """Make one move after another: (actor, status) each, from a draft."""
    status = Status.DRAFT
    for actor, wanted in path:
        status = move(status, wanted, actor)
    return status


def test_a_renewal_paid_by_mail_is_issued():
    end = walk(
        (Actor.EDUCATOR, Status.AWAITING_MAILED_PAYMENT),
        (Actor.REVIEWER, Status.WAITING_FIRST_REVIEW),
        (Actor.REVIEWER, Status.IN_REVIEW),
        (Actor.REVIEWER, Status.MISSING_CREDENTIALS),
        (Actor.EDUCATOR, Status.WAITING_REVIEW),
        (Actor.REVIEWER, Status.IN_REVIEW),
        (Actor.REVIEWER, Status.ISSUED),
    )

    assert end is Status.ISSUED


def test_a_denial_passes_a_second_reviewer():
    assert not may_move(Status.IN_REVIEW, Status.DENIED, Actor.REVIEWER)
    assert not may_move(Status.SECOND_REVIEW, Status.DENIED, Actor.REVIEWER)
    assert may_move(Status.SECOND_REVIEW, Status.DENIED, Actor.SECOND_REVIEWER)


@pytest.mark.parametrize(
    ("status", "wanted", "actor"),
    [
        (Status.DRAFT, Status.ISSUED, Actor.REVIEWER),
        (Status.IN_REVIEW, Status.ISSUED, Actor.EDUCATOR),
        (Status.ISSUED, Status.WITHDRAWN, Actor.EDUCATOR),
        (Status.WAITING_FIRST_REVIEW, Status.WAITING_FIRST_REVIEW, Actor.REVIEWER),
    ],
)
def test_an_illegal_move_raises(status, wanted, actor):
    with pytest.raises(IllegalMove, match=f"from {status} to {wanted}"):
        move(status, wanted, actor)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_whatever_is_open_can_be_withdrawn(status):
    assert move(status, Status.WITHDRAWN, Actor.EDUCATOR) is Status.WITHDRAWN


def test_an_end_is_an_end_save_that_a_denial_may_be_reviewed():
    left = {(status, wanted) for status, wanted in MOVES if status in ENDS}

    assert left == {(Status.DENIED, Status.DECISION_REVIEW)}


def test_every_open_state_can_reach_an_end_and_every_state_is_reached():
    reached = {Status.DRAFT}
    while more := {to for (status, to) in MOVES if status in reached} - reached:
        reached |= more

    assert reached == set(Status)


@pytest.mark.parametrize("status", sorted(Status))
def test_every_state_has_words_a_sentence_and_who_acts_next(status):
    words = public(status)

    assert str(words.words)
    assert str(words.explained).endswith(".")
    assert (words.next_actor == "nobody") is not is_open(status)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.WAITING_FIRST_REVIEW, "Submitted: Waiting First Review"),
        (Status.MISSING_CREDENTIALS, "Reviewed: Missing Credentials"),
        (Status.WAITING_REVIEW, "Waiting Review"),
    ],
)
def test_the_words_are_those_that_educators_know(status, expected):
    assert str(public(status).words) == expected
