"""Many processes on one SQLite file take turns; nobody is told that the database is locked."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from cecs.config import ROOT
from tests.conftest import SECRETS

SECONDS = 20
PROCESSES = 8
WRITER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from cecs import create_app
from cecs.config import settings_from
from cecs.extensions import db
from cecs.models.accounts import Attempt
from cecs.services.transactions import writing

secrets = dict(zip(("CECS_SECRET_KEY", "CECS_SEAL_KEY", "CECS_INDEX_KEY"), sys.argv[3:6]))
app = create_app(settings_from(secrets | {"CECS_DATABASE_URL": sys.argv[1]}, Path(sys.argv[2])))
written, until = 0, time.monotonic() + float(sys.argv[6])
while time.monotonic() < until:
    with app.app_context():
        db.session.query(Attempt).count()  # a reader first, as every page is
        writing()
        db.session.add(Attempt(subject="writers", at=datetime.now(UTC)))
        db.session.commit()
        written += 1
print(written)
"""


def test_eight_processes_write_without_a_locked_database(migrated: str, tmp_path: Path) -> None:
    shutil.copy(migrated.removeprefix("sqlite:///"), tmp_path / "shared.sqlite3")
    url = f"sqlite:///{tmp_path / 'shared.sqlite3'}"
    command = [sys.executable, "-c", WRITER, url, str(tmp_path), *SECRETS.values(), str(SECONDS)]
    started = time.monotonic()
    running = [
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    outcomes = [process.communicate(timeout=120) for process in running]

    assert [error for _, error in outcomes if error] == []
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        kept = connection.scalar(sa.text("SELECT count(*) FROM attempt WHERE subject = 'writers'"))
    engine.dispose()
    assert kept == sum(int(told) for told, _ in outcomes) > PROCESSES
    assert time.monotonic() - started >= SECONDS
