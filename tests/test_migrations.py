"""An installation that holds data is brought to the newest schema without losing any."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cecs import create_app
from cecs.extensions import db
from cecs.schema import downgrade, must_be_up_to_date, upgrade
from tests.conftest import DATABASE, _settings

NOW = "2026-01-02 03:04:05"
PERSON: dict[str, Any] = {
    "id": 1, "username": "mrivera0001", "email": "m@example.org", "email_key": "m@example.org",
    "first_name": "Maria", "last_name": "Rivera", "role": "educator", "created_at": NOW,
}  # fmt: skip
ID, ATTEMPT, OTHER = ("a" * 32, "b" * 32, "c" * 32)


@pytest.fixture
def installed(migrated: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own that is still empty."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if DATABASE == "postgresql":
        engine = sa.create_engine(migrated, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("DROP DATABASE IF EXISTS migrating"))
            connection.execute(sa.text("CREATE DATABASE migrating"))
        engine.dispose()
        url = sa.make_url(migrated).set(database="migrating").render_as_string(False)
    app = create_app(_settings(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def insert(table: str, **values: Any) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    db.session.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)


def application(id: str, reference: str) -> None:
    insert(
        "application", id=id, reference=reference, person_id=1, kind="renew_initial",
        certificate_claimed="", status="waiting_first_review", created_at=NOW,
    )  # fmt: skip


def fill_an_old_database() -> None:
    """One application paid by card and one by mail, as schema 002 kept them."""
    insert("person", **PERSON)
    application(ID, "CT-1")
    application(OTHER, "CT-2")
    insert(
        "payment_attempt", id=ATTEMPT, application_id=ID, cents=20000, state="paid", reason="",
        brand="Visa", last_four="1111", charge_id="x1", started_at=NOW, moved_at=NOW,
    )  # fmt: skip
    insert(
        "mailed_payment", id=1, application_id=OTHER, instrument="money_order", number="7",
        issuer="Post", cents=20000, received_on="2026-01-02", recorded_at=NOW, recorded_by_id=1,
    )  # fmt: skip
    insert("fee", id=1, application_id=ID, code="APP", cents=5000, paid_at=NOW)
    insert("fee", id=2, application_id=ID, code="INIT_REN", cents=15000, paid_at=NOW)
    insert(
        "fee", id=3, application_id=OTHER, code="APP", cents=20000, paid_at=NOW,
        mailed_payment_id=1,
    )  # fmt: skip
    db.session.commit()


def test_what_was_paid_keeps_its_payment(installed: Flask) -> None:
    upgrade("002")
    fill_an_old_database()
    upgrade()
    must_be_up_to_date(installed)
    fees = db.session.execute(
        sa.text("SELECT id, payment_attempt_id, mailed_payment_id, due FROM fee ORDER BY id")
    ).all()
    attempt = db.session.execute(sa.text("SELECT settlement, paid_at FROM payment_attempt")).one()
    state = db.session.scalar(sa.text("SELECT state FROM mailed_payment"))

    assert [bool(by) for _, by, _, _ in fees] == [True, True, False]
    assert [mailed for _, _, mailed, _ in fees] == [None, None, 1]
    assert {due for *_, due in fees} == {"submission"}
    assert attempt.settlement == "waiting" and attempt.paid_at is not None
    assert state == "matched"


def test_what_was_returned_before_is_due_again_where_it_is_still_open(installed: Flask) -> None:
    upgrade("002")
    fill_an_old_database()
    upgrade("013")
    if DATABASE == "postgresql":  # which counts only the ids that it has given itself
        db.session.execute(sa.text("SELECT setval('fee_id_seq', 3)"))
    for id, cents in ((1, 5000), (2, 2000)):
        line = {"id": id, "cents": cents}
        db.session.execute(sa.text("UPDATE fee SET refunded_cents = :cents WHERE id = :id"), line)
    db.session.execute(sa.text(f"UPDATE fee SET application_id = '{OTHER}' WHERE id = 1"))
    db.session.execute(
        sa.text("UPDATE application SET status = 'withdrawn' WHERE reference='CT-2'")
    )
    insert(
        "refund", id="d" * 32, payment_attempt_id=ATTEMPT, check_number="", cents=2000,
        state="done", reason="", override_reason="", proposed_by_id=1, proposed_at=NOW,
        moved_at=NOW,
    )  # fmt: skip
    db.session.commit()
    upgrade()
    due = sa.text("SELECT code, cents, due FROM fee WHERE paid_at IS NULL")
    whose = sa.text(
        "SELECT reference FROM application JOIN refund ON application_id = application.id"
    )

    assert [tuple(line) for line in db.session.execute(due)] == [("INIT_REN", 2000, "submission")]
    assert db.session.scalars(whose).all() == ["CT-1"]


def test_each_step_can_be_taken_back(installed: Flask) -> None:
    upgrade()
    downgrade("002")
    fill_an_old_database()
    upgrade()

    assert db.session.scalar(sa.text("SELECT count(*) FROM fee")) == 3


def test_entries_of_the_lookup_stay_under_their_new_key_and_back(installed: Flask) -> None:
    upgrade("023")
    names = {"last_key": "rivera", "first_key": "maria", "public_id": "a1"}
    insert(
        "lookup_entry", **names, place="rivera.maria.a1", educator_id=7, edition="e",
        finished_from="2026-01-02", finished_until="2026-01-03", listed=b"{}", page=b"<li>",
        number="1", facts="{}",
    )  # fmt: skip
    insert("lookup_endorsement", **names, district_code="hill", code="1100", educator_id=7)
    db.session.commit()
    upgrade("024")
    places = sa.text(
        "SELECT e.place, o.place, e.first_key, public_id FROM lookup_entry AS e"
        " JOIN lookup_endorsement AS o USING (educator_id)"
    )
    placed = db.session.execute(places).all()
    db.session.rollback()
    downgrade("023")
    kept = [
        tuple(db.session.execute(sa.text(f"SELECT {', '.join(names)} FROM {table}")).one())
        for table in ("lookup_entry", "lookup_endorsement")
    ]

    assert placed == [("rivera.maria.a1", "rivera.maria.a1", "maria", "a1")]
    assert kept == [tuple(names.values())] * 2


def test_the_migrations_make_the_tables_that_the_code_knows(installed: Flask) -> None:
    upgrade()
    found = sa.inspect(db.engine)
    made = {
        table: {column["name"] for column in found.get_columns(table)}
        for table in found.get_table_names()
    }
    wanted = {
        table.name: {column.name for column in table.columns} for table in db.metadata.sorted_tables
    }

    assert {name: made.get(name) for name in wanted} == wanted
