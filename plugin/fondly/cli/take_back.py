"""``fondly take-back``."""

from __future__ import annotations

import sys

import click

from fondly.cli import Options
from fondly.cli.bars import watching
from fondly.cli.common import chosen, get_ready, say_failures, say_messages
from fondly.cli.telling import print_run
from fondly.outputs.deliver import WRITES
from fondly.state import state_folder
from fondly.takeback import take_back
from fondly_hooks.errors import ConfigError


@click.command("take-back")
@click.option("--dry-run", is_flag=True, help="Show what would go, and take nothing.")
@click.option("--only", multiple=True, metavar="NAME", help="This output alone; may be said again.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_obj
def command(options: Options, dry_run: bool, only: tuple[str, ...], yes: bool) -> int:
    """Take away all that fondly made, wherever it stands; what you changed or ticked off stays.

    The next sync makes it again, as long as the config file names the place.
    """
    prepared, now = get_ready(options)
    chosen(prepared, only)
    folder = state_folder(prepared.relationship.id)
    if not dry_run and not yes:
        if options.json or not sys.stdin.isatty():
            raise ConfigError("take-back takes away all that fondly made; say --yes, or look first with --dry-run")
        shown = take_back(prepared, folder, now, only=only, dry_run=True)
        counts = [
            (sum(action.verb in WRITES for action in delivery.actions), delivery.report.name)
            for delivery in shown.deliveries
        ]
        some = ", ".join(f"{count} from {name}" for count, name in counts if count)
        if some:
            click.confirm(f"This takes away {some}. Go on?", abort=True)
    with watching(options, "Taking back ...") as watcher:
        run = take_back(prepared, folder, now, only=only, dry_run=dry_run, watcher=watcher)
    print_run(run, prepared, options, dry_run)
    if run.unserved and not only and options.verbosity >= 0:
        names = ", ".join(run.unserved)
        click.echo(
            f"Not in the config any more, so left as it is: {names}. Name it there again to take it back.", err=True
        )
    say_messages(prepared, options)
    say_failures(run.failures)
    return run.exit_code
