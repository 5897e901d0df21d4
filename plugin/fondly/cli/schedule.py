"""``fondly schedule``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import click

from fondly.cli import Options
from fondly.cli.common import get_ready, print_json
from fondly_hooks.errors import ConfigError


@click.command("schedule")
@click.argument("what", type=click.Choice(["on", "off", "status"]))
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def command(options: Options, what: str, dry_run: bool) -> int:
    """Have this machine run `fondly sync` once an hour by itself: by systemd, launchd or cron."""
    from fondly.scheduling.job import Job, sign_of
    from fondly.service.schedule import scheduler_for

    prepared, _ = get_ready(options)  # nobody schedules a config that is wrong
    state = os.environ.get("FONDLY_STATE_DIR")
    words = (sys.executable, "-m", "fondly", "--config", str(prepared.config.path.resolve()), "-q", "sync")
    try:
        job = Job(words, sign_of(prepared.relationship.id), {"FONDLY_STATE_DIR": state} if state else {})
    except ValueError as problem:
        raise ConfigError(str(problem)) from None
    scheduler = scheduler_for(job)
    if what == "status":
        where = scheduler.where()
        if options.json:
            status = {"on": where is not None, "by": scheduler.name if where else None, "where": where}
            print_json({"schedule": status, "failures": []})
        else:
            click.echo(f"On, by {scheduler.name} ({where})." if where else "Off. 'fondly schedule on' switches it on.")
        return 0
    if dry_run:
        click.echo(scheduler.shown() if what == "on" else scheduler.where() or "Nothing is scheduled.")
        return 0
    if what == "off":
        click.echo("Off." if scheduler.off() else "It was off already.")
        return 0
    where = scheduler.on()
    click.echo(f"On: once an hour, by {scheduler.name} ({where}). 'fondly schedule off' ends it.")
    names = sorted(set(_variables(prepared.config.document.data)))
    if names and options.verbosity >= 0:
        how = "put them into ~/.config/fondly/env" if scheduler.name == "systemd" else "take {file: …} or {command: …}"
        click.echo(f"Your shell's variables are not known there: {', '.join(names)}; {how}.", err=True)
    return 0


def _variables(data: Any) -> Iterator[str]:
    """The names of the variables that secrets come from."""
    if isinstance(data, dict):
        if set(data) == {"env"} and isinstance(data["env"], str):
            yield data["env"]
        for value in data.values():
            yield from _variables(value)
    elif isinstance(data, list):
        for value in data:
            yield from _variables(value)
