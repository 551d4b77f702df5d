"""The made-up registry: whole, loaded once, and each of its people does what is said of them."""

import json

import sqlalchemy as sa
from flask import Flask

from cecs import demo
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.models.office import Outcome
from cecs.services import certificates, registration
from cecs.services.registration import Said
from tests.people import People


def test_the_demo_is_loaded_once_and_its_people_do_what_is_said(app: Flask, people: People) -> None:
    demo.load_demo(app)
    demo.load_demo(app)
    outcomes = {}
    with app.app_context():
        desk = app.extensions["cecs_desk"]
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Educator))
        told = "\n".join(demo.read_people(desk.settings))
        staff = json.loads((desk.settings.instance / "demo_staff.json").read_text())
    for person in demo.PEOPLE:
        account = people.account(person.first, person.last)
        with app.app_context():
            said = Said(person.first, person.last, "", person.born, person.ssn)
            outcomes[person.last] = registration.register(desk, account.id, said)
            held = certificates.of_person(desk, account.id)
            linked = outcomes[person.last] is Outcome.LINKED
            assert bool(held) == linked and (not held or certificates_offer(held))

    assert count == demo.HOW_MANY + len([p for p in demo.PEOPLE if p.type_code])
    assert outcomes.pop("Berg") is Outcome.NEW and outcomes.pop("Adler") is Outcome.CHECK
    assert set(outcomes.values()) == {Outcome.LINKED}
    assert all(word in told for word in staff.values()) and "987-65-4320" in told


def certificates_offer(held: tuple[certificates.Held, ...]) -> bool:
    """Whether each has dates in order and at least one endorsement."""
    return all(one.issued_on < one.expires_on and one.endorsements for one in held)
