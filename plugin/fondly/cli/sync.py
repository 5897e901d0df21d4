"""``fondly sync``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fondly.cli import Options
from fondly.cli.bars import watching
from fondly.cli.common import chosen, get_ready, say_failures, say_messages
from fondly.cli.telling import print_run
from fondly.outputs.deliver import WRITES
from fondly.outputs.guarding import Consent
from fondly.preparing import Prepared
from fondly.run import Run, sync
from fondly.state import state_folder
from fondly_hooks.errors import ConfigError


@click.command("sync")
@click.option("--dry-run", is_flag=True, help="Show each write, and make none.")
@click.option("--only", multiple=True, metavar="NAME", help="This output alone; may be said again.")
@click.option("--every", metavar="1h", help="Go on, and do it again each time so much has passed.")
@click.option("--yes", is_flag=True, help="Ask nothing; make what you may have deleted before the journal was lost.")
@click.option("--force", is_flag=True, help="Remove most of what stands, if that is what comes out.")
@click.option("--recreate", is_flag=True, help="With --only: fill a calendar again that was emptied or made anew.")
@click.option("--forget", is_flag=True, help="With --only: leave away what is gone there, or no longer served.")
@click.pass_obj
def command(
    options: Options,
    dry_run: bool,
    only: tuple[str, ...],
    every: str | None,
    yes: bool,
    force: bool,
    recreate: bool,
    forget: bool,
) -> int:
    """The main job: bring what is coming to all outputs, and learn what you changed there."""
    if (recreate or forget) and (not only or (recreate and forget)):
        raise ConfigError(
            "--recreate and --forget say what becomes of one place: name it with --only, and say one of them"
        )
    consent = Consent(yes=yes, force=force, emptied="recreate" if recreate else "forget" if forget else "")
    if every is not None:
        if dry_run or options.json:
            raise ConfigError("--every goes on for ever, so it goes neither with --dry-run nor with --json")
        from fondly.cli.rounds import go_on, seconds_of

        seconds_of(every)
        prepared, _ = get_ready(options)
        chosen(prepared, only)
        if not yes and not _agreed(prepared, options, state_folder(prepared.relationship.id), only, consent):
            return 0
        return go_on(options, every, only, consent)
    prepared, now = get_ready(options)
    folder = state_folder(prepared.relationship.id)
    if forget and not dry_run:
        only = _without_removed(prepared, folder, only)
        if not only:
            return 0
    chosen(prepared, only)
    if not dry_run and not yes and not _agreed(prepared, options, folder, only, consent):
        return 0
    with watching(options, "Planning ...") as watcher:
        run = sync(prepared, folder, now, only=only, dry_run=dry_run, consent=consent, watcher=watcher)
    print_run(run, prepared, options, dry_run)
    say_rest(run, prepared, options)
    return run.exit_code


def say_rest(run: Run, prepared: Prepared, options: Options) -> None:
    """What there is to say after the outputs, on standard error."""
    for name in run.unserved if options.verbosity >= 0 else ():
        click.echo(
            f"'{name}' is not in the config any more, and what fondly put there stays. To remove it, name the place "
            f"again and run: fondly take-back --only {name}. To leave it: fondly sync --only {name} --forget",
            err=True,
        )
    say_messages(prepared, options)
    say_failures(run.failures)


def _agreed(prepared: Prepared, options: Options, folder: Path, only: tuple[str, ...], consent: Consent) -> bool:
    """On a terminal the first sync to a place shows what it would do, and asks; elsewhere it goes on."""
    if options.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    from fondly.firsttime import first_time

    new = [name for name in first_time(prepared, folder) if not only or name in only]
    if not new:
        return True
    again, now = get_ready(options)  # nothing that plugins keep may pass from the look to the run
    with watching(options, "Looking ..."):
        run = sync(again, folder, now, only=new, dry_run=True, consent=consent)
    if not any(action.verb in WRITES for delivery in run.deliveries for action in delivery.actions):
        return True
    print_run(run, again, options, dry_run=True)
    if click.confirm("This is the first time there. Go on?", default=True, err=True):
        return True
    click.echo("Nothing was written.", err=True)
    return False


def _without_removed(prepared: Prepared, folder: Path, only: tuple[str, ...]) -> tuple[str, ...]:
    """The names that are outputs of the config; what was brought to the others is forgotten."""
    from fondly.firsttime import forget_removed

    forgotten = forget_removed(prepared, folder, only)
    for name in forgotten:
        click.echo(f"Forgotten: '{name}'. What stands there is yours.")
    return tuple(name for name in only if name not in forgotten)
