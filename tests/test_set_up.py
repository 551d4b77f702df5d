"""Starting: faults are named in words, secrets are one's own, an older schema is refused."""

import json
import socket
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from flask import Flask

from cecs import supervisor
from cecs.config import ConfigError, make_secrets, settings_from
from cecs.extensions import db
from cecs.gateways.vault import Vault
from cecs.schema import OldSchema, must_be_up_to_date
from tests.conftest import SECRETS


def test_every_fault_of_the_settings_is_named_at_once(tmp_path: Path) -> None:
    wrong = {
        "CECS_DEMO": "0",
        "CECS_DATABASE_URL": "mysql://x",
        "CECS_MAIL_PORT": "soon",
        "CECS_CARD_GATEWAY": "sandbox",
        "CECS_CARD_FUNDING_UNKNOWN": "perhaps",
        "CECS_REGIME": "atlantis",
    }
    with pytest.raises(ConfigError) as refused:
        settings_from(wrong, tmp_path)

    named = str(refused.value)
    for setting in ("CECS_SECRET_KEY", "CECS_SEAL_KEY", "CECS_CARD_MERCHANT_ID", *list(wrong)[1:]):
        assert setting.removesuffix("_GATEWAY") in named, setting


def test_a_demo_never_charges_real_cards(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="never uses the production gateway"):
        settings_from(SECRETS | {"CECS_CARD_GATEWAY": "production"}, tmp_path)


def test_a_demo_makes_its_own_secrets_once_and_for_its_owner_only(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    first = (tmp_path / "secrets.json").read_text()
    make_secrets(tmp_path)

    assert (tmp_path / "secrets.json").read_text() == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert len(set(json.loads(first).values())) == 3
    assert settings_from({}, tmp_path).demo


def test_the_real_thing_reads_no_secrets_of_a_demo(tmp_path: Path) -> None:
    make_secrets(tmp_path)

    with pytest.raises(ConfigError, match="CECS_SECRET_KEY"):
        settings_from({"CECS_DEMO": "0"}, tmp_path)


def test_a_port_in_use_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "INSTANCE", tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("CECS_PUBLIC_URL", f"http://127.0.0.1:{port}")

        assert supervisor.main() == 1
    assert f"port {port}, needed for the web pages, is in use" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "instance").write_text("a file where the folder should be")
    monkeypatch.setattr(supervisor, "INSTANCE", tmp_path / "instance")

    assert supervisor.main() == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("schema", "advice"), [("001", "Run `flask cecs init`"), ("999", "Start the newer version")]
)
def test_another_schema_is_refused_with_what_to_do(app: Flask, schema: str, advice: str) -> None:
    must_be_up_to_date(app)
    newest = set_schema(app, schema)
    try:
        with pytest.raises(OldSchema, match=advice):
            must_be_up_to_date(app)
    finally:
        set_schema(app, newest)  # on Postgres the next test has the same database


def test_setting_up_a_database_of_a_newer_version_is_refused_in_a_sentence(app: Flask) -> None:
    newest = set_schema(app, "999")
    try:
        refused = app.test_cli_runner().invoke(args=["cecs", "init"])
    finally:
        set_schema(app, newest)

    assert refused.exit_code == 1 and "Error: The database cannot be brought to" in refused.output
    assert "999" in refused.output and "Traceback" not in refused.output


def test_workers_that_are_forked_share_no_connection(app: Flask) -> None:
    must_be_up_to_date(app)
    with app.app_context():
        pool = db.engine.pool

    assert isinstance(pool, sa.QueuePool) and pool.checkedin() == pool.checkedout() == 0


def set_schema(app: Flask, version: str) -> str:
    """Says that the database has this schema; gives what it said before."""
    with app.app_context():
        before = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        db.session.execute(
            sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version}
        )
        db.session.commit()
        return str(before)


def test_what_is_sealed_to_one_row_opens_in_no_other() -> None:
    vault = Vault(b"s" * 32, b"i" * 32)
    sealed = vault.seal("987654320", "sealed_ssn/1")

    assert vault.unseal(sealed, "sealed_ssn/1") == "987654320"
    assert b"987654320" not in sealed and sealed != vault.seal("987654320", "sealed_ssn/1")
    with pytest.raises(InvalidTag):
        vault.unseal(sealed, "sealed_ssn/2")
