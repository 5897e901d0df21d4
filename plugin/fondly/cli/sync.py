"""``fondly sync``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator

import click

from fondly.cli import Options
from fondly.cli.common import get_ready, print_json, say_failures, say_messages
from fondly.outputs.deliver import WRITES, Delivery
from fondly.preparing import Prepared
from fondly.run import Run, sync
from fondly.service.rest import span_text
from fondly.state import state_folder
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.delivery import Action, Outcome


@click.command("sync")
@click.option("--dry-run", is_flag=True, help="Show each write, and make none.")
@click.option("--only", multiple=True, metavar="NAME", help="This output alone; may be said again.")
@click.pass_obj
def command(options: Options, dry_run: bool, only: tuple[str, ...]) -> int:
    """The main job: bring what is coming to all outputs, and learn what you changed there."""
    prepared, now = get_ready(options)
    chosen(prepared, only)
    with progress_line(options, "Planning ...", "written") as progress:
        run = sync(prepared, state_folder(prepared.relationship.id), now, only=only, dry_run=dry_run, progress=progress)
    print_run(run, options, dry_run)
    say_messages(prepared, options)
    say_failures(run.failures)
    return run.exit_code


Progress = Callable[[str, Outcome], None]


def chosen(prepared: Prepared, only: Iterable[str]) -> None:
    """Raises `ConfigError` where one of the names is no output's."""
    names = [ready.spec.name for ready in prepared.outputs]
    for name in only:
        if name not in names:
            raise ConfigError(f"--only: there is no output '{name}'; known are {', '.join(names) or 'none'}")


def print_run(run: Run, options: Options, dry_run: bool) -> None:
    """What a run did, or would do, in each output."""
    if options.json:
        print_json(
            {
                "outputs": [delivery.report.as_json() for delivery in run.deliveries],
                "failures": [failure.as_json() for failure in run.failures],
            }
        )
    else:
        _say(run, options, dry_run)


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


def describe(action: Action) -> str:
    """One intended write as a person reads it."""
    words = {"create": "add", "update": "change", "delete": "remove"}
    if action.wanted is None:
        return f"{words[action.verb]} {action.entry_id or action.uid} ({action.why})"
    entry = action.wanted.entry
    when = f"{entry.start:%Y-%m-%d}" if entry.all_day else f"{entry.start:%Y-%m-%d %H:%M}"
    why = "" if action.verb == "create" else f" ({action.why})"
    return f"{words[action.verb]} {when} {entry.title}{why}"


def _say(run: Run, options: Options, dry_run: bool) -> None:
    width = max((len(delivery.report.name) for delivery in run.deliveries), default=0)
    if not run.deliveries:
        click.echo(
            "The config names no outputs. Add one under 'outputs:'; 'fondly plan' shows what would come.", err=True
        )
    if run.pause and options.verbosity >= 0:
        click.echo(f"Everything rests {span_text(run.pause)}; in these days nothing is planned.")
    for delivery in run.deliveries:
        report = delivery.report
        for action in delivery.actions if dry_run else ():
            if action.verb in WRITES:
                click.echo(f"{report.name:<{width}}  {describe(action)}")
        if not report.error and (delivery.actions or not report.notes) and options.verbosity >= 0:
            click.echo(f"{report.name:<{width}}  {summary(delivery, dry_run=dry_run)}")
        for note in report.notes if options.verbosity >= 0 else ():
            click.echo(f"{report.name:<{width}}  {note}", err=True)
        if report.error:
            click.echo(f"{report.name:<{width}}  failed: {report.error}", err=True)


@contextlib.contextmanager
def progress_line(options: Options, begin: str, done: str) -> Iterator[Progress]:
    """A line on the terminal that moves while there is something to wait for; nothing elsewhere."""
    if options.json or options.verbosity < 0 or not sys.stderr.isatty():
        yield lambda name, outcome: None
        return
    from rich.console import Console

    counts: dict[str, int] = {}
    with Console(stderr=True).status(begin) as status:

        def step(name: str, outcome: Outcome) -> None:
            counts[name] = counts.get(name, 0) + 1
            status.update(f"{name}: {counts[name]} {done}")

        yield step
