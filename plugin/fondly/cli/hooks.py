"""``fondly hooks``: who answers which hook, and making one's own."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fondly.cli import Options
from fondly.cli.common import get_ready, print_json, say_failures
from fondly.config import HooksConfig, find_config, hooks_of, read_config
from fondly.place import config_place
from fondly.state import past_in, state_folder

if TYPE_CHECKING:
    from fondly.plugins import Plugins
    from fondly.preparing import Prepared
    from fondly.service.hooks import HookListing
    from fondly.service.scaffold import Language
    from fondly.service.trying import Tried

LONGEST = 90  # letters of a line that shows JSON
MOST_SHOWN = 4  # records, before the rest is counted
USUAL: tuple[Any, ...] = (None, [], "", False, "custom", "VEVENT", "CONFIRMED")


@click.group("hooks")
def command() -> None:
    """See who answers which hook, and make your own."""


@command.command("list", short_help="Who answers each hook, and how it went.")
@click.pass_obj
def list_(options: Options) -> int:
    """Each hook, who answers it, from where, in which order; time and failures of the last sync."""
    from fondly.lastrun import LastRun, last_run
    from fondly.service.hooks import listing

    last, serious = LastRun(), False
    if config_place(options.config).exists():
        prepared, _ = get_ready(options)
        plugins, hooks, serious = prepared.plugins, prepared.config.hooks, prepared.serious
        last = last_run(state_folder(prepared.relationship.id))
    else:
        plugins, hooks = _without_config(options)
    listed = listing(plugins, last)
    if options.json:
        print_json(
            {
                "hooks": [one.as_json() for one in listed],
                "disabled": sorted(hooks.disable),
                "last_run": last.at.isoformat() if last.at else None,
                "failures": [failure.as_json() for failure in plugins.failures],
            }
        )
    else:
        _print_listing(listed, hooks)
        if last.at and options.verbosity >= 0:
            click.echo(f"\nTimes and failures are those of the sync of {last.at:%Y-%m-%d %H:%M}.", err=True)
    say_failures(plugins.failures)
    return int(serious)


@command.command("new", short_help="Write a plugin that works, and its test.")
@click.argument("name")
@click.option("--script", "language", type=click.Choice(["sh", "python", "node"]), help="A script, in this language.")
@click.option("--hook", default="fondly_entries", show_default=True, help="The hook that it answers.")
@click.pass_obj
def new(options: Options, name: str, language: Language | None, hook: str) -> int:
    """Write a plugin that works, and a test for it; both are yours to change."""
    from fondly.plugins import plugin_names
    from fondly.service.scaffold import Wished, drafts, write_drafts
    from fondly_hooks.errors import ConfigError

    prepared, _ = get_ready(options)
    folder = prepared.config.hooks.folder
    if folder is None:
        raise ConfigError("the config names no folder for hooks")
    files = drafts(Wished(name, hook, language, prepared.relationship.me))
    if name in plugin_names(prepared.config.hooks):
        source = prepared.plugins.source(name, hook)
        raise ConfigError(f"there is a plugin '{name}' already{f': {source}' if source else ''}; choose another name")
    paths = write_drafts(folder, files)
    if options.json:
        print_json({"written": [str(path) for path in paths], "failures": []})
    elif options.verbosity >= 0:
        first, test = (shlex.quote(_near(path)) for path in paths)
        own = f"--config {shlex.quote(options.config)} " if options.config else ""
        click.echo(f"{first} is yours to change. It works as it is:")
        lines = {
            f"fondly {own}hooks test {hook} --plugin {name}": "asks it, and shows both sides",
            f"pytest {test}": "runs its test",
            f"fondly {own}sync": "puts what it gives where you look",
        }
        width = max(map(len, lines))
        for line, what in lines.items():
            click.echo(f"  {line:<{width}}   {what}")
    return 0


@command.command("test", short_help="Ask one hook, dry, and show both sides.")
@click.argument("hook")
@click.option("--plugin", metavar="NAME", help="This plugin alone; else all that are not fondly's own.")
@click.option("--sample", "with_sample", is_flag=True, help="For two people of an example instead of your own.")
@click.pass_obj
def test(options: Options, hook: str, plugin: str | None, with_sample: bool) -> int:
    """Ask one hook, dry: what goes in, what comes out, what is wrong with it, how long it took."""
    from fondly.planner import Past
    from fondly.preparing import local_now
    from fondly.service.sample import sample
    from fondly.service.trying import to_be_tried, try_hook

    place = config_place(options.config)
    if with_sample or not place.exists():
        now = options.now or dt.datetime.now(dt.UTC)
        prepared, past = sample(_hooks_config(options, place), place), Past()
        now = local_now(prepared.relationship, now)
        if options.verbosity >= 0:
            click.echo("For Ana and Ben, two people of an example.", err=True)
    else:
        prepared, now = get_ready(options)
        past = past_in(state_folder(prepared.relationship.id))
    names = to_be_tried(prepared.plugins, hook, plugin)
    tried = [try_hook(prepared, past, now, hook, name) for name in names]
    # What failed on the way and is none of the tried ones' is told too: it may be why nobody answers.
    own = {(one.plugin, hook) for one in tried}
    failures = [one for one in prepared.plugins.failures if (one.plugin, one.hook) not in own]
    if options.json:
        print_json(
            {
                "tests": [one.as_json() for one in tried],
                "failures": [failure.as_json() for failure in failures],
            }
        )
    else:
        for one in tried:
            _print_tried(one, whole=options.verbosity > 0)
        if not tried:
            click.echo(f"Nobody but fondly itself answers {hook}. To make one: fondly hooks new NAME --hook {hook}")
    say_failures(failures)
    return int(any(one.faults for one in tried) or _loading_failed(prepared))


@command.command("schema")
@click.pass_obj
def schema(options: Options) -> int:
    """Print the JSON Schema of what scripts get and give."""
    from fondly.scripting.schema import hooks_schema

    # As with `config schema`: a document of a form of its own, so --json changes nothing.
    click.echo(json.dumps(hooks_schema(), indent=2, ensure_ascii=False))
    return 0


def _without_config(options: Options) -> tuple[Plugins, HooksConfig]:
    from fondly.plugins import load_plugins

    hooks = _hooks_config(options, config_place(options.config))
    if options.verbosity >= 0:
        click.echo("There is no config file yet; make one with: fondly init", err=True)
    return load_plugins(hooks), hooks


def _hooks_config(options: Options, place: Path) -> HooksConfig:
    """What the file says of hooks, where there is one."""
    if place.exists():
        found = hooks_of(read_config(find_config(options.config)))
        if found:
            return found
    return HooksConfig(place.parent / "hooks")


def _loading_failed(prepared: Prepared) -> bool:
    return any(not one.hook and one.plugin not in prepared.plugins.optional for one in prepared.plugins.failures)


def _print_listing(listed: Iterable[HookListing], hooks: HooksConfig) -> None:
    from rich.table import Table
    from rich.text import Text

    from fondly.agenda import people_console

    out = people_console()
    for one in listed:
        out.print(Text(one.hook, style="bold"), Text(f"({one.kind})", style="dim"))
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for index, answer in enumerate(one.answers, 1):
            took = f"{1000 * answer.seconds:.0f} ms" if answer.calls else ""
            if answer.calls > 1:
                took += f" in {answer.calls} calls"
            table.add_row(f"  {index}", Text(answer.plugin), Text(_near(Path(answer.source))), took)
            for words in answer.failed:
                table.add_row("", "", Text(f"failed: {words}", style="red"), "")
        if one.answers:
            out.print(table)
        else:
            out.print("  nobody yet", style="dim")
    if hooks.disable:
        out.print(Text(f"Disabled: {', '.join(sorted(hooks.disable))}"))


def _print_tried(one: Tried, *, whole: bool) -> None:
    from rich.text import Text

    from fondly.agenda import people_console

    out = people_console()
    out.print(Text(f"{one.plugin}", style="bold"), Text(f"({_near(Path(one.source))}), {1000 * one.seconds:.0f} ms"))
    for title, shown in (("was asked", one.asked), ("gave", one.gave)):
        out.print(Text(f"  {title}"))
        for line in _json_lines(shown, whole=whole):
            out.print(Text(f"    {line}"), soft_wrap=True)
    for line in one.said:
        out.print(Text(f"  said: {line}"))
    for fault in one.faults:
        out.print(Text(f"  wrong: {fault}", style="red"), soft_wrap=True)
    if not one.faults:
        out.print(Text("  all sound", style="green"))


def _json_lines(shown: Any, *, whole: bool) -> Iterator[str]:
    """JSON as a person reads it: one line for each part, cut short, or the whole of it."""
    if shown is None or shown == []:
        yield "nothing"
    elif whole:
        yield from json.dumps(shown, ensure_ascii=False, indent=2).splitlines()
    elif isinstance(shown, dict):
        for key, value in shown.items():
            yield _short(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    elif isinstance(shown, list):
        yield from (_short(json.dumps(_without_nothing(value), ensure_ascii=False)) for value in shown[:MOST_SHOWN])
        if len(shown) > MOST_SHOWN:
            yield f"and {len(shown) - MOST_SHOWN} more; -v shows all"
    else:
        yield _short(json.dumps(shown, ensure_ascii=False))


def _without_nothing(value: Any) -> Any:
    """The record without what it does not say, or what any other says too."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if item not in USUAL}
    return value


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _near(path: Path) -> str:
    """The path as it is written from here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
