"""What a run did, or would do, in a person's words."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import click

from fondly.cli import Options
from fondly.cli.common import print_json
from fondly.feeds.resting import SHARED_RESTS
from fondly.outputs.deliver import WRITES, Delivery
from fondly.outputs.reconcile import NAMES
from fondly.preparing import Prepared
from fondly.run import Run
from fondly.service.rest import span_text
from fondly_calendar.canonical import days_of, span_of
from fondly_hooks.types.delivery import Action, Thing

VERBS = {"create": "add", "update": "change", "delete": "remove"}
LONGEST = 60  # letters of a value


def print_run(run: Run, prepared: Prepared, options: Options, dry_run: bool) -> None:
    """What a run did, or would do, in each output."""
    if options.json:
        print_json(
            {
                "outputs": [delivery.report.as_json() for delivery in run.deliveries],
                "failures": [failure.as_json() for failure in run.failures],
            }
        )
    else:
        _say(run, prepared, options, dry_run)


def summary(delivery: Delivery, *, dry_run: bool = False) -> str:
    """What happened in one output, in one line."""
    report = delivery.report
    counts = [
        (report.created, "new"),
        (report.updated, "changed"),
        (report.deleted, "removed"),
        (report.unchanged, "as they were"),
        (report.kept, "kept as you left them"),
        (report.completed, "done"),
    ]
    text = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing to do"
    return f"would be: {text}" if dry_run else text


def describe(action: Action, zone: dt.tzinfo) -> str:
    """One intended write as a person reads it: what, when, which field, why. Times are on the clock of ``zone``."""
    verb, thing = VERBS[action.verb], action.thing
    if action.verb == "create" and action.wanted:
        entry = action.wanted.entry
        when = f"{entry.start:%Y-%m-%d}" if entry.all_day else f"{entry.start:%Y-%m-%d %H:%M}"
        return f"{verb} {when} {entry.title}"
    if thing is None:
        return f"{verb} {action.entry_id} ({action.why})"
    what = " ".join(filter(None, (_when(thing.fields.get("ti", ""), zone), _title(thing))))
    if action.verb == "delete":
        return f"{verb} {what} ({action.why})"
    return f"{verb} {what} ({'; '.join(_changes(action, thing, zone)) or action.why})"


def _title(thing: Thing) -> str:
    return thing.fields.get("su") or thing.fields.get("line") or thing.uid


def _changes(action: Action, thing: Thing, zone: dt.tzinfo) -> list[str]:
    """Each field that changes, from what to what."""
    found = []
    for short, name in NAMES.items():
        before, after = thing.fields.get(short), action.fields.get(short)
        if before == after:
            continue
        shown = [_when(value or "", zone) if short == "ti" else _short(value or "") for value in (before, after)]
        found.append(f"{name}: {shown[0]} → {shown[1]}" if short in ("su", "ti", "lo", "st") else f"{name} changed")
    return found


def _when(times: str, zone: dt.tzinfo) -> str:
    if span := span_of(times):
        return f"{span[0].astimezone(zone):%Y-%m-%d %H:%M}"
    days = days_of(times)
    return f"{days[0]:%Y-%m-%d}" if days else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _say(run: Run, prepared: Prepared, options: Options, dry_run: bool) -> None:
    width = max((len(delivery.report.name) for delivery in run.deliveries), default=0)
    zone = ZoneInfo(prepared.relationship.timezone)
    if not run.deliveries:
        click.echo(
            "The config names no outputs. Add one under 'outputs:'; 'fondly plan' shows what would come.", err=True
        )
    if run.pause and options.verbosity >= 0:
        click.echo(f"Everything rests {span_text(run.pause)}; in these days nothing is planned.")
    if run.shared_rests and not run.pause and options.verbosity >= 0:
        click.echo(SHARED_RESTS)
    for note in run.notes if options.verbosity >= 0 else ():
        click.echo(f"fondly: {note}", err=True)
    for delivery in run.deliveries:
        report = delivery.report
        for action in delivery.actions if dry_run else ():
            if action.verb in WRITES:
                click.echo(f"{report.name:<{width}}  {describe(action, zone)}")
        if not report.error and (delivery.actions or not report.notes) and options.verbosity >= 0:
            click.echo(f"{report.name:<{width}}  {summary(delivery, dry_run=dry_run)}")
        for note in report.notes if options.verbosity >= 0 else ():
            click.echo(f"{report.name:<{width}}  {note}", err=True)
        if report.error:
            click.echo(f"{report.name:<{width}}  failed: {report.error}", err=True)
