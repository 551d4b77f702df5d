"""Whether the database has the schema that this code needs."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from cecs.config import ROOT
from cecs.extensions import db

MIGRATIONS = str(ROOT / "cecs" / "migrations")


class OldSchema(Exception):
    """The database is older or newer than the code; serving it could do harm."""


def bring_up_to_date(app: Flask) -> None:
    """Runs the migrations that are missing. Only set-up does this, never a web worker."""
    with app.app_context():
        upgrade(directory=MIGRATIONS)


def must_be_up_to_date(app: Flask) -> None:
    """Raises OldSchema, with what to do, unless the newest migration has run."""
    newest = ScriptDirectory(MIGRATIONS).get_current_head()
    with app.app_context(), db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != newest:
        raise OldSchema(
            f"The database has schema {present or 'none'}, this version needs {newest}. "
            "Run `flask cecs init` first."
        )
