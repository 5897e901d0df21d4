"""The command line. Each command is imported when it is called, so that ``--help`` and ``--version`` are quick."""

from __future__ import annotations

import datetime as dt
import gc
import importlib
import io
import os
import sys
import zoneinfo
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from fondly import __version__

COMMANDS = {  # name: the line that --help shows
    "check": "Say what is wrong in the config file, and what it does.",
    "config": "Look at the config file: schema, path, show.",
    "demo": "See the main job work, in a temporary folder.",
    "doctor": "Try every output and source, and write nothing.",
    "done": "Note that something was done.",
    "export": "Write the plan as iCalendar.",
    "feeds": "The links of your feeds, new ones, and copies to publish.",
    "hooks": "See who answers which hook, and make your own.",
    "init": "Ask a few questions and write a config file.",
    "logins": "Who may sign in to fondly's own CalDAV server.",
    "loved": "Say that something was good; it comes back sooner.",
    "never": "Have a suggestion never again.",
    "not-now": "Let something go that may come another time.",
    "pause": "Stop everything, for as long as you like.",
    "plan": "Show what is coming.",
    "practices": "The fifteen practices, or one of them whole.",
    "quieter": "Halve everything, for hard weeks.",
    "resume": "End a pause, or quieter days.",
    "schedule": "Have this machine sync once an hour by itself.",
    "serve": "Serve the feeds to whoever has their links.",
    "skip": "Let something go this time.",
    "suggest": "One suggestion for this moment.",
    "sync": "The main job: deliver to all outputs.",
    "take-back": "Take away all that fondly made.",
}
# Commands that share a module with others, which keeps them in its `commands`.
SHARED = {
    **dict.fromkeys(("done", "loved", "never", "not-now", "skip"), "words"),
    **dict.fromkeys(("pause", "quieter", "resume"), "rest"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What every command is told: the config's path, the clock, how to speak."""

    config: str | None
    now: dt.datetime | None
    json: bool
    verbosity: int


class LazyGroup(click.Group):
    """Knows its commands by name, and imports one when it is called; others may be added by plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted([*COMMANDS, *self._added(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported."""
        if cmd_name not in COMMANDS:
            return self._added(ctx).get(cmd_name)
        module = importlib.import_module(f"fondly.cli.{SHARED.get(cmd_name, cmd_name).replace('-', '_')}")
        command: click.Command = module.commands[cmd_name] if cmd_name in SHARED else module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of fondly's own."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))
        added = self._added(ctx)
        if added:
            with formatter.section("From plugins"):
                formatter.write_dl([(name, command.get_short_help_str()) for name, command in added.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that was typed, or a suggestion."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        added = self._added(ctx, wanted=name)
        if name not in added:
            from fondly.config.suggest import did_you_mean

            raise click.UsageError(f"there is no command '{name}'{did_you_mean(name, [*COMMANDS, *added])}", ctx)
        return name, added[name], args[1:]

    def _added(self, ctx: click.Context, wanted: str | None = None) -> dict[str, click.Command]:
        """What plugins add; what of them fails is told once. Raises where a ``wanted`` one waits for a good config."""
        if "fondly.added" not in ctx.meta:
            ctx.meta["fondly.added"] = {}
            from fondly.cli.added import added_commands, may_be_added

            if may_be_added(ctx.params.get("config")):
                from fondly.cli.common import say_failures

                found = added_commands(ctx.params.get("config"), ctx.params.get("now"), COMMANDS)
                ctx.meta["fondly.added"] = found.commands
                say_failures(found.failures)
                if found.wrong is not None and wanted in found.commands:
                    raise found.wrong
        added: dict[str, click.Command] = ctx.meta["fondly.added"]
        return added


Moments = TypeVar("Moments", dt.datetime, dt.date)


def _in_range(moment: Moments) -> Moments:
    """The moment, where the calendar can be computed around it."""
    if not 1900 <= moment.year <= 9000:
        raise ValueError
    return moment


class Moment(click.ParamType[dt.datetime]):
    """An ISO 8601 date and time; without an offset it is on the clock of ``me``."""

    name = "iso-datetime"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """Read it, or say what would be right."""
        try:
            return _in_range(dt.datetime.fromisoformat(value))
        except ValueError:
            self.fail(f"'{value}' is no date and time; write 2026-11-22T09:00:00+01:00", param, ctx)


class Day(click.ParamType[dt.date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read it, or say what would be right."""
        try:
            return _in_range(dt.date.fromisoformat(value))
        except ValueError:
            self.fail(f"'{value}' is no day; write YYYY-MM-DD", param, ctx)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fondly", message="%(prog)s %(version)s")
@click.option("--config", metavar="PATH", is_eager=True, help="The config file.")
@click.option("--now", type=Moment(), metavar="ISO-DATETIME", is_eager=True, help="The clock, handed in.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output, and nothing else there.")
@click.option("-v", "--verbose", count=True, help="Say more; -vv shows where an error comes from.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def cli(
    ctx: click.Context, config: str | None, now: dt.datetime | None, as_json: bool, verbose: int, quiet: bool
) -> None:
    """Small acts of care, in the calendars and notes that you already use."""
    ctx.obj = Options(config, now, as_json, -1 if quiet else verbose)


def _own_options() -> set[str]:
    return {name for option in cli.params for name in option.opts}


def main() -> None:
    """The one place where errors become words and an exit code."""
    from fondly_hooks.errors import FondlyError

    # A command lives for a blink, most of it spent on imports: looking for garbage there, and once more at its end,
    # took a quarter of its time.
    gc.set_threshold(200_000, 20, 20)
    # A plugin of pydantic's would be shown the whole config, and may send it elsewhere (DESIGN §3.8).
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # The tzdata package decides, not the machine's: the same input gives the same bytes everywhere.
    zoneinfo.reset_tzpath(to=())
    # Names have letters that an old terminal does not; what is read by programs is UTF-8 everywhere.
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.encoding.lower() != "utf-8":
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="backslashreplace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
    try:
        code = cli.main(prog_name="fondly", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.Abort:
        click.echo("\nStopped.", err=True)
        code = 130
    except click.ClickException as problem:
        problem.show()
        if isinstance(problem, click.NoSuchOption) and problem.option_name in _own_options():
            name = problem.ctx.info_name if problem.ctx else "plan"
            click.echo(f"It stands before the command: fondly {problem.option_name} {name}", err=True)
        code = problem.exit_code
    except FondlyError as problem:
        click.echo(f"{'' if problem.names_its_place else 'fondly: '}{problem}", err=True)
        code = problem.exit_code
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as problem:  # a full disk behind standard output, a folder that went away
        click.echo(
            f"fondly: {problem.strerror or problem}{f': {problem.filename}' if problem.filename else ''}", err=True
        )
        code = 1
    except Exception as problem:
        if sum(len(word) - 1 for word in sys.argv if word.strip("v") == "-") + sys.argv.count("--verbose") > 1:
            raise
        click.echo(
            f"fondly: a mistake in fondly itself: {type(problem).__name__}: {problem} (-vv shows where)", err=True
        )
        code = 1
    gc.freeze()
    sys.exit(code if isinstance(code, int) else 0)
