"""Records change while they are asked for: the answer is as before or as after, never a fault."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.educators import Certificate
from cecs.services import lookup, lookup_entries, shielding
from tests.people import Character, People


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def code(desk: Desk, maria: Character) -> str:
    """That of Maria's certificate."""
    id = db.session.scalar(sa.select(Certificate.id))
    db.session.rollback()
    return lookup_entries.verify_code(desk, id or 0, 0)


@pytest.fixture
def then(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], None]:
    """Has something done once, right after a function of the lookup has found somebody."""

    def done(name: str, does: Callable[[], None]) -> None:
        finds, left = getattr(lookup, name), [does]

        def found(*asked: Any) -> Any:
            answer = finds(*asked)
            if left and getattr(answer, "rows", True):
                left.pop()()
            return answer

        monkeypatch.setattr(lookup, name, found)

    return done


@pytest.fixture
def hide(desk: Desk, people: People, maria: Character) -> Callable[[], None]:
    dana = people.staff()
    return lambda: shielding.shield(desk, maria.educator_id or 0, dana.id, "Danger.")


@pytest.mark.parametrize("address", ["/verify/", "/api/v1/certificates/"])
def test_a_code_that_changes_while_it_is_asked_for_is_unknown(
    client: FlaskClient, code: str, hide: Callable[[], None], then: Any, address: str
) -> None:
    assert client.get(address + code).status_code == 200
    then("by_code", hide)

    assert client.get(address + code).status_code == 404
