"""Applications that were denied, by Dana Okafor and Lee Chandra."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask

from cecs.desk import Desk
from cecs.domain.applications import Status
from cecs.services import reviews
from tests.applying import applies
from tests.people import Character, People

WHY = "You have four school months of service.\nTen are needed."
PANEL = ("Ana Ruiz", "Bo Lind", "Cy Abe")


@dataclass
class Bureau:
    """Who recommended, who confirmed, and a third."""

    dana: Character
    lee: Character
    ana: Character


def at_work(people: People) -> Bureau:
    """Three reviewers."""
    return Bureau(people.staff(), people.staff("Lee", "Chandra"), people.staff("Ana", "Ruiz"))


def denied(
    app: Flask, desk: Desk, who: Character, bureau: Bureau, kind: str = "renew_initial"
) -> UUID:
    """Denies an application of that educator's."""
    id = applies(app, who, Status.IN_REVIEW, kind=kind, checked=True)
    with app.app_context():
        reviews.recommend_denial(desk, id, bureau.dana.id, "Too few months.")
        reviews.confirm_denial(desk, id, bureau.lee.id, WHY, "Section 1")
    return id
