"""What the regime lets somebody do whose application was denied."""

from datetime import date

from cecs.domain.denials import recourse
from tests.domain.regimes import default
from tests.domain.test_regime import change, folder, load

__all__ = ["folder"]
DECIDED = date(2026, 11, 29)


def test_a_certificate_may_be_looked_at_again_within_the_days_of_the_rule():
    said = str(recourse(default().office.denial, "renew_initial", DECIDED))

    assert "by 2026-12-19, 20 days after the decision" in said
    assert "At least 3 people" in said and "within 60 days" in said
    assert "10-145d-611" in said


def test_a_permit_is_refused_for_good():
    said = str(recourse(default().office.denial, "dsap", DECIDED))

    assert said.startswith("This decision is final") and "10-145d-611" in said


def test_where_no_rule_is_known_nothing_is_promised(folder):
    text = (folder / "office.toml").read_text(encoding="utf-8")
    begins, ends = text.index("[denial]"), text.index("[texts.acknowledgement]")
    change(folder, "office.toml", text[begins:ends], "")
    after = load(folder).office.denial

    assert after is None and recourse(after, "renew_initial", DECIDED) is None
