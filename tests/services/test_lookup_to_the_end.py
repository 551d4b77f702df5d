"""Nobody who fits is missed: not at the end of a list, nor beyond any alphabet."""

from datetime import date

import pytest

from cecs.desk import Desk
from cecs.domain import names
from cecs.extensions import db
from cecs.models.educators import Educator, FormerName
from cecs.services import lookup
from cecs.services.lookup import Asked, How


def put(number: int, name: str, former: str = "", district: str | None = None) -> None:
    first, last = name.split()
    educator = Educator(
        number=f"{4_000_000_000 + number}", first_name=first, last_name=last,
        first_key=names.key(first), last_key=names.key(last), birth_date=date(1980, 1, 1),
        district_code=district,
    )  # fmt: skip
    db.session.add(educator)
    db.session.flush()
    if former:
        known = FormerName(educator_id=educator.id, last_name=former, last_key=names.key(former))
        db.session.add(known)


def read(desk: Desk, **asked: str) -> list[tuple[str, How]]:
    """All that a list gives that is read to its end, page by page."""
    seen, after = [], ""
    while True:
        answer = lookup.find(desk, Asked(**asked, after=after))
        seen += [(f"{row.first_key} {row.last_key}", row.how) for row in answer.rows]
        after = lookup.after(answer)
        if not after:
            assert answer.searched_all and not answer.more
            return seen


@pytest.mark.parametrize("many", [19, 20, 21, 45])
def test_whoever_had_the_name_before_comes_at_the_end_of_a_long_list(desk: Desk, many: int) -> None:
    for number in range(many):
        put(number, f"Ana{number:02} Garcia")
    put(98, "Zoe Hale", former="Garcia")
    put(99, "Zoe Garcia", former="Garciaz")  # found as she is called, and only once
    db.session.commit()
    *as_typed, last = read(desk, last_name="Garcia")

    assert last == ("zoe hale", How.FORMER)
    assert as_typed == [
        *((f"ana{number:02} garcia", How.AS_TYPED) for number in range(many)),
        ("zoe garcia", How.AS_TYPED),
    ]


def test_many_of_a_former_name_elsewhere_hide_nobody_in_a_district(desk: Desk) -> None:
    here, elsewhere = sorted(desk.regime.districts)[:2]
    for number in range(60):
        put(number, f"Ana{number:02} Hale", "Garcia", elsewhere)
    put(99, "Zoe Hale", "Garcia", here)
    db.session.commit()

    assert read(desk, last_name="Garcia", district=here) == [("zoe hale", How.FORMER)]


def test_it_says_where_not_all_former_names_were_looked_through(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cecs.services.lookup_rows.BUDGET", 5)
    for number in range(6):
        put(number, f"Ana{number} Hale", "Garcia")
    for at, letter in enumerate("abcdefghijklmn"):
        put(50 + at, f"Zo{letter} Hale", "Other")
    put(99, "Zoe Hale", "Garcia")
    db.session.commit()
    rare, frequent = (lookup.find(desk, Asked("Garcia", first)) for first in ("Zoe", "Zo"))
    nobody = lookup.find(desk, Asked("Garcia", "Zz"))

    assert [row.first_key for row in rare.rows] == ["zoe"] and rare.searched_all
    assert not frequent.rows and not frequent.searched_all
    assert not nobody.rows and nobody.searched_all


@pytest.mark.parametrize("after", ["smith.joe.0a", "nothing of ours"])
def test_a_place_of_another_list_does_not_hide_anybody(desk: Desk, after: str) -> None:
    put(1, "Zoe Hale", former="Garcia")
    db.session.commit()
    former = lookup.find(desk, Asked("Garcia", after=after))
    similar = lookup.find(desk, Asked("Halr", after=after))

    assert [row.how for row in former.rows] == [How.FORMER]
    assert [row.how for row in similar.rows] == [How.SIMILAR]


def test_letters_beyond_the_first_65536_are_letters_too(desk: Desk) -> None:
    for number, name in enumerate(["𠮷𠮷 王李𠮷", "王 王李"]):
        put(number, name)
    db.session.commit()

    assert len(read(desk, last_name="王李")) == 2
    assert read(desk, last_name="王李", first_name="𠮷") == [("𠮷𠮷 王李𠮷", How.BEGINNING)]
