"""All that anyone may know of one educator, on a page of its own."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cecs.desk import Desk
from cecs.domain.certificates import CertificateState
from cecs.extensions import db
from cecs.models.educators import Certificate, Educator, FormerName
from cecs.services import lookup_entries, retirements
from tests.pages import Visitor
from tests.people import Character, People


@pytest.fixture
def renewed(desk: Desk, people: People) -> Character:
    """Maria Rivera, whose certificate was renewed."""
    maria: Character = people.teacher(expires_in=timedelta(days=-30))
    old = db.session.get_one(Certificate, maria.certificate_ids[0])
    old.state = CertificateState.RENEWED
    begins = old.expires_on + timedelta(days=1)
    db.session.add(
        Certificate(
            educator_id=old.educator_id, type_code=old.type_code, issued_on=begins,
            valid_from=begins, expires_on=begins + timedelta(days=1095),
            state=CertificateState.ACTIVE,
        )
    )  # fmt: skip
    db.session.commit()
    return maria


def test_a_list_names_what_counts_and_leads_to_all(visitor: Visitor, renewed: Character) -> None:
    listed = visitor.get("/lookup?last_name=rivera").soup.find(class_="lookup-found")
    whole = visitor.get(str(listed.h3.a["href"]))

    assert [tag.text for tag in listed.find_all(class_="status-tag")] == ["Active"]
    assert "and 1 earlier certificate" in listed.text
    assert whole.soup.h1.text == "Maria Rivera"
    told = [tag.text for tag in whole.soup.select(".lookup-found .status-tag")]
    assert told == ["Active", "Renewed"]
    assert "A newer one has taken its place" in whole.text


def test_the_years_are_drawn_as_they_are_told(visitor: Visitor, renewed: Character) -> None:
    address = visitor.get("/lookup?last_name=rivera").soup.find(class_="lookup-found").h3.a["href"]
    page = visitor.get(str(address)).soup
    bars = [(bar["x"], bar["width"]) for bar in page.select(".span-bar")]
    new, old = [float(x.rstrip("%")) for x, _ in bars]

    assert old < new and all(float(wide.rstrip("%")) > 0 for _, wide in bars)
    assert {today["x"] for today in page.select(".span-today")} != {"0%"}
    assert [text.text for text in page.select(".span-years text")][0].isdigit()


def test_the_page_speaks_spanish_and_leads_back_in_it(visitor: Visitor, maria: Character) -> None:
    listed = visitor.get("/lookup?last_name=rivera&lang=es").soup.find(class_="lookup-found")
    page = visitor.get(str(listed.h3.a["href"]))

    assert "A lo largo de los años" in page.text and page.soup.html["lang"] == "es"
    assert f"{listed.h3.a['href']}" in {a["href"] for a in page.soup.find_all("a")}


def test_who_holds_nothing_has_no_drawing(visitor: Visitor, people: People) -> None:
    people.record("Ana", "Rivera", date(1980, 1, 1), "987654320")
    listed = visitor.get("/lookup?last_name=rivera").soup.find(class_="lookup-found")
    page = visitor.get(str(listed.h3.a["href"]))

    assert "No certificate is on record." in page.text and page.soup.svg is None


def test_an_address_of_nobody_says_so(visitor: Visitor) -> None:
    page = visitor.get("/lookup/educators/0000000000000000")

    assert page.status == 404 and "No record has this address" in page.text


def test_a_merged_record_leads_on_and_a_removed_one_says_so(
    visitor: Visitor, desk: Desk, people: People, maria: Character
) -> None:
    lee, dana = people.staff("Lee", "Chandra", "supervisor"), people.staff()
    second, mistake = (
        people.record("Marya", last, date(1990, 5, 17), f"98765432{at}")
        for at, last in enumerate(("Rivera", "Mistake"))
    )
    for id, into in ((second, maria.educator_id), (mistake, None)):
        proposed = retirements.propose(desk, id, into, lee.id, "So it is.")
        retirements.decide(desk, proposed, dana.id, approved=True)
    was, never = (lookup_entries.public_id(desk, id, 0) for id in (second, mistake))
    stays = visitor.follow(visitor.get(f"/lookup/educators/{was}"))
    removed = visitor.get(f"/lookup/educators/{never}")

    assert stays.soup.h1.text == "Maria Rivera"
    assert removed.status == 410 and "made by mistake" in removed.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 1


def test_staff_find_a_record_by_a_name(visitor: Visitor, people: People, desk: Desk) -> None:
    ana = people.record("Ana", "Ruíz", date(1980, 2, 1), "987654320", shielded=True)
    people.record("Ben", "Ruiz", date(1981, 2, 1), "987654321")
    db.session.add(FormerName(educator_id=ana, last_name="Ortega", last_key="ortega"))
    db.session.commit()
    number = db.session.get_one(Educator, ana).number
    visitor.sign_in(people.staff())
    visitor.get("/bureau/educators")
    both = visitor.post("/bureau/educators", {"last_name": "ruiz"})
    former = visitor.post("/bureau/educators", {"last_name": "Orteg", "first_name": "an"})
    nobody = visitor.post("/bureau/educators", {"last_name": "ruiz", "first_name": "zoe"})
    short = visitor.post("/bureau/educators", {"last_name": "r"})

    assert "Ruíz, Ana Hidden" in both.text and "Ruiz, Ben" in both.text
    assert "Ben" not in former.text and former.soup.find("a", string=number) is not None
    assert "There is none." in nobody.text
    assert short.status == 422 and "at least two letters" in short.errors


def test_staff_are_told_that_more_bear_a_name(visitor: Visitor, people: People) -> None:
    for at in range(26):
        people.record(f"Ana{at:02}", "Berg", date(1980, 1, 1), "987654320")
    visitor.sign_in(people.staff())
    visitor.get("/bureau/educators")
    many = visitor.post("/bureau/educators", {"last_name": "berg"})

    assert "There are more." in many.text
    assert "Ana24" in many.text and "Ana25" not in many.text
