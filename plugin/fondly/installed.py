"""Whether any installed distribution has a plugin, found out without `importlib.metadata`, which takes its time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

GROUP = b"[fondly]"


def any_installed() -> bool:
    """Whether a distribution on the path names entry points for fondly, or may do so where that is not plain to see."""
    return any(_names_one(folder) for folder in dict.fromkeys(sys.path))


def read_bytes(path: str | Path) -> bytes:
    """What stands in that file; nothing where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def _names_one(folder: str) -> bool:
    if os.path.isfile(folder):  # an archive: only who opens it knows
        return not folder.endswith(f"python{sys.version_info[0]}{sys.version_info[1]}.zip")
    return any(GROUP in read_bytes(place) for place in _entry_points(folder))


def _entry_points(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder or ".") as items:
            for item in items:
                if item.name.endswith((".dist-info", ".egg-info")):
                    yield os.path.join(item.path, "entry_points.txt")
    except OSError:
        return
