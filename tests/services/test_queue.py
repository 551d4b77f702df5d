"""The queue: order, filters, search, pages."""

from datetime import timedelta

from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.extensions import db
from cecs.models.educators import Educator
from cecs.services import queue
from tests.applying import applies
from tests.conftest import Clock
from tests.people import Character, People


def references_in(found: queue.Queue) -> list[str]:
    return [application.reference for application in found.applications]


def test_the_queue_has_the_oldest_first_and_no_drafts(
    app: Flask, desk: Desk, maria: Character, clock: Clock
) -> None:
    applies(app, maria, reference="CT-LATE")
    applies(app, maria, reference="CT-EARLY", submitted_at=clock() - timedelta(days=3))
    applies(app, maria, Status.DRAFT, reference="CT-DRAFT")
    applies(app, maria, Status.DENIED, reference="CT-OVER")

    assert references_in(queue.queue(desk)) == ["CT-EARLY", "CT-LATE"]
    assert references_in(queue.queue(desk, Status.DENIED)) == ["CT-OVER"]


def test_the_queue_is_narrowed_by_kind(app: Flask, desk: Desk, maria: Character) -> None:
    applies(app, maria, reference="CT-A")
    applies(app, maria, kind="cross_endorsement", reference="CT-B")

    assert references_in(queue.queue(desk, kind="cross_endorsement")) == ["CT-B"]


def test_an_application_is_found_by_reference_name_and_number(
    app: Flask, desk: Desk, people: People, maria: Character
) -> None:
    peter = people.teacher("Peter", "Nowak", ssn="987654323")
    not_linked = people.account("Judith", "Núñez")
    number = db.session.get_one(Educator, peter.educator_id).number
    db.session.rollback()
    applies(app, maria, reference="CT-7F3K-92QJ")
    applies(app, peter, Status.ISSUED, reference="CT-P")
    applies(app, not_linked, reference="CT-J")

    assert references_in(queue.queue(desk, words="nowak")) == ["CT-P"]
    assert references_in(queue.queue(desk, words=number)) == ["CT-P"]
    assert references_in(queue.queue(desk, words="Núñ")) == ["CT-J"]
    assert references_in(queue.queue(desk, words="%")) == []


def test_a_long_queue_has_pages(app: Flask, desk: Desk, maria: Character) -> None:
    for _ in range(26):
        applies(app, maria)
    first, second = queue.queue(desk), queue.queue(desk, page=2)

    assert (len(first.applications), first.total, first.pages) == (25, 26, 2)
    assert len(second.applications) == 1
    assert queue.queue(desk, page=99).page == 2
