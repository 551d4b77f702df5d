"""A PostgreSQL of our own, for as long as the tests run: real, on loopback, thrown away after."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import sqlalchemy as sa

ASIDE = Path("/usr/lib/postgresql")
_running: list[tuple[str, Path]] = []
_brooms: dict[str, sa.Engine] = {}
EMPTYING = """
select 'set local session_replication_role = replica'
    || (select string_agg('; delete from ' || quote_ident(tablename), '') from pg_tables
        where schemaname = 'public' and tablename <> 'alembic_version')
    || (select string_agg('; select setval(' || quote_literal(sequencename) || ', 1, false)', '')
        from pg_sequences where schemaname = 'public')
"""


def start() -> str:
    """Makes and starts a cluster; gives the address of its `postgres` database."""
    folder = Path(tempfile.mkdtemp(prefix="cecs-cluster-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _other_user())
    data, port = folder / "data", _free_port()
    _run("initdb", "-D", str(data), "-U", "cecs", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    _running.append((str(data), folder))
    atexit.register(stop)
    return f"postgresql+psycopg://cecs@127.0.0.1:{port}/postgres"


def restart() -> None:
    """Ends the server as a crash would, in the midst of its work, and starts it again."""
    data, folder = _running[-1]
    log = str(folder / "log")
    _run("pg_ctl", "-D", data, "-l", log, "-m", "immediate", "-w", "restart")


def empty(url: str) -> None:
    """Takes all rows away, and numbers begin at 1; TRUNCATE, which makes files, takes longer."""
    if url not in _brooms:
        _brooms[url] = sa.create_engine(url, pool_pre_ping=True)
    with _brooms[url].begin() as connection:
        connection.exec_driver_sql(connection.exec_driver_sql(EMPTYING).scalar_one())


def stop() -> None:
    """Stops the cluster and removes its files; nothing happens when none runs."""
    while _brooms:
        _brooms.popitem()[1].dispose()
    while _running:
        data, folder = _running.pop()
        _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(name: str, *arguments: str) -> None:
    # PostgreSQL refuses to run as root, so that there another user's name is used.
    user = _other_user() if os.geteuid() == 0 else None
    subprocess.run(
        [_program(name), *arguments],
        check=True,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )


def _other_user() -> str:
    return "postgres" if _exists("postgres") else "nobody"


def _exists(user: str) -> bool:
    return f"\n{user}:" in "\n" + Path("/etc/passwd").read_text()


def _program(name: str) -> str:
    found = sorted(ASIDE.glob(f"*/bin/{name}"))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise RuntimeError(f"{name} is missing; install PostgreSQL")
    return program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
