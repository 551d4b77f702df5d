"""What an application lacks: asked for in one go, then settled item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cecs.desk import Desk
from cecs.domain.applications import Actor, Status
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.applications import Application, MissingItem
from cecs.services import status
from cecs.services.refused import Refused
from cecs.services.reviews import expect, reviewing
from cecs.services.transactions import Gone, locked


@dataclass(frozen=True)
class Wanted:
    """One thing to ask for: a document of the regime's, or what a reviewer puts in words."""

    words: str
    note: str = ""
    document_code: str | None = None


def ask(desk: Desk, id: UUID, by_id: int, wanted: Sequence[Wanted]) -> None:
    """Asks for all of it in one mail; where something is waited for already, for this, too.

    Raises Gone, Refused.
    """
    with reviewing(id, by_id) as found:
        open = [_told(item) for item in found.missing if item.received_at is None]
        items = [
            MissingItem(
                document_code=one.document_code, words=one.words, note=one.note,
                asked_at=desk.now(),
            )
            for one in wanted
        ]  # fmt: skip
        found.missing.extend(items)
        words, told = "\n".join(item.whole for item in items), [_told(item) for item in items]
        wanted_status = Status.MISSING_CREDENTIALS
        if found.status is wanted_status:
            status.note(desk, found, "more_asked", by_id, words=words)
            kind = desk.regime.kind(found.kind).title
            status.tell(desk, found, "missing_items", kind=kind, items=told, open=open)
        else:
            actor = Actor.REVIEWER
            status.become(desk, found, wanted_status, actor, by_id, words=words, items=told)
        db.session.commit()


def _told(item: MissingItem) -> dict[str, Any]:
    """An item as the mail tells it."""
    return {"words": item.words, "note": item.note, "answerable": item.answerable}


def receive(desk: Desk, id: UUID, by_id: int, item_id: int) -> None:
    """Notes that an item came; with the last one the review goes on. Raises Gone, Refused."""
    with reviewing(id, by_id) as found:
        item = _open_item(found, item_id)
        status.note(desk, found, "item_received", by_id, words=item.whole)
        _settle(desk, found, item, Actor.REVIEWER, by_id)
        db.session.commit()


def take_back(desk: Desk, id: UUID, by_id: int, item_id: int, why: str) -> None:
    """Says that an item is no longer needed; with the last one the review goes on.

    The applicant, who was told to send it, is told that in a mail. Raises Gone, Refused.
    """
    with reviewing(id, by_id) as found:
        item = _open_item(found, item_id)
        item.not_needed = why
        status.note(desk, found, "item_not_needed", by_id, words=item.whole, why=why)
        _settle(desk, found, item, Actor.REVIEWER, by_id, mail=False)
        left = [one.whole for one in found.missing if one.received_at is None]
        status.tell(desk, found, "item_not_needed", item=item.whole, why=why, left=left)
        db.session.commit()


def answer(desk: Desk, id: UUID, person_id: int, item_id: int, words: str) -> None:
    """The applicant answers an item in words; with the last one the review goes on.

    Raises Gone, Refused.
    """
    found = locked(Application, id)
    try:
        if found.person_id != person_id:
            raise Gone(f"Application {id}")
        item = _open_item(found, item_id)
        if not item.answerable:
            raise Refused(Sentence("This cannot be answered in words. Send it by mail."))
        item.answer = words
        status.note(desk, found, "item_answered", person_id, words=item.whole, answer=words)
        _settle(desk, found, item, Actor.EDUCATOR, person_id)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def _open_item(found: Application, item_id: int) -> MissingItem:
    expect(found, Status.MISSING_CREDENTIALS)
    waiting = (item for item in found.missing if item.received_at is None)
    item = next((item for item in waiting if item.id == item_id), None)
    if item is None:
        raise Refused(Sentence("This item is not waited for any more."))
    return item


def _settle(
    desk: Desk, found: Application, item: MissingItem, actor: Actor, by_id: int, mail: bool = True
) -> None:
    item.received_at = desk.now()
    if all(one.received_at for one in found.missing):
        status.become(desk, found, Status.WAITING_REVIEW, actor, by_id, mail=mail)
