"""``fondly suggest``."""

from __future__ import annotations

import click

from fondly.cli import Options
from fondly.cli.common import get_ready, print_json, say_failures, say_messages
from fondly.planner.suggesting import key_of
from fondly.service.catalogue import suggestion_json, words_of
from fondly.service.moment import Suggested, suggest_now
from fondly.service.rest import pause_in_file, pause_on, span_text
from fondly.state import past_in, state_folder


@click.command("suggest")
@click.argument("practice", required=False)
@click.option("--minutes", type=click.IntRange(1, 720), metavar="N", help="The most minutes that it may take.")
@click.option("--apart", is_flag=True, help="Something that works at a distance.")
@click.pass_obj
def command(options: Options, practice: str | None, minutes: int | None, apart: bool) -> int:
    """One suggestion for this moment, of any practice or of the one you name."""
    prepared, now = get_ready(options)
    past = past_in(state_folder(prepared.relationship.id))
    resting = pause_on(prepared.relationship, past, now.date())
    found = None
    if resting is None or practice is not None:
        found = suggest_now(prepared, past, now, slug=practice, minutes=minutes, apart=apart)
    if options.json:
        listed = []
        if found:
            word = words_of(found.practice, past.history, now.date()).get(key_of(found.practice, found.suggestion))
            listed = [suggestion_json(found.practice, found.suggestion, word) | {"why": list(found.why)}]
        print_json(
            {"suggestions": listed, "failures": [failure.as_json() for failure in prepared.plugins.failures]},
        )
    elif found:
        _show(found, options)
    elif resting and practice is None:
        in_file = resting == pause_in_file(prepared.relationship, now.date())
        wakes = "the config file says so" if in_file else "'fondly resume' wakes it"
        click.echo(
            f"Everything rests {span_text(resting)}, so here is nothing to do; {wakes}.\n"
            "'fondly suggest PRACTICE' answers at all times."
        )
    else:
        click.echo("Nothing in the catalogue suits that. More minutes, or another practice, may.")
    say_messages(prepared, options)
    say_failures(prepared.plugins.failures)
    return int(prepared.serious)


def _show(found: Suggested, options: Options) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from fondly.agenda import people_console
    from fondly.cli.practices import facts

    out, one = people_console(), found.suggestion
    out.print(Text(one.title, style="bold"))
    out.print(Padding(Text(one.text), (0, 0, 1, 2)))
    out.print(Padding(Text(f"{found.practice.name}: {facts(one)}", style="dim"), (0, 0, 0, 2)))
    for why in found.why if options.verbosity > 0 else ():
        out.print(Padding(Text(why, style="dim"), (0, 0, 0, 2)))
    config = f"--config {options.config} " if options.config else ""
    words = f"fondly {config}done {key_of(found.practice, one)}   (or loved, not-now, never)"
    out.print(Text(f"  {words}", style="dim"), soft_wrap=True)  # in one piece, for who copies it
