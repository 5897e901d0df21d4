"""What a plugin is told about its surroundings: its settings, the clock, a folder, a logger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

from fondly.plugins.hearing import logger_for
from fondly_hooks.types.context import HookContext
from fondly_hooks.types.people import Relationship

Tell = Callable[[str, int], None]
BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the host knows of a run. ``settings`` makes those of a plugin, by its name; ``caches`` holds the folders."""

    now: dt.datetime = BEGINNING
    dry_run: bool = False
    relationship: Relationship | None = None
    config: Path | None = None
    caches: Path | None = None
    settings: Callable[[str], Any] = field(default=lambda name: MappingProxyType({}), repr=False)

    def context(self, name: str, tell: Tell = lambda text, level: None) -> HookContext:
        """The context of that plugin; ``tell`` gets the lines that it logs. What is costly is made when asked for."""
        return HookContext(
            plugin=name,
            now=self.now,
            dry_run=self.dry_run,
            folder=self.config.parent if self.config else Path(),
            make_settings=lambda: self.settings(name),
            make_cache=lambda: self.cache(name),
            make_log=cache(lambda: logger_for(name, tell)),
        )

    def cache(self, name: str) -> Path:
        """The folder of that plugin, which is its own and its owner's alone."""
        if self.caches is None:
            raise OSError("there is no cache folder here")
        folder = self.caches / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder


def once_each(make: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same, made once for each name: a secret may come from a command that asks the person.

    Scripts that run side by side ask for it from threads of their own, one after the other.
    """
    made, lock = cache(make), Lock()

    def once(name: str) -> Any:
        with lock:
            return made(name)

    return once


def frozen(value: Any) -> Any:
    """Settings that no model reads, as nobody can change them."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value
