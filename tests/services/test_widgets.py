"""Widgets: made, changed, given another site, and revoked."""

import pytest

from cecs.desk import Desk
from cecs.domain.widgets import Theme
from cecs.services import widgets
from cecs.services.refused import Refused
from cecs.services.transactions import Gone
from cecs.services.widgets import Wanted
from tests.people import People

PAGES = ("https://www.hill.example/staff", "https://www.hill.example/", "", "https://hill.example")


def wanted(*addresses: str, language: str = "en", theme: Theme | None = None) -> Wanted:
    return Wanted(addresses or PAGES, language, theme or Theme())


@pytest.fixture
def dana(people: People) -> int:
    return int(people.staff().id)


@pytest.fixture
def made(desk: Desk, dana: int) -> str:
    """The key of a widget of the first district."""
    return widgets.register(desk, dana, sorted(desk.regime.districts)[0], wanted())


def test_a_widget_keeps_each_site_once(desk: Desk, made: str) -> None:
    found = widgets.widget(made)

    assert found.origins == ("https://www.hill.example", "https://hill.example")
    assert (found.language, found.theme) == ("en", Theme())


def test_a_revoked_key_is_gone_and_stays_on_the_list(desk: Desk, made: str, dana: int) -> None:
    widgets.revoke(desk, made, dana)

    with pytest.raises(Gone):
        widgets.widget(made)
    for late in (
        lambda: widgets.revoke(desk, made, dana),
        lambda: widgets.change(desk, made, wanted()),
        lambda: widgets.allow(desk, made, "https://new.example"),
    ):
        with pytest.raises(Gone):
            late()
    kept = widgets.registration(made)
    assert (kept.revoked_at, kept.revoked_by_id) == (desk.now(), dana)
    assert [one.key for one in widgets.registered(desk)] == [made]


def test_those_in_use_come_first_by_the_names_of_their_districts(desk: Desk, dana: int) -> None:
    by_name = sorted(desk.regime.districts.values(), key=lambda district: district.name)
    keys = [widgets.register(desk, dana, by_name[at].key, wanted()) for at in (2, 0, 1)]
    widgets.revoke(desk, keys[1], dana)

    assert [one.key for one in widgets.registered(desk)] == [keys[2], keys[0], keys[1]]


def test_one_more_site_is_allowed_by_the_address_of_a_page(desk: Desk, made: str) -> None:
    widgets.allow(desk, made, "https://sites.google.com/hill/home")
    widgets.allow(desk, made, "https://sites.google.com/other")

    assert widgets.widget(made).origins[2:] == ("https://sites.google.com",)


def test_sites_colours_and_language_can_be_changed(desk: Desk, made: str) -> None:
    dark = Theme("#ffd166", "#ffffff", "#101820")
    widgets.change(desk, made, wanted("https://new.example", language="es", theme=dark))
    found = widgets.widget(made)

    assert (found.origins, found.language, found.theme) == (("https://new.example",), "es", dark)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (wanted("http://hill.example"), "must begin with https://"),
        (wanted(" "), "Enter the address"),
        (wanted(*(f"https://{n}.example" for n in range(21))), "at most 20"),
        (wanted(language="xx"), "one of the languages"),
        (wanted(theme=Theme(text="#cccccc")), "hard to read"),
    ],
)
def test_what_would_not_work_is_refused_and_changes_nothing(
    desk: Desk, made: str, dana: int, asked: Wanted, why: str
) -> None:
    before = widgets.widget(made)
    with pytest.raises(Refused, match=why):
        widgets.change(desk, made, asked)
    with pytest.raises(Refused, match=why):
        widgets.register(desk, dana, before.district, asked)

    assert widgets.widget(made) == before
    assert len(widgets.registered(desk)) == 1


def test_a_district_that_does_not_exist_gets_no_widget(desk: Desk, dana: int) -> None:
    with pytest.raises(Refused, match="district from the list"):
        widgets.register(desk, dana, "atlantis", wanted())


def test_a_key_that_was_never_made_is_gone(desk: Desk) -> None:
    for ask in (widgets.widget, widgets.registration):
        with pytest.raises(Gone):
            ask("nobody")
