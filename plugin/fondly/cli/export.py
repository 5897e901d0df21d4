"""``fondly export``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from fondly.cli import Options
from fondly.cli.common import get_ready, print_json, say_failures, say_messages, viewer_of
from fondly.export import export_text, write_export
from fondly.feeds.resting import awake_for, reader_rests
from fondly.gate import failures_for
from fondly.preparing import delivery_horizons, make_plan
from fondly.state import past_in, state_folder
from fondly_hooks.errors import ConfigError


@click.command("export")
@click.option("--for", "person", metavar="PERSON", help="What this person may see.")
@click.option("-o", "--output", "target", default="-", metavar="FILE", help="The file; '-' is standard output.")
@click.pass_obj
def command(options: Options, person: str | None, target: str) -> int:
    """Write the plan as iCalendar."""
    if options.json and target == "-":
        raise ConfigError("--json prints a JSON document on standard output, so the calendar needs a file: -o FILE")
    prepared, now = get_ready(options)
    relationship = prepared.relationship
    viewer = viewer_of(relationship, person)
    folder = state_folder(relationship.id)
    _, plan = make_plan(prepared, past_in(folder), delivery_horizons(relationship, now), now)
    rests = reader_rests(folder, [ready.spec for ready in prepared.outputs], now)
    text, count = export_text(awake_for(plan.entries, viewer, rests, now), relationship, viewer, now)
    if target == "-":
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        write_export(Path(os.path.expanduser(target)), text, relationship)
        if options.json:
            print_json({"export": target, "entries": count, "failures": []})
        elif options.verbosity >= 0:
            click.echo(f"{count} entries written to {target}", err=True)
    say_messages(prepared, options, viewer)
    say_failures(failures_for(prepared.plugins.failures, viewer, relationship.me))
    return int(prepared.serious)
