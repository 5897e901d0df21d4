"""Where plugins come from: the built-ins, the host's own, installed packages, the files of a folder, its scripts."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from fondly.config.records import HooksConfig
from fondly.installed import any_installed
from fondly.plugins.hearing import listening
from fondly.plugins.registry import Plugins
from fondly.plugins.trust import distrust
from fondly_hooks import specs

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

# The built-ins, through the same door as everybody's. Their order is the order of the contract.
BUILT_IN = {
    "practices": "fondly_hooks.practices",
    "dates": "fondly_hooks.dates",
    "anniversaries": "fondly_hooks.anniversaries",
    "notes": "fondly_hooks.notes",
    "calendars": "fondly.outputs.kinds",
}


def load_plugins(hooks: HooksConfig, extra: Iterable[tuple[str, object, str]] = ()) -> Plugins:
    """All plugins: the built-ins, ``extra`` ones (name, object, source) of the host, entry points, the hooks folder."""
    manager = pluggy.PluginManager("fondly")
    manager.add_hookspecs(specs)
    plugins = Plugins(manager, hooks.optional)
    blocked = hooks.disable
    for name, module in BUILT_IN.items():
        if name not in blocked:
            plugins.add(name, importlib.import_module(module), "fondly", trusted=True)
    for name, plugin, source in extra:
        if name not in blocked:
            plugins.add(name, plugin, source)
    _load_entry_points(plugins, blocked)
    _load_files(plugins, hooks)
    if _has_scripts(hooks.folder):
        from fondly.plugins.scripts import Scripts  # who has none does not wait for it

        plugins.scripts = Scripts.found_in(hooks, plugins)
    return plugins


def plugin_names(hooks: HooksConfig) -> frozenset[str]:
    """The names of all plugins that there are: built in, installed, or in the folder; the blocked ones too."""
    installed = {point.name for point in _entry_points()}
    found = {*BUILT_IN, *installed, *(path.stem for path in _files(hooks))}
    if _has_scripts(hooks.folder):
        from fondly.plugins.scripts import script_names

        found |= script_names(hooks)
    return frozenset(found)


def _entry_points() -> Iterable[EntryPoint]:
    """What installed distributions name. Where none does, who asks does not wait for `importlib.metadata`."""
    if not any_installed():
        return ()
    from importlib import metadata

    return metadata.entry_points(group="fondly")


def _load_entry_points(plugins: Plugins, blocked: frozenset[str]) -> None:
    for point in sorted(_entry_points(), key=lambda point: point.name):
        if point.name in blocked:
            continue
        source = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        try:
            with listening(lambda line, name=point.name: plugins.say(name, "", f"printed: {line}")):  # type: ignore[misc]
                plugin = point.load()
            plugins.add(point.name, plugin, source)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:  # a plugin's import may do anything
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
            refusal = distrust(hooks.folder, path)
            if refusal:
                plugins.fail(name, "", refusal, str(path))
            else:
                with listening(lambda line, name=name: plugins.say(name, "", f"printed: {line}")):  # type: ignore[misc]
                    plugin = _import_file(path)
                plugins.add(name, plugin, str(path))
        except SyntaxError as problem:
            plugins.fail(name, "", f"SyntaxError: {problem.msg} (line {problem.lineno})", str(path))
        except KeyboardInterrupt:
            raise
        except BaseException as problem:  # a plugin's import may do anything
            plugins.fail(name, "", problem, str(path))


def _has_scripts(folder: Path | None) -> bool:
    try:
        return folder is not None and any(path.suffix == ".d" for path in folder.iterdir())
    except OSError:
        return False


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
