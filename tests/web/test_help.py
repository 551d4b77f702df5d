"""The page that answers what people ask most."""

from cecs.services.letters import ACCEPTED, NOT_TAKEN
from tests.pages import Visitor


def test_help_names_the_kinds_of_mailed_payment_as_the_slip_does(visitor: Visitor) -> None:
    shown = visitor.get("/help")
    kinds = shown.soup.find(id="no-card").find_next("ul").find_all("li")

    assert [kind.get_text() for kind in kinds] == [str(one) for one in ACCEPTED]
    assert str(NOT_TAKEN) in shown.text
