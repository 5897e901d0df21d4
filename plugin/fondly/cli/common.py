"""What the commands share: getting ready, the clock, saying what failed."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from fondly.cli import Options
from fondly.config import find_config
from fondly.config.suggest import did_you_mean
from fondly.plugins.hearing import WARNING
from fondly.preparing import Prepared, local_now, open_config
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.reports import Failure
from fondly_hooks.words import DAYS, MONTHS

if TYPE_CHECKING:
    from fondly.journal import Journal


def get_ready(options: Options) -> tuple[Prepared, dt.datetime]:
    """The prepared config and the clock on the wall of ``me``."""
    now = options.now or dt.datetime.now(dt.UTC)
    prepared = open_config(find_config(options.config), now)
    return prepared, local_now(prepared.relationship, now)


def chosen(prepared: Prepared, only: Iterable[str]) -> None:
    """Raises `ConfigError` where one of the names is no output's."""
    names = [ready.spec.name for ready in prepared.outputs]
    for name in only:
        if name not in names:
            raise ConfigError(f"--only: there is no output '{name}'; known are {', '.join(names) or 'none'}")


def viewer_of(relationship: Relationship, wanted: str | None) -> str:
    """The person whose eyes count: the one named, else ``me``. Raises `ConfigError` for a stranger."""
    if wanted is None:
        return relationship.me
    ids = [person.id for person in relationship.people]
    if wanted not in ids:
        raise ConfigError(f"--for: there is no person '{wanted}'{did_you_mean(wanted, ids)}")
    return wanted


def open_journal(prepared: Prepared) -> Journal:
    """The journal of these people, made where there is none yet."""
    from fondly.journal import Journal
    from fondly.state import JOURNAL, state_folder

    return Journal(state_folder(prepared.relationship.id) / JOURNAL)


def day_name(day: dt.date | None, *, short: bool = False) -> str:
    """``Thu 3 Dec 2026``, or ``short`` without the year."""
    if day is None:
        return ""
    text = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return text if short else f"{text} {day.year}"


def print_json(document: dict[str, Any]) -> None:
    """One document on standard output, marked with the version of its form; spread over lines for a person's eyes."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps({"fondly": 1, **document}, ensure_ascii=False, indent=indent))


def say_failures(failures: Iterable[Failure]) -> None:
    """What failed, each by name, on standard error."""
    for failure in failures:
        hook = f" in {failure.hook}" if failure.hook else ""
        click.echo(f"fondly: plugin '{failure.plugin}' failed{hook} ({failure.source}): {failure.error}", err=True)


def say_messages(prepared: Prepared, options: Options, viewer: str | None = None) -> None:
    """What the plugins said, on standard error: what is worth a warning, with -v all of it.

    It may speak of what is secret from others, so a ``viewer`` other than ``me`` gets nothing.
    """
    if options.verbosity < 0 or viewer not in (None, prepared.relationship.me):
        return
    least = WARNING if options.verbosity == 0 else 0
    for message in prepared.plugins.messages:
        if message.level >= least:
            click.echo(f"{message.plugin}: {message.text}", err=True)
