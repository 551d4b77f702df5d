"""Several people, each at a desk of their own, who do something at one moment."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from cecs.desk import Desk
from cecs.extensions import db
from cecs.services.refused import Refused
from cecs.services.transactions import Gone

A_MOMENT = 0.003  # seconds after each statement
DONE, GONE = "done", "gone"


def meet(app: Flask, *acts: Callable[[Desk], object]) -> list[str]:
    """Does all of them at once; gives what each returned, as text: DONE, GONE, or why not.

    Whatever else is raised, such as a deadlock, fails the test.
    """
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[Desk], object]) -> str:
        with app.app_context():
            gate.wait(timeout=30)
            try:
                answer = act(app.extensions["cecs_desk"])
            except Refused as refused:
                return str(refused.sentence)
            except Gone:
                return GONE
            return DONE if answer is None else str(answer)

    db.session.rollback()  # who only looks on holds nothing
    with _slowly(), ThreadPoolExecutor(len(acts)) as crowd:
        return list(crowd.map(one, acts))


@contextmanager
def _slowly() -> Iterator[None]:
    """A pause after every statement: so each comes upon the others in the midst of their work."""
    pause = lambda *_: time.sleep(A_MOMENT)  # noqa: E731
    sa.event.listen(db.engine, "after_cursor_execute", pause)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "after_cursor_execute", pause)
