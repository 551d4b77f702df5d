"""Who sits at a browser in several of these stories."""

from datetime import date

import pytest
from flask import Flask

from cecs.desk import Desk
from cecs.services import api_keys
from tests.pages import Visitor
from tests.people import People


@pytest.fixture
def dana(people: People, visitor: Visitor) -> Visitor:
    """A reviewer at her browser."""
    visitor.sign_in(people.staff())
    return visitor


@pytest.fixture
def second(people: People) -> int:
    """Maria Rivera's second record, under another name, with a certificate of its own."""
    id = people.record("Maria", "Lopez", date(1990, 5, 17), "987654320")
    begins, ends = date(2015, 7, 1), date(2018, 6, 30)
    people.certificate(id, begins=begins, ends=ends, state="renewed")
    return id


@pytest.fixture
def key(app: Flask, people: People) -> str:
    """A key to the API, of the first district."""
    dana = people.staff()
    with app.app_context():
        desk: Desk = app.extensions["cecs_desk"]
        return api_keys.make(desk, dana.id, min(desk.regime.districts), "payroll")
