import pytest

from cecs.domain import steps
from tests.domain.regimes import default

RENEWAL = ["request", "details", "experience", "disclosures", "check"]


def slug(step):
    return step.slug if step else None


def test_a_continuation_is_three_pages():
    path = steps.path(default(), "continue_professional")

    assert [step.slug for step in path] == ["details", "disclosures", "check"]
    assert path[-1].title == "Check your answers and sign the affidavit"


def test_a_paper_kind_has_no_pages():
    assert steps.path(default(), "dsap") == ()


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ([], "request"),
        (["request", "details"], "experience"),
        (["request", "experience"], "details"),
        (RENEWAL, None),
    ],
)
def test_one_goes_on_with_the_first_unanswered_step(answered, expected):
    assert slug(steps.first_unanswered(default(), "renew_initial", answered)) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("request", True),
        ("details", True),
        ("experience", True),
        ("disclosures", False),
        ("check", False),
        ("education", False),
    ],
)
def test_no_page_opens_before_the_ones_before_it(wanted, expected):
    answered = {"request", "details"}

    assert steps.may_open(default(), "renew_initial", answered, wanted) is expected


def test_a_step_of_another_kind_never_opens():
    assert not steps.may_open(default(), "renew_initial", set(RENEWAL), "education")


def test_back_leads_to_the_step_before():
    found = [slug(steps.before(default(), "renew_initial", each)) for each in RENEWAL]

    assert found == [None, *RENEWAL[:-1]]


def test_back_from_a_step_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="education"):
        steps.before(default(), "renew_initial", "education")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, False),
        ({"disclosures": {"convicted": "no", "disciplined": "no", "dismissed": "no"}}, False),
        ({"disclosures": {"convicted": "no", "disciplined": "no", "dismissed": "yes"}}, True),
    ],
)
def test_any_yes_is_a_disclosure(answers, expected):
    assert steps.discloses(answers) is expected
