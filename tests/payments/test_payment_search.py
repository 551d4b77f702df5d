"""A payment is found by what a caller says: a name in any order, part of a reference, a receipt."""

import uuid

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.services import mailed_payments, payment_search
from tests.applying import applies, now
from tests.pages import Visitor
from tests.payments.test_money_tasks import twice
from tests.payments.test_odd_turns import cash, check, row, settled
from tests.people import People

__all__ = ["cash", "settled", "twice"]
REFERENCE = "CT-6MYW-V4AK"


@pytest.fixture
def aisha(app: Flask, desk: Desk, people: People, cash: int) -> int:
    """Aisha Rivera's mailed payment; a stranger's check lies beside it."""
    id = applies(
        app, people.teacher("Aisha", ssn="987654321"), Status.AWAITING_MAILED_PAYMENT, paid=False
    )
    mailed_payments.book(desk, cash, [], check("9", payer="Rosa Khan-Ruiz"))
    return mailed_payments.book(desk, cash, [now(id).reference], check("8"))


def found(desk: Desk, words: str) -> tuple[list[uuid.UUID], list[str]]:
    both = payment_search.find(desk, words)
    return [one.id for one in both.cards], [one.number for one in both.mailed]


@pytest.mark.parametrize("words", ["maria rivera", "Rivera, Maria", "RIVERA mar", " maria  riv "])
def test_a_whole_name_finds_a_card_payment_in_any_order(
    desk: Desk, settled: uuid.UUID, aisha: int, words: str
) -> None:
    assert found(desk, words) == ([settled], [])


@pytest.mark.parametrize(
    ("words", "number"),
    [("Aisha Rivera", "8"), ("rivera aisha", "8"), ("khan ruiz rosa", "9"), ("khan-ruiz", "9")],
)
def test_a_whole_name_finds_a_mailed_payment_in_any_order(
    desk: Desk, settled: uuid.UUID, aisha: int, words: str, number: str
) -> None:
    assert found(desk, words) == ([], [number])


def test_a_name_that_nobody_has_finds_nothing(desk: Desk, settled: uuid.UUID, aisha: int) -> None:
    assert found(desk, "maria khan") == ([], []) == found(desk, "vera maria")


def test_a_reference_is_found_without_its_prefix(desk: Desk, settled: uuid.UUID) -> None:
    now(row(settled).application_id).reference = REFERENCE
    db.session.commit()

    for words in ("6MYW-V4AK", "6myw v4ak", REFERENCE):
        assert found(desk, words) == ([settled], []), words


def test_the_number_of_a_receipt_finds_the_payment_meant_alone(
    desk: Desk, twice: uuid.UUID
) -> None:
    now(row(twice).application_id).reference = REFERENCE
    db.session.commit()
    both, check_id = found(desk, REFERENCE), payment_search.find(desk, REFERENCE).mailed[0].id
    card = f"{REFERENCE}-{twice.hex[:8]}"

    assert both == ([twice], ["1"])
    assert found(desk, card.upper()) == found(desk, card.lower()) == ([twice], [])
    assert found(desk, f"{REFERENCE}-M{check_id}") == ([], ["1"])
    assert found(desk, f"{REFERENCE}-M999999") == ([twice], ["1"])


def test_a_name_that_is_sought_stands_in_no_address(
    visitor: Visitor, people: People, settled: uuid.UUID, aisha: int
) -> None:
    visitor.sign_in(people.staff("Otto", "Lane", "cashier"))
    form = visitor.get("/bureau/money").soup.find(attrs={"name": "words"}).find_parent("form")
    hers = visitor.post(form["action"], {"words": "Aisha Rivera"})
    by_address = visitor.get("/bureau/money/payments?words=Aisha+Rivera")
    long = visitor.post("/bureau/money/payments", {"words": "x" * 101})

    assert form["method"] == "post" and hers.value("words") == "Aisha Rivera"
    assert hers.soup.main.find("a", href=f"/bureau/mail/{aisha}")
    assert not [a for a in hers.soup("a", href=True) if "Aisha" in a["href"]]
    assert by_address.value("words") == "" and "Card payments" not in by_address.text
    assert long.status == 422 and "100" in long.errors
