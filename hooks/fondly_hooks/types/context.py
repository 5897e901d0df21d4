"""What a hook is handed beside its arguments, if it asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging


@dataclass(frozen=True, slots=True, kw_only=True)
class HookContext:
    """The surroundings of one plugin in one run. Any hook may take it as its argument ``context``.

    ``plugin`` is the plugin's own name, ``now`` the clock: an aware datetime on the wall of ``me``. In a ``dry_run``
    nothing may be sent or written. ``folder`` is where the config file is, and where relative paths start. What is
    costly is made when it is asked for.
    """

    plugin: str
    now: dt.datetime
    dry_run: bool = False
    folder: Path = Path()
    make_settings: Callable[[], Any] = field(default=lambda: None, repr=False, compare=False)
    make_cache: Callable[[], Path] = field(default=Path.cwd, repr=False, compare=False)
    make_log: Callable[[], Any] | None = field(default=None, repr=False, compare=False)

    @property
    def settings(self) -> Any:
        """What the config says under ``hooks.settings.NAME``: the model that the plugin declares, else a mapping.

        Secrets are fetched now. Raises `ConfigError` where one cannot be had.
        """
        return self.make_settings()

    @property
    def cache(self) -> Path:
        """A folder of this plugin's own, which is there. What it holds may be gone at the next run."""
        return self.make_cache()

    @property
    def log(self) -> logging.Logger:
        """A logger: warnings are shown on standard error with the plugin's name, the rest with ``-v``."""
        import logging

        made: logging.Logger = self.make_log() if self.make_log else logging.getLogger(f"fondly.{self.plugin}")
        return made
