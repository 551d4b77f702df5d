"""A worker starts without what its first answers do not need: seconds count after a fault."""

import json
import os
import subprocess
import sys

from alembic.script import ScriptDirectory

from cecs import schema
from cecs.config import ROOT
from tests.conftest import SECRETS

LATER = {
    "aiosmtpd": "only the sandbox receives mail",
    "alembic": "`flask cecs init` moves tables",
    "barcode": "papers are made",
    "braintree": "cards are charged",
    "captcha": "two words are drawn",
    "mako": "Alembic writes with it",
    "PIL": "two words are drawn",
    "psycopg": "the database is PostgreSQL",
    "pygments": "Alembic's errors are coloured",
    "redis": "workers count together",
    "typst": "papers are made",
}  # name: what it waits for


def started(says: str, url: str) -> str:
    """What an interpreter of its own prints of itself, once it has the application."""
    done = subprocess.run(
        [sys.executable, "-c", f"import gc, json, sys; from app import app; print({says})"],
        cwd=ROOT, env=os.environ | SECRETS | {"CECS_DATABASE_URL": url},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_a_start_loads_no_library_that_waits_for_something_rarer(database_url: str) -> None:
    loaded = set(json.loads(started("json.dumps(list(sys.modules))", database_url)))
    needed = {"psycopg"} if database_url.startswith("postgresql") else set()

    assert "flask" in loaded and LATER.keys() & loaded == needed


def test_waste_is_looked_for_again_after_a_start_but_not_in_what_stays(database_url: str) -> None:
    says = started("[gc.isenabled(), gc.get_freeze_count() > 100_000]", database_url)

    assert says == "[True, True]"


def test_nobodys_hash_takes_as_long_to_verify_as_anybodys(database_url: str) -> None:
    # In an interpreter of its own, since tests hash more quickly.
    own = "(one := sys.modules['cecs.services.sign_in'])"
    costs_other = "one.HASHER.check_needs_rehash(one.NOBODY)"
    says = started(f"[{own} is None, {costs_other}, one._fits(one.NOBODY, 'x')]", database_url)

    assert says == "[False, False, False]"


def test_the_newest_migration_is_told_by_the_name_of_its_file() -> None:
    steps = list(ScriptDirectory(schema.MIGRATIONS).walk_revisions())

    assert schema.newest() == steps[0].revision
    assert all(step.module.__name__.startswith(f"{step.revision}_") for step in steps)
