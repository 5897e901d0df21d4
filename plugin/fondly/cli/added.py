"""Commands that plugins add, by the hook ``fondly_commands``. Where no plugin can add one, next to nothing is done."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fondly.installed import any_installed, read_bytes
from fondly.place import config_place
from fondly_hooks.errors import ConfigError, FondlyError

if TYPE_CHECKING:
    import datetime as dt

    from fondly.plugins import Message, Plugins
    from fondly_hooks.types.reports import Failure

HOOK = "fondly_commands"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class AddedCommandError(FondlyError):
    """A plugin's command failed while it ran; fondly itself is sound."""


@dataclass(frozen=True, slots=True)
class Added:
    """The commands that plugins add, by name; what failed on the way, what the plugins said.

    ``wrong`` is what is wrong in the config file, without which they were looked for then.
    """

    commands: dict[str, click.Command]
    failures: list[Failure]
    messages: list[Message]
    wrong: ConfigError | None = None


def may_be_added(option: str | None) -> bool:
    """Whether any plugin may add a command, found out without loading one: ``option`` is what --config says."""
    try:
        return any_installed() or _any_in_folder(config_place(option))
    except ConfigError:
        return False


def added_commands(option: str | None, now: dt.datetime | None, own: Container[str]) -> Added:
    """The commands that plugins add, each plugin asked alone. ``own`` are fondly's names, which nobody can take."""
    plugins, wrong = _plugins(option, now)
    found: dict[str, tuple[str, click.Command]] = {}
    for plugin in plugins.answering(HOOK):
        group = click.Group(plugin)
        failures = len(plugins.failures)
        plugins.call_one(plugin, HOOK, cli=group)
        if len(plugins.failures) > failures:
            continue
        for name, command in group.commands.items():
            fault = _fault(name, command, own, {one: by for one, (by, _) in found.items()})
            if fault:
                plugins.fail(plugin, HOOK, fault)
            else:
                found[name] = (plugin, _guarded(command, name, plugin, plugins.source(plugin, HOOK)))
    commands = {name: command for name, (_, command) in sorted(found.items())}
    return Added(commands, plugins.failures, plugins.messages, wrong)


def _fault(name: Any, command: Any, own: Container[str], others: dict[str, str]) -> str | None:
    if not isinstance(command, click.Command):
        return f"adds a {type(command).__name__} where a click.Command belongs"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return f"the command '{name}' cannot have this name; use small letters, digits and '-'"
    if name in own:
        return f"the command '{name}' is fondly's own; choose another name"
    return f"the command '{name}' is added by '{others[name]}' already" if name in others else None


def _plugins(option: str | None, now: dt.datetime | None) -> tuple[Plugins, ConfigError | None]:
    """The plugins, as far as the config lets them be loaded."""
    from fondly.config import HooksConfig, find_config, hooks_of, read_config
    from fondly.plugins import load_plugins
    from fondly.preparing import open_config

    place = config_place(option)
    if not place.exists():
        return load_plugins(HooksConfig(place.parent / "hooks")), None
    try:
        return open_config(find_config(option), now).plugins, None
    except ConfigError as wrong:
        try:
            hooks = hooks_of(read_config(place))
        except FondlyError:
            hooks = None
        return load_plugins(hooks or HooksConfig(None)), wrong


def _guarded(command: click.Command, name: str, plugin: str, source: str) -> click.Command:
    """The command, whose mistakes are told as its plugin's."""

    def guard(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            try:
                found = work(*arguments, **options)
            except (click.ClickException, click.exceptions.Exit, click.Abort, FondlyError, BrokenPipeError):
                raise
            except KeyboardInterrupt:
                raise
            except SystemExit as leaving:
                if leaving.code is None or isinstance(leaving.code, int):
                    raise click.exceptions.Exit(leaving.code or 0) from None
                raise AddedCommandError(str(leaving.code)) from None
            except BaseException as problem:
                if sum(len(word) - 1 for word in sys.argv if word.strip("v") == "-") > 1:
                    raise
                words = f"{type(problem).__name__}: {problem}".rstrip(": ")
                what = f"plugin '{plugin}' failed in the command '{name}' ({source}): {' '.join(words.split())[:500]}"
                raise AddedCommandError(what) from None
            return 0 if isinstance(found, bool) else found

        return run

    command.invoke = guard(command.invoke)  # type: ignore[method-assign]
    command.make_context = guard(command.make_context)  # type: ignore[method-assign]
    return command


def _any_in_folder(config: Path) -> bool:
    """Whether a file of the hooks folder names the hook; a folder that the config names is not looked for here."""
    if b"folder" in read_bytes(config):
        return True
    try:
        return any(HOOK.encode() in read_bytes(path) for path in (config.parent / "hooks").glob("*.py"))
    except OSError:
        return False
