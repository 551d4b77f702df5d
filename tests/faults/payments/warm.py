"""Loaded by the server that forks processes: what each would work out anew is there already.

A process at work takes a few hundredths of a second so, and took half a second.
"""

import tempfile
from pathlib import Path

from cecs.extensions import db
from tests.faults.payments.elsewhere import Place
from tests.faults.payments.recovery import one_turn

with tempfile.TemporaryDirectory() as folder:
    place = Place(f"sqlite:///{folder}/warm.sqlite3", "http://127.0.0.1:9", Path(folder))
    app = place.office()
    with app.app_context():
        db.create_all()
        one_turn(app.extensions["cecs_desk"])
        db.session.remove()
        db.engine.dispose()
