"""Whether the database has the schema that this code needs."""

from typing import TYPE_CHECKING

import click
import sqlalchemy as sa
from flask import Flask

from cecs.config import ROOT
from cecs.desk import Desk
from cecs.extensions import db
from cecs.services import lookup_rebuilding

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = ROOT / "cecs" / "migrations"


class OldSchema(Exception):
    """The database is older or newer than the code; serving it could do harm."""


def bring_up_to_date(app: Flask) -> None:
    """Runs the migrations that are missing. Only set-up does this, never a web worker.

    A registry that is older than the lookup's read model gets its lookup built. Raises OldSchema
    for a database of a version that is newer than this.
    """
    with app.app_context():
        upgrade()
        if lookup_rebuilding.is_missing():
            build_lookup(app.extensions["cecs_desk"])
        db.session.rollback()


def upgrade(revision: str = "head") -> None:
    """Runs the migrations up to that one, in an application's context. Raises OldSchema."""
    # Alembic is loaded by who moves tables, not by each worker that starts.
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(), revision)
    except CommandError as fault:
        raise OldSchema(f"The database cannot be brought to schema {newest()}: {fault}.") from fault


def downgrade(revision: str) -> None:
    """Takes back the migrations after that one, in an application's context."""
    from alembic import command

    command.downgrade(_config(), revision)


def newest() -> str:
    """The newest migration, by the numbers that the names of their files begin with."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


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
    with app.app_context():
        with db.engine.connect() as connection:
            present = _present(connection)
        db.engine.dispose()  # workers that are forked from here must not share a connection
    if present != newest():
        is_newer = present is not None and present > newest()
        advice = "Start the newer version" if is_newer else "Run `flask cecs init` first"
        raise OldSchema(
            f"The database has schema {present or 'none'}, this version needs {newest()}. {advice}."
        )


def _present(connection: sa.Connection) -> str | None:
    """The migration that Alembic noted last; none in an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def _config() -> "Config":
    from alembic.config import Config

    config = Config(MIGRATIONS / "alembic.ini")
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
