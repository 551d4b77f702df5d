"""Who reloads the answer of a form, or opens its address in a new window, finds its page."""

import pytest

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator
from tests.pages import Visitor
from tests.people import Character, People


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/bureau/educators/1234567890/shield", "/bureau/educators/1234567890"),
        ("/bureau/api-keys/7/deliveries/9", "/bureau/api-keys/7"),
        ("/lookup/words", "/lookup"),
    ],
)
def test_the_address_of_a_form_leads_to_its_page(visitor: Visitor, sent_to: str, page: str) -> None:
    answer = visitor.get(sent_to)

    assert (answer.status, answer.location) == (303, page)


def test_a_page_is_found_again_after_a_fault(dana: Visitor, maria: Character) -> None:
    [link] = dana.follow(dana.get("/bureau")).soup.select("main a[href$='/bureau/educators']")
    dana.get(link["href"])
    listed = dana.post(link["href"], {"last_name": "Rivera"})
    at = str(listed.soup.select_one("th a")["href"])
    dana.get(at)
    refused = dana.post(f"{at}/shield", {"safety_reason": ""})
    reloaded = dana.follow(dana.get(f"{at}/shield"))

    assert refused.status == 422
    assert reloaded.status == 200 and reloaded.h1 == "Record of Maria Rivera"


def test_a_faulty_proposal_to_merge_is_found_again_with_both_records(
    visitor: Visitor, people: People, desk: Desk, maria: Character, second: int
) -> None:
    goes, stays = (db.session.get_one(Educator, id).number for id in (second, maria.educator_id))
    visitor.sign_in(people.staff("Lee", "Chandra", "supervisor"))
    compared = visitor.get(f"/bureau/educators/{goes}/merge?number={stays}")
    [form] = visitor.get(compared.location).soup.select("main form")
    sent_to = str(form["action"])
    refused = visitor.post(sent_to, {"reason": " "})
    reloaded = visitor.get(sent_to)

    assert refused.status == 422 and compared.location == sent_to
    assert reloaded.status == 200 and reloaded.h1 == refused.h1 == "Two records of one person?"
    assert goes in reloaded.text and stays in reloaded.text


def test_where_no_page_is_above_it_says_so(visitor: Visitor) -> None:
    answer = visitor.get("/account/sign-out")

    assert answer.status == 405 and "cannot be used like this" in answer.text
    assert set(answer.response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
