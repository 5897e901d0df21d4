"""``fondly demo``."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fondly.agenda import people_console, print_agenda
from fondly.cli import Options
from fondly.cli.common import print_json, say_failures
from fondly.demo import USER, Demo, running_demo
from fondly.gate import visible
from fondly.planner import Horizons
from fondly.preparing import make_plan
from fondly.run import Run
from fondly.state import past_in
from fondly_hooks.types.times import Span

AGENDA_DAYS = 14
WHERE = {
    "ours": "a CalDAV calendar that Ana and Ben share",
    "mine": "a CalDAV calendar of Ana's own",
    "file": "an .ics file for both",
    "note": "a note in Ana's vault",
}


@click.command("demo")
@click.option("--keep", metavar="DIR", help="Put everything into this new folder, and leave it there.")
@click.option("--serve", is_flag=True, help="Stay up afterwards, for Thunderbird or a phone on this machine.")
@click.pass_obj
def command(options: Options, keep: str | None, serve: bool) -> int:
    """See the main job work, in a temporary folder."""
    with _folder(keep) as folder, running_demo(folder, options.now or dt.datetime.now(dt.UTC)) as demo:
        first, second = demo.sync(), demo.sync()
        if options.json:
            print_json(
                {
                    "outputs": [delivery.report.as_json() for delivery in first.deliveries],
                    "failures": [failure.as_json() for failure in second.failures],
                }
            )
        else:
            out = people_console()
            _show(out, demo, first, second)
            _how_to_go_on(out, demo, keep)
        say_failures(second.failures)
        if serve:
            _address(people_console(stderr=options.json), demo)
            # Ended by a signal, it still tidies up: the folder holds a password.
            signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
            with contextlib.suppress(KeyboardInterrupt):
                demo.server.wait()
        return max(first.exit_code, second.exit_code)


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    if keep is not None:
        yield Path(keep).expanduser().absolute()
        return
    with tempfile.TemporaryDirectory(prefix="fondly-demo-") as name:
        yield Path(name)


def _show(out: Console, demo: Demo, first: Run, second: Run) -> None:
    relationship = demo.prepared.relationship
    today = demo.now.date()
    window = Span(today, today + dt.timedelta(days=AGENDA_DAYS))
    _, plan = make_plan(demo.prepared, past_in(demo.folder / "state"), Horizons.all_in(window), demo.now)
    out.print(Panel(Text("The next two weeks of Ana and Ben, as Ana sees them"), expand=False))
    out.print()
    print_agenda(visible(plan.entries, [relationship.me]), (), relationship, relationship.me, demo.now, console=out)
    out.print(Text("What arrived where", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for delivery in first.deliveries:
        report = delivery.report
        result = report.error or f"{report.created} entries"
        table.add_row(Text(report.name, style="cyan"), WHERE[report.name], result)
    out.print(Padding(table, (0, 0, 1, 2)))
    shared, own = first.deliveries[0].report.created, first.deliveries[1].report.created
    out.print(f"The surprise party and what concerns Ana alone stand in hers ({own}) and not in theirs ({shared}).")
    written = sum(d.report.created + d.report.updated + d.report.deleted for d in second.deliveries)
    requests = sum(d.report.requests for d in second.deliveries)
    out.print(f"A second sync wrote {written or 'nothing'}: {requests} requests to look at two calendars.\n")


def _how_to_go_on(out: Console, demo: Demo, keep: str | None) -> None:
    out.print(Text("Your own", style="bold"))
    lines = [
        "fondly init     a few questions, and a config file of your own",
        "fondly plan     see what would come, and --why",
        "fondly sync     bring it to your calendars and notes",
    ]
    if keep is not None:
        lines += ["", f"This example stays in {demo.folder}: look at fondly.yaml, us.ics and vault/us.md."]
    else:
        lines += ["", "To look at the files of this example: fondly demo --keep DIR"]
    out.print(Padding(Text("\n".join(lines)), (0, 0, 1, 2)))


def _address(out: Console, demo: Demo) -> None:
    out.print(Text("For Thunderbird, or a phone on this machine (CalDAV)", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in (("address", demo.server.url), ("user", USER), ("password", demo.password)):
        table.add_row(Text(name, style="dim"), value)
    out.print(Padding(table, (0, 0, 1, 2)))
    out.print("It serves until you press Ctrl-C.")
