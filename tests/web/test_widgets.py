"""The bureau lets districts show the lookup, and helps them to."""

import pytest
from bs4 import BeautifulSoup

from cecs.desk import Desk
from cecs.domain.widgets import Theme
from cecs.services import widgets
from cecs.services.widgets import Wanted
from tests.pages import Page, Visitor
from tests.people import People

SITE = "https://www.hill.example"
COLOURS = {"accent": "#005ea2", "text": "#1b1b1b", "background": "#ffffff"}


@pytest.fixture
def made(desk: Desk, people: People) -> str:
    """The key of a widget for the first district."""
    by_id = people.staff("Lee", "Chandra").id
    district = sorted(desk.regime.districts)[0]
    return widgets.register(desk, by_id, district, Wanted([SITE], "en", Theme()))


def registers(who: Visitor, district: str, **changes: str) -> Page:
    who.get("/bureau/widgets/new")
    sent = {"district": district, "sites": f"{SITE}/staff", "language": "en"} | COLOURS | changes
    return who.post("/bureau/widgets/new", sent)


def copied(page: Page, id: str) -> BeautifulSoup:
    """What stands in a box of code, as the district's page would read it."""
    return BeautifulSoup(page.soup.find(id=id).get_text(), "html5lib")


ADDRESSES = ("/bureau/widgets", "/bureau/widgets/new", "/bureau/widgets/{key}")


def test_a_stranger_is_asked_to_sign_in(visitor: Visitor, made: str) -> None:
    for address in ADDRESSES:
        assert "/account/sign-in" in visitor.get(address.format(key=made)).location


def test_an_educator_finds_nothing_there(visitor: Visitor, people: People, made: str) -> None:
    visitor.sign_in(people.teacher())
    for address in ADDRESSES:
        assert visitor.get(address.format(key=made)).status == 404
    for action in ("", "/allow", "/revoke"):
        sent = {"site": "https://mine.example"}

        assert visitor.post(f"/bureau/widgets/{made}{action}", sent).status == 404
    assert widgets.widget(made).origins == (SITE,)


def test_a_reviewer_registers_a_district_and_gets_a_key(dana: Visitor, desk: Desk) -> None:
    district = desk.regime.districts[sorted(desk.regime.districts)[0]]
    answer = registers(dana, district.key, language="es")
    page = dana.follow(answer)
    key = answer.location.rsplit("/", 1)[1]
    listed = dana.get("/bureau/widgets")

    assert answer.status == 303
    assert page.h1 == f"The lookup for {district.name}"
    assert SITE in page.text and f"{SITE}/staff" not in page.text.split("Change it")[0]
    assert widgets.widget(key).language == "es"
    assert key in listed.text and district.name in listed.text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"district": ""}, "Choose a district"),
        ({"district": "atlantis"}, "Not a valid choice"),
        ({"sites": ""}, "Enter the address"),
        ({"sites": "http://hill.example"}, "must begin with https://"),
        ({"sites": "our page"}, "“our page” is not the address of a page"),
        ({"accent": "#99ccff"}, "Links and buttons would be hard to read"),
        ({"text": "red"}, "Choose a color"),
        ({"background": "#ffffff\n"}, "Choose a color"),
        ({"language": "fr"}, "Not a valid choice"),
    ],
)
def test_what_cannot_work_is_explained_and_makes_no_key(
    dana: Visitor, desk: Desk, changes: dict[str, str], why: str
) -> None:
    answer = registers(dana, **{"district": sorted(desk.regime.districts)[0]} | changes)

    assert answer.status == 422
    assert why in answer.errors
    assert widgets.registered(desk) == []


def test_all_faults_are_told_at_their_fields_in_the_order_of_the_page(dana: Visitor) -> None:
    sent = {"sites": f"our page\n{SITE}\nhttp://hill.example", "accent": "#eeeeee"}
    answer = registers(dana, "", **sent)
    faults = [link["href"] for link in answer.soup.select("#error-summary a")]
    at_sites = answer.soup.find(id="sites-error").get_text()

    assert faults == ["#district", "#sites", "#accent"]
    assert "“our page” is not" in at_sites and "“http://hill.example” cannot" in at_sites
    assert answer.value("accent") == "#eeeeee" and answer.value("sites").strip() == sent["sites"]


def test_what_was_done_is_said_once(dana: Visitor, desk: Desk) -> None:
    page = dana.follow(registers(dana, sorted(desk.regime.districts)[0]))
    again = dana.get(page.url)

    assert "The district is registered." in page.text
    assert "The district is registered." not in again.text


def test_the_preview_is_the_widget_itself(dana: Visitor, made: str) -> None:
    page = dana.get(f"/bureau/widgets/{made}")
    frame = page.soup.find("iframe")
    inside = dana.get(frame["src"])

    assert frame["title"] and inside.h1 == "Look up an educator"
    assert "frame-src 'self'" in page.response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in inside.response.headers["Content-Security-Policy"]


def test_every_code_to_copy_leads_to_the_lookup(dana: Visitor, made: str, desk: Desk) -> None:
    page = dana.get(f"/bureau/widgets/{made}")
    loader, frame = copied(page, "code-loader"), copied(page, "code-frame")
    link = copied(page, "code-link").find("a")
    script = loader.find("script")["src"]
    lookup = dana.get(link["href"])

    assert loader.find("div")["data-cecs"] == made
    assert loader.find("div").find("a")["href"] == frame.find("a")["href"] == link["href"]
    assert lookup.value("district") and lookup.soup.find("option", selected=True)["value"]
    assert script == "http://localhost/static/embed.js"
    assert dana.get(frame.find("iframe")["src"]).status == 200
    assert page.soup.find(id="code-wordpress").get_text() == f'[cecs_lookup key="{made}"]'
    assert page.soup.find(id="code-address").get_text() == frame.find("iframe")["src"]
    for id, named in (("code-wordpress", "WordPress"), ("code-address", "Google Sites")):
        assert named in page.soup.find("label", attrs={"for": id}).get_text()


def test_the_code_is_in_the_language_of_the_widget(dana: Visitor, desk: Desk, made: str) -> None:
    widgets.change(desk, made, Wanted([SITE], "es", Theme()))
    page = dana.get(f"/bureau/widgets/{made}")

    assert page.soup.html["lang"] == "en"
    assert copied(page, "code-link").find("a").get_text() == "Buscar a un educador"
    assert "lang=es" in copied(page, "code-link").find("a")["href"]


def test_a_page_is_tested_and_its_site_added(dana: Visitor, made: str) -> None:
    def asked(address: str) -> Page:
        return dana.get(f"/bureau/widgets/{made}?address={address}")

    assert f"Yes: {SITE} is registered" in asked(f"{SITE}/any/page").text
    assert "is not the address of a page" in asked("nowhere").text
    assert "Enter the address of the page." in asked("").text
    other = asked("https://sites.google.com/hill/home")
    button = other.soup.find("button", string="Add https://sites.google.com")
    sent = {"site": button.find_parent("form").find(attrs={"name": "site"})["value"]}
    added = dana.follow(dana.post(f"/bureau/widgets/{made}/allow", sent))

    assert "No: https://sites.google.com is not registered" in other.text
    assert "Yes: https://sites.google.com is registered" in added.text
    assert widgets.widget(made).origins == (SITE, "https://sites.google.com")


def test_a_site_that_cannot_be_added_is_refused(dana: Visitor, made: str) -> None:
    dana.get(f"/bureau/widgets/{made}")
    refused = dana.post(f"/bureau/widgets/{made}/allow", {"site": "http://hill.example"})

    assert refused.status == 422 and "must begin with https://" in refused.errors
    assert dana.post(f"/bureau/widgets/{made}/allow", {"site": ""}).status == 400
    assert widgets.widget(made).origins == (SITE,)


def test_what_was_decided_stands_in_the_form_and_can_be_changed(dana: Visitor, made: str) -> None:
    page = dana.get(f"/bureau/widgets/{made}")
    held = {name: page.value(name) for name in ("accent", "text", "background")}
    marked = page.soup.find("input", attrs={"name": "language", "checked": True})
    sent = held | {"sites": "https://new.example", "language": "es", "accent": "#7A0019"}
    answer = dana.post(f"/bureau/widgets/{made}", sent)

    assert held == COLOURS and marked["value"] == "en"
    assert page.value("sites").strip() == SITE
    assert answer.status == 303
    found = widgets.widget(made)
    assert (found.origins, found.language) == (("https://new.example",), "es")
    assert found.theme.accent == "#7a0019"


def test_a_change_that_cannot_work_keeps_what_was_typed(dana: Visitor, made: str) -> None:
    dana.get(f"/bureau/widgets/{made}")
    sent = COLOURS | {"sites": SITE, "language": "en", "text": "#bbbbbb"}
    answer = dana.post(f"/bureau/widgets/{made}", sent)

    assert answer.status == 422
    assert "The words would be hard to read" in answer.errors
    assert answer.value("text") == "#bbbbbb"
    assert widgets.widget(made).theme == Theme()


def test_a_revoked_key_can_only_be_read(dana: Visitor, made: str) -> None:
    dana.get(f"/bureau/widgets/{made}")
    answer = dana.post(f"/bureau/widgets/{made}/revoke")
    listed = dana.follow(answer)
    page = dana.get(f"/bureau/widgets/{made}")

    assert "Revoked on November 25, 2026" in listed.text
    assert "This key was revoked" in page.text and not page.soup.find("iframe")
    assert dana.get(f"/embed/{made}").status == 404
    for action in ("/allow", "/revoke"):
        assert dana.post(f"/bureau/widgets/{made}{action}", {"site": SITE}).status == 404


def test_a_key_that_was_never_made_is_not_found(dana: Visitor) -> None:
    assert dana.get("/bureau/widgets/nobody").status == 404


def test_the_bureau_finds_the_page_from_its_queue(dana: Visitor) -> None:
    assert dana.get("/bureau").soup.find("a", href="/bureau/widgets")
