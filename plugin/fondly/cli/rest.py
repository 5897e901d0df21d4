"""``fondly pause``, ``quieter``, ``resume``: one word stops everything, or half of it, and one brings it back."""

from __future__ import annotations

import contextlib
import datetime as dt

import click

from fondly.cli import Day, Options
from fondly.cli.common import get_ready, open_journal, print_json, say_failures, say_messages
from fondly.planner import FAREST
from fondly.preparing import Prepared
from fondly.service import rest as service
from fondly.service.rest import span_text
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.times import DayRange

UNTIL = click.option(
    "--until", type=Day(), metavar="DATE", help="The last day of it; until further notice where it is not said."
)


@click.command("pause")
@UNTIL
@click.option("--until-further-notice", "open_end", is_flag=True, help="Until you say 'fondly resume'.")
@click.pass_obj
def pause(options: Options, until: dt.date | None, open_end: bool) -> int:
    """Stop everything, from today on, for as long as you like."""
    if until and open_end:
        raise ConfigError("--until and --until-further-notice exclude each other; leave one of them out")
    return _rest(options, "pause", until)


@click.command("quieter")
@UNTIL
@click.pass_obj
def quieter(options: Options, until: dt.date | None) -> int:
    """Halve everything, from today on, for hard weeks."""
    return _rest(options, "quieter", until)


@click.command("resume")
@click.pass_obj
def resume(options: Options) -> int:
    """End a pause, or quieter days."""
    prepared, now = get_ready(options)
    with contextlib.closing(open_journal(prepared)) as journal:
        ended = service.resume(journal, now)
    stays = service.pause_in_file(prepared.relationship, now.date())
    if options.json:
        _print([_as_json("pause", stays)] if stays else [], prepared)
    elif options.verbosity >= 0:
        if ended and not stays:
            click.echo("Welcome back. The next sync brings what is ahead; nothing has piled up.")
        elif not stays:
            click.echo("Nothing was resting.")
        else:
            over = "What you asked for here has ended.\n" if ended else ""
            file = f"The config file has a pause {span_text(stays)}, which stays"
            click.echo(f"{over}{file}; it ends when you take it out there.")
    say_messages(prepared, options)
    say_failures(prepared.plugins.failures)
    return int(prepared.serious)


def _rest(options: Options, kind: service.Rest, until: dt.date | None) -> int:
    prepared, now = get_ready(options)
    service.refuse_past(now, until)
    with contextlib.closing(open_journal(prepared)) as journal:
        span = service.rest(journal, now, kind, until)
    if options.json:
        _print([_as_json(kind, span)], prepared)
    elif options.verbosity >= 0:
        click.echo(_answer(kind, span))
    say_messages(prepared, options)
    say_failures(prepared.plugins.failures)
    return int(prepared.serious)


def _answer(kind: service.Rest, span: DayRange) -> str:
    if kind == "quieter":
        return (
            f"Take it gently: every second thing rests {span_text(span)}. The next sync takes it away.\n"
            "'fondly resume' brings it back whenever you like."
        )
    kind_word = "Take all the time you need.\n" if span.last == FAREST else ""
    return (
        f"{kind_word}Everything rests {span_text(span)}, days to remember too.\n"
        "What is still to come leaves your calendars and notes at the next sync; what is past stays,\n"
        "and nothing piles up. 'fondly resume' wakes it whenever you like."
    )


def _as_json(kind: str, span: DayRange) -> dict[str, str | None]:
    last = None if span.last == FAREST else span.last.isoformat()
    return {"kind": kind, "from": span.first.isoformat(), "until": last}


def _print(rests: list[dict[str, str | None]], prepared: Prepared) -> None:
    print_json({"rests": rests, "failures": [failure.as_json() for failure in prepared.plugins.failures]})


commands = {"pause": pause, "quieter": quieter, "resume": resume}
