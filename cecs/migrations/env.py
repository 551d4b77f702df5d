"""Alembic's way in: the application's own engine and tables. Used by `flask cecs init`."""

from alembic import context

from cecs.extensions import db

with db.engine.connect() as connection:
    sqlite = db.engine.dialect.name == "sqlite"
    if sqlite:
        # A batch copies tables; their rows would be cut off from those that point at them.
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20261125)")
    context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True)
    context.run_migrations()
    if sqlite:
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"the migration would leave rows without their parents: {orphans}")
    connection.commit()
    if sqlite:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")
