"""``fondly plan``."""

from __future__ import annotations

import datetime as dt

import click

from fondly.cli import Day, Options
from fondly.cli.common import get_ready, print_json, say_failures, say_messages, viewer_of
from fondly.feeds.resting import SHARED_RESTS, awake_for, reader_rests
from fondly.gate import answers, failures_for
from fondly.planner import Horizons
from fondly.preparing import make_plan
from fondly.service.rest import pause_on, quieter_on, span_text
from fondly.state import past_in, state_folder
from fondly_hooks.types.times import Span


@click.command("plan")
@click.option("--days", type=click.IntRange(1, 3660), default=28, show_default=True, help="How many days.")
@click.option("--from", "start", type=Day(), metavar="DATE", help="The first day; today where it is not said.")
@click.option("--for", "person", metavar="PERSON", help="As this person may see it.")
@click.option("--why", is_flag=True, help="The reason for each choice and omission.")
@click.pass_obj
def command(options: Options, days: int, start: dt.date | None, person: str | None, why: bool) -> int:
    """Show what is coming."""
    prepared, now = get_ready(options)
    relationship = prepared.relationship
    viewer = viewer_of(relationship, person)
    first = start or now.date()
    window = Span(first, first + dt.timedelta(days=days))
    folder = state_folder(relationship.id)
    past = past_in(folder)
    _, plan = make_plan(prepared, past, Horizons.all_in(window), now)
    rests = reader_rests(folder, [ready.spec for ready in prepared.outputs], now)
    entries, left_out = answers(plan, viewer, relationship.me)
    entries = awake_for(entries, viewer, rests, now)
    failures = failures_for(prepared.plugins.failures, viewer, relationship.me)
    if options.json:
        print_json(
            {
                "window": {"start": window.start.isoformat(), "end": window.end.isoformat()},
                "entries": [entry.as_json() for entry in entries],
                "left_out": [{"id": item.id, "why": item.why} for item in left_out],
                "failures": [failure.as_json() for failure in failures],
            }
        )
    else:
        from fondly.agenda import print_agenda

        resting = pause_on(relationship, past, now.date())
        if resting:
            click.echo(f"Everything rests {span_text(resting)}.")
        elif quieter := quieter_on(past, now.date()):
            click.echo(f"Quieter days: every second thing rests {span_text(quieter)}.")
        elif rests:
            click.echo(SHARED_RESTS)
        if entries or not (resting or rests):
            ids = options.verbosity > 0
            print_agenda(entries, left_out if why else (), relationship, viewer, now, why=why, ids=ids)
    say_messages(prepared, options, viewer)
    say_failures(failures)
    return int(prepared.serious)
