"""The plugins: where they come from, and how each is called alone, so that one's failure is its own."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import pluggy

from fondly.config.records import HooksConfig
from fondly.config.suggest import did_you_mean
from fondly_hooks import specs
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.reports import Failure

# The built-ins, through the same door as everybody's. Their order is the order of the contract.
BUILT_IN = {
    "practices": "fondly_hooks.practices",
    "dates": "fondly_hooks.dates",
    "anniversaries": "fondly_hooks.anniversaries",
    "notes": "fondly_hooks.notes",
    "calendars": "fondly.outputs.kinds",
}


@dataclass(slots=True)
class Plugins:
    """The registered plugins, in order, and what failed while they were loaded or called.

    ``sources`` tells for each name where it comes from. ``failures`` grows; a run reports it at its end.
    """

    manager: pluggy.PluginManager
    optional: frozenset[str] = frozenset()
    sources: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def call_each(self, hook: str, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Call each implementation of ``hook`` alone: pairs of the plugin's name and its result."""
        for name in self.sources:
            for result in self.call_one(name, hook, **arguments):
                yield name, result

    def call_one(self, name: str, hook: str, **arguments: Any) -> list[Any]:
        """Call one plugin's implementation of ``hook``, if it has one; an empty list where it has none or fails.

        An iterable result is consumed here, inside the guard, so that a generator that raises half way gives nothing.
        """
        plugin = self.manager.get_plugin(name)
        if plugin is None or not hasattr(plugin, hook):
            return []
        others = [other for other in self.manager.get_plugins() if other is not plugin]
        try:
            results = self.manager.subset_hook_caller(hook, others)(**arguments)
            return [list(result) if isinstance(result, Iterator) else result for result in results]
        except (Exception, SystemExit) as problem:  # whatever a plugin does, the others go on
            self.fail(name, hook, problem)
            return []

    def gather(self, hook: str, kind: type[Any], **arguments: Any) -> list[tuple[str, Any]]:
        """All records of ``kind`` that the providers of ``hook`` give, each with the name of its plugin."""
        found: list[tuple[str, Any]] = []
        for name, result in self.call_each(hook, **arguments):
            records = result if isinstance(result, (list, tuple)) else [result]
            stranger = next((record for record in records if not isinstance(record, kind)), None)
            if stranger is not None:
                self.fail(name, hook, f"gave a {type(stranger).__name__} where a {kind.__name__} belongs")
            else:
                found += [(name, record) for record in records]
        return found

    def fail(self, name: str, hook: str, problem: BaseException | str, source: str | None = None) -> None:
        """Report once that this plugin failed, by name and source, in one line."""
        if isinstance(problem, BaseException):
            text = str(problem)
            problem = text if isinstance(problem, FondlyError) else f"{type(problem).__name__}: {text}".rstrip(": ")
        failure = Failure(name, hook, source or self.sources.get(name, ""), " ".join(problem.split()))
        if failure not in self.failures:  # a hook that is called for each person fails for each
            self.failures.append(failure)

    def add(self, name: str, plugin: object, source: str) -> None:
        """Register one plugin; what is wrong with it is reported."""
        if name in self.sources:
            self.failures.append(Failure(name, "", source, f"the name '{name}' is taken by {self.sources[name]}"))
            return
        self.sources[name] = source
        try:
            self.manager.register(plugin, name)
        except Exception as problem:  # pluggy's validation, or whatever the plugin's attributes do
            self.fail(name, "", problem)
            del self.sources[name]
            return
        known = [spec for spec in dir(specs) if spec.startswith("fondly_")]
        for caller in self.manager.get_hookcallers(plugin) or ():
            if not caller.has_spec():
                self.fail(name, caller.name, "there is no such hook" + did_you_mean(caller.name, known))


def load_plugins(hooks: HooksConfig, extra: Iterable[tuple[str, object, str]] = ()) -> Plugins:
    """All plugins: the built-ins, ``extra`` ones (name, object, source) of the host, entry points, the hooks folder."""
    manager = pluggy.PluginManager("fondly")
    manager.add_hookspecs(specs)
    plugins = Plugins(manager, hooks.optional)
    blocked = hooks.disable
    for name, module in BUILT_IN.items():
        if name not in blocked:
            plugins.add(name, importlib.import_module(module), "fondly")
    for name, plugin, source in extra:
        if name not in blocked:
            plugins.add(name, plugin, source)
    _load_entry_points(plugins, blocked)
    _load_files(plugins, hooks)
    return plugins


def plugin_names(hooks: HooksConfig) -> frozenset[str]:
    """The names of all plugins that there are: built in, installed, or in the folder; the blocked ones too."""
    installed = {point.name for point in metadata.entry_points(group="fondly")}
    return frozenset({*BUILT_IN, *installed, *(path.stem for path in _files(hooks))})


def _load_entry_points(plugins: Plugins, blocked: frozenset[str]) -> None:
    for point in sorted(metadata.entry_points(group="fondly"), key=lambda point: point.name):
        if point.name in blocked:
            continue
        source = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        try:
            plugins.add(point.name, point.load(), source)
        except (Exception, SystemExit) as problem:  # a plugin's import may do anything
            plugins.fail(point.name, "", problem, source)


def _files(hooks: HooksConfig) -> list[Path]:
    """The plugin files in the hooks folder, in order."""
    if hooks.folder is None:
        return []
    try:
        return sorted(path for path in hooks.folder.glob("*.py") if not path.name.startswith(("_", ".")))
    except OSError:
        return []


def _load_files(plugins: Plugins, hooks: HooksConfig) -> None:
    for path in _files(hooks):
        name = path.stem
        if name in hooks.disable:
            continue
        try:
            refusal = next((why for place in (hooks.folder, path) if place and (why := _loose(place))), None)
            if refusal:
                plugins.fail(name, "", refusal, str(path))
            else:
                plugins.add(name, _import_file(path), str(path))
        except SyntaxError as problem:
            plugins.fail(name, "", f"SyntaxError: {problem.msg} (line {problem.lineno})", str(path))
        except (Exception, SystemExit) as problem:  # a plugin's import may do anything
            plugins.fail(name, "", problem, str(path))


def _loose(path: Path) -> str | None:
    """Why this file or folder is not trusted, if it is not: anybody who can write it could run code as this person."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o022:
        return f"others can write {path}, so it is not run; mend it with: chmod go-w {path}"
    return None


class _TracelessLoader(importlib.machinery.SourceFileLoader):
    """Leaves no ``__pycache__`` in a person's folder: what only looks, writes nothing."""

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Write no compiled file."""


def _import_file(path: Path) -> object:
    name = f"fondly_hook_files.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_TracelessLoader(name, str(path)))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their own module up there
    spec.loader.exec_module(module)
    return module
