"""For what runs on and on: the config read again when it changed, and a look at all files that a plan is made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from fondly.config import Config
from fondly.preparing import Prepared, open_config, prepare
from fondly.state import JOURNAL

Signature = tuple[tuple[str, int, int, int], ...]


class Configs:
    """The config file, read again as soon as it is another one. The plugins are loaded anew each time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, ...] = ()
        self._config: Config | None = None

    def prepared(self, now: dt.datetime) -> Prepared:
        """As `open_config` prepares it."""
        status = self.path.stat() if self.path.exists() else None
        seen = (status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode) if status else ()
        if self._config is not None and seen == self._seen:
            return prepare(self._config, now)
        self._config = None
        prepared = open_config(self.path, now)
        self._config, self._seen = prepared.config, seen
        return prepared


def files_behind(prepared: Prepared, folder: Path) -> Iterator[Path]:
    """The files that decide over a plan: the config, its packs, its busy times, its hooks, the journal.

    ``folder`` is the state folder.
    """
    config = prepared.config
    yield config.path
    yield from (config.folder / Path(pack).expanduser() for pack in config.model.catalogue.packs)
    yield from (source.path for source in config.busy)
    hooks = config.hooks.folder
    if hooks is not None and hooks.is_dir():
        yield hooks
        for path in sorted(hooks.rglob("*")):
            if "__pycache__" not in path.parts:
                yield path
    yield folder / JOURNAL
    yield folder / f"{JOURNAL}-wal"


def signature(paths: Iterable[Path]) -> Signature:
    """What tells whether any of these files is another one than before, or was written to."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
