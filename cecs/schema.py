"""Whether the database has the schema that this code needs."""

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from cecs.config import ROOT
from cecs.desk import Desk
from cecs.extensions import db
from cecs.services import lookup_rebuilding

MIGRATIONS = str(ROOT / "cecs" / "migrations")


class OldSchema(Exception):
    """The database is older or newer than the code; serving it could do harm."""


def bring_up_to_date(app: Flask) -> None:
    """Runs the migrations that are missing. Only set-up does this, never a web worker.

    A registry that is older than the lookup's read model gets its lookup built.
    """
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        if lookup_rebuilding.is_missing():
            build_lookup(app.extensions["cecs_desk"])
        db.session.rollback()


def build_lookup(desk: Desk, anew: bool = False) -> int:
    """Makes the lookup's read model anew, with a bar; gives how many educators were gone through.

    Stopped half-way it goes on from there the next time, unless it is to begin anew.
    """
    done = 0
    with click.progressbar(length=lookup_rebuilding.how_many(), label="Building the lookup") as bar:
        for done in lookup_rebuilding.rebuild(desk, anew):
            bar.update(done - bar.pos)
    return done


def must_be_up_to_date(app: Flask) -> None:
    """Raises OldSchema, with what to do, unless the newest migration has run."""
    newest = ScriptDirectory(MIGRATIONS).get_current_head()
    with app.app_context():
        with db.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        db.engine.dispose()  # workers that are forked from here must not share a connection
    if present != newest:
        raise OldSchema(
            f"The database has schema {present or 'none'}, this version needs {newest}. "
            "Run `flask cecs init` first."
        )
