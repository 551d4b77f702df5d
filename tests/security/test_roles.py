"""Every address that we have, asked for by everyone who may be signed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.widgets import EmbedKey
from cecs.services import api_keys
from tests.applying import applies
from tests.pages import Page, Visitor
from tests.people import Character, People

STAFF, MONEY = {"bureau", "tasks", "widgets", "api_keys", "records"}, {"mail_room", "cashier"}
OWN = {"applications", "papers", "receipts", "payments"}
# By role, the parts that are not there for it; and of other parts, single pages.
CLOSED = {
    "educator": STAFF | MONEY,
    "reviewer": MONEY,
    "cashier": {"tasks.link", "tasks.make_record", "tasks.open_account", "tasks.change_email"},
    "supervisor": set(),
    "administrator": set(),
}
NOBODY = "00000000-0000-0000-0000-000000000001"
ODD = {
    "id": "99999999999999999999", "number": "²", "educator": "0", "person": "999999999",
    "amount": "1e9", "amount-dollars": "-1", "cents": "NaN", "reference": "'", "page": "-1",
    "reason": "x" * 5000, "safety_reason": " ", "district": "?", "key": "%s", "day": "0000-00-00",
    "address": "https://[::1", "site": "https://*.example", "sites": "*", "accent": "red;}",
    "certificate": "²", "item": "-9", "received": "9999-99-99", "words": "%" * 300,
    "approve": "maybe", "challenge": "0", "claimed": "\ud7ff", "kind": "../..", "refill": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One of our addresses, with the ids of what is really there."""

    endpoint: str
    method: str
    url: str

    def __str__(self) -> str:
        return f"{self.method} {self.url} ({self.endpoint})"

    def asked(self, by: Visitor, sent: Mapping[str, str] | None = None) -> Page:
        return by.get(self.url) if self.method == "GET" else by.post(self.url, dict(sent or {}))


@pytest.fixture
def there(app: Flask, desk: Desk, people: People, maria: Character) -> list[Address]:
    """Maria's application, her record, a widget and a key; and all the addresses of these."""
    district = sorted(desk.regime.districts)[0]
    ruth = people.staff("Ruth", "Marlow", "administrator")
    application = str(applies(app, maria))
    number = db.session.get_one(Educator, maria.educator_id).number
    db.session.add(EmbedKey(key="hill", district_code=district, origins=["https://a.example"]))
    db.session.commit()
    api_keys.make(desk, ruth.id, district, "payroll")
    known = {
        "uuid": application, "int": "1", "number": number, "into": number, "slug": "details",
        "code": "ABCDEF", "key": "hill", "action": "approve", "id": number,
    }  # fmt: skip
    return list(_addresses(app, known))


def _addresses(app: Flask, known: Mapping[str, str]) -> Iterator[Address]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {}
        for name in rule.arguments:
            kind = type(rule._converters[name]).__name__.lower()
            values[name] = known["uuid" if "uuid" in kind else "int" if "integer" in kind else name]
        with app.test_request_context():
            url = app.url_for(rule.endpoint, **values)
        for method in {"GET", "POST"} & (rule.methods or set()):
            yield Address(rule.endpoint, method, url)


@pytest.mark.parametrize("role", CLOSED)
def test_what_is_closed_to_a_role_is_not_there_for_it(
    visitor: Visitor, people: People, there: list[Address], role: str
) -> None:
    visitor.sign_in(people.account("Tomas", "Berg", role))
    for each in there:
        closed = {each.endpoint, each.endpoint.split(".")[0]} & CLOSED[role]
        if closed:
            assert each.asked(visitor).status == 404, each


@pytest.mark.parametrize("role", CLOSED)
def test_nothing_of_anothers_application_is_there_for_anyone(
    visitor: Visitor, people: People, there: list[Address], role: str
) -> None:
    visitor.sign_in(people.account("Tomas", "Berg", role))
    theirs = [each for each in there if each.endpoint.split(".")[0] in OWN and "-" in each.url]
    for each in theirs:
        assert each.asked(visitor).status == 404, each
    assert len(theirs) > 15


@pytest.mark.parametrize("role", ["nobody", "educator", "administrator"])
def test_whatever_is_sent_anywhere_is_no_fault_of_ours(
    visitor: Visitor, people: People, there: list[Address], role: str
) -> None:
    if role != "nobody":
        visitor.sign_in(people.account("Tomas", "Berg", role))
    for each in there:
        if each.endpoint in ("accounts.sign_out", "accounts.sign_in"):
            continue
        for sent in ({}, ODD):
            if each.method == "GET" and sent:
                answer = visitor.get(each.url, query_string=ODD)
            else:
                answer = each.asked(visitor, sent)
            assert answer.status < 500, each
