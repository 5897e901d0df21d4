"""What the plugins of others last gave, which stays while one of them fails (DESIGN §3.6).

A page that is down for an hour, or a slip in a file, takes nothing away that was delivered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fondly_hooks.files import replace_atomically
from fondly_hooks.types.content import Anniversary, Practice
from fondly_hooks.types.entries import Entry

LAST_GOOD = "given.json"
# The hooks whose records become entries, with what names a record. Ideas and busy times are asked for anew each time.
KEPT: dict[str, tuple[type[Any], str]] = {
    "fondly_practices": (Practice, "slug"),
    "fondly_anniversaries": (Anniversary, "id"),
    "fondly_entries": (Entry, "id"),
}


@dataclass(slots=True)
class LastGood:
    """By hook and plugin the records that were given last. ``path`` is the file; times are read in ``zone``."""

    path: Path
    zone: str
    given: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def of(self, hook: str) -> dict[str, list[Any]]:
        """The records of that hook as they were when they were last kept, by plugin."""
        if hook not in KEPT or not self.path.exists():
            return {}
        from fondly.scripting.wire import read_records  # who has no such file does not wait for it

        try:
            kept = json.loads(self.path.read_bytes())["given"].get(hook, {})
            zone = ZoneInfo(self.zone)
            return {name: read_records(KEPT[hook][0], rows, plugin=name, zone=zone) for name, rows in kept.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}  # it is a help, and nothing that a run may fail of

    def keep(self, hook: str, pairs: Iterable[tuple[str, Any]]) -> None:
        """Note what was used in this run: pairs of a plugin's name and a record."""
        if hook in KEPT:
            by_plugin: dict[str, list[Any]] = {}
            for name, record in pairs:
                by_plugin.setdefault(name, []).append(record)
            self.given[hook] = by_plugin

    def save(self) -> None:
        """Write it down for the next run, for the owner alone; nothing where there is nothing."""
        if not any(self.given.values()):
            self.path.unlink(missing_ok=True)
            return
        from fondly.scripting.wire import to_wire

        try:
            given = {hook: {name: to_wire(rows) for name, rows in one.items()} for hook, one in self.given.items()}
            replace_atomically(
                self.path, json.dumps({"fondly": 1, "given": given}, ensure_ascii=False).encode(), mode=0o600
            )
        except (OSError, TypeError, ValueError):
            return
