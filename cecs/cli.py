"""flask cecs …: what whoever runs CECS does at the terminal."""

import logging
import secrets
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from io import TextIOWrapper
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from cecs.desk import Desk
from cecs.domain import passwords
from cecs.extensions import db
from cecs.schema import OldSchema, bring_up_to_date, build_lookup
from cecs.services import (
    accounts,
    imports,
    lookup_days,
    lookup_rebuilding,
    outbox,
    payments,
    refunds,
    reminders,
    roster_events,
    roster_posting,
    settlements,
    sweeping,
)
from cecs.services.refused import Refused
from cecs.web.mails import render

group = AppGroup("cecs", help="Set up and run the certification system.")
staff = AppGroup("staff", help="Who works at the bureau.")
group.add_command(staff)


Job = Callable[[Desk], int]
log = logging.getLogger("cecs.worker")


def register(app: Flask) -> None:
    """Adds the commands to the application."""
    app.cli.add_command(group)


@group.command()
def init() -> None:
    """Bring the database to the newest schema. Safe to run again."""
    try:
        bring_up_to_date(current_app._get_current_object())  # type: ignore[attr-defined]
    except OldSchema as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo("The database is up to date.")


@group.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def worker(once: bool) -> None:
    """Deliver mail and districts' events, follow payments, refund and remind, until stopped."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    desk = current_app.extensions["cecs_desk"]
    started: dict[Job, float] = {}
    while not stopped.is_set():
        sent = _attempt(lambda: outbox.deliver_due(desk, render))
        for job, pause in _jobs(desk).items():
            if once or time.monotonic() - started.get(job, -pause) >= pause:
                started[job] = time.monotonic()
                _attempt(partial(job, desk))
        if once:
            click.echo(f"{sent} delivered")
            return
        stopped.wait(0 if sent else 1)


def _jobs(desk: Desk) -> dict[Job, float]:
    """What the worker does beside mail, and how many seconds it lets pass in between."""
    always: dict[Job, float] = {
        roster_posting.deliver: 1,
        roster_posting.forget: 86400,
        roster_events.expire: 3600,
        reminders.remind: 3600,
        lookup_days.follow: 10,
    }
    if desk.cards is None:
        return always
    return always | {
        payments.reconcile: 5,
        refunds.find_out: 60,
        refunds.carry_out: 60,
        settlements.follow: 60,
        sweeping.sweep: 3600,
    }


def _attempt(job: Callable[[], int]) -> int:
    """Does one job of the worker; a fault is logged, and stops no other job."""
    try:
        return job()
    except Exception:
        log.exception("the worker stumbled and goes on")
        db.session.rollback()  # what a lost connection left half done would stop all that follow
        return 0


@group.group("lookup")
def lookup_group() -> None:
    """The lookup's read model."""


@lookup_group.command("rebuild")
@click.option("--anew", is_flag=True, help="From the beginning, though one was stopped half-way.")
def rebuild_lookup(anew: bool) -> None:
    """Make it anew from the registry while it answers. Stopped, it goes on the next time."""
    try:
        click.echo(f"{build_lookup(current_app.extensions['cecs_desk'], anew)} educators")
    except KeyboardInterrupt as stopped:
        words = "Stopped. `flask cecs lookup rebuild` goes on from here."
        raise click.ClickException(words) from stopped


@lookup_group.command("verify")
def verify_lookup() -> None:
    """Compare it with the registry, row for row; ends with status 1 where they differ."""
    faults = lookup_rebuilding.verify(current_app.extensions["cecs_desk"])
    for fault in faults[:100]:
        click.echo(f"differs: {fault}")
    click.echo(f"{len(faults)} differences")
    if faults:
        raise SystemExit(1)


@group.group("import")
def import_group() -> None:
    """Take over what another system knows."""


@import_group.command("educators")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from-line", default=2, help="Go on where an import was stopped.")
def import_educators(file: Path, from_line: int) -> None:
    """Import educators and certificates from a CSV file; docs/import.md tells the columns.

    Lines that are refused are listed with their numbers, and end it with status 1.
    """
    desk = current_app.extensions["cecs_desk"]
    taken = changed = refused = 0
    size = file.stat().st_size
    with file.open("rb") as raw, click.progressbar(length=size, label=file.name) as bar:
        text = TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        try:
            for batch in imports.educators(desk, text, from_line):
                bar.update(raw.tell() - bar.pos)
                taken, changed = taken + batch.taken, changed + batch.changed
                refused, from_line = refused + len(batch.refused), batch.line + 1
                for each in batch.refused:
                    click.echo(f"line {each.line}: {each.why}", err=True)
        except (KeyboardInterrupt, Refused, UnicodeDecodeError) as fault:
            words = "Stopped." if isinstance(fault, KeyboardInterrupt) else str(fault)
            raise click.ClickException(f"{words} Go on with --from-line {from_line}.") from fault
    click.echo(f"{taken} lines taken, {refused} refused; {changed} educators are new or changed")
    if refused:
        raise SystemExit(1)


@group.command()
def reconcile() -> None:
    """Find out at the card gateway how open payments ended. Never charges."""
    click.echo(f"{payments.reconcile(current_app.extensions['cecs_desk'])} closed")


@staff.command("create-admin")
@click.option("--first", prompt="First name")
@click.option("--last", prompt="Last name")
@click.option("--email", prompt="Email")
def create_admin(first: str, last: str, email: str) -> None:
    """Make an administrator, and print a temporary password that lasts 72 hours."""
    word = passwords.temporary(secrets.choice)
    desk = current_app.extensions["cecs_desk"]
    username = accounts.create_administrator(desk, first, last, email, word)
    click.echo(f"Username: {username}\nTemporary password: {word}")
