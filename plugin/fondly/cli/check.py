"""``fondly check``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from fondly.checkup import Checkup, examine
from fondly.cli import Options
from fondly.cli.common import print_json, say_failures
from fondly.config import Problem, WrongConfigError, find_config
from fondly.config.problems import CONTROLS


@click.command("check")
@click.pass_obj
def command(options: Options) -> int:
    """Say what is wrong in the config file, and what each part of it does."""
    path = find_config(options.config)
    if not options.json:
        return say_check(path, options)
    found = _examine(path, options)
    print_json(
        {
            "config": str(path),
            "problems": [_as_json(problem) for problem in found.problems],
            "notes": [_as_json(note) for note in found.notes],
            "parts": [{"part": name, "lines": list(lines)} for name, lines in found.parts],
            "failures": [failure.as_json() for failure in found.failures],
        }
    )
    return _exit_code(found)


def say_check(path: Path, options: Options) -> int:
    """Print what a checkup of that config file found, and give the exit code for it."""
    from rich.table import Table
    from rich.text import Text

    from fondly.agenda import people_console

    found = _examine(path, options)
    if found.problems:
        click.echo(str(WrongConfigError(found.problems)), err=True)
    out = people_console()
    if found.parts and options.verbosity >= 0:
        head = "is fine. This is what it does"
        if found.problems:
            head = "is not fine yet. But for the above it does this"
        out.print(Text(f"{path} {head}:\n", overflow="fold"))
        table = Table.grid(padding=(0, 2, 0, 0))
        for name, lines in found.parts:
            for index, line in enumerate(lines):
                table.add_row(
                    Text("" if index else name, style="bold"), Text(line.translate(CONTROLS), overflow="fold")
                )
        out.print(table)
        if found.notes:
            out.print(Text("\nGood to know:", style="bold"))
            for note in found.notes:
                click.echo(str(note))
    say_failures(found.failures)
    return _exit_code(found)


def _examine(path: Path, options: Options) -> Checkup:
    return examine(path, options.now or dt.datetime.now(dt.UTC))


def _exit_code(found: Checkup) -> int:
    """2: something is to be mended in the file; 1: a plugin failed."""
    return 2 if found.problems else int(found.serious)


def _as_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.name,
        "line": problem.line,
        "column": problem.column,
        "key": problem.key,
        "text": problem.what,
    }
