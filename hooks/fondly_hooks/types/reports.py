"""What a run did, and what failed in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OutputReport:
    """What one run did in one output."""

    name: str
    kind: str
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    kept: int = 0
    completed: int = 0
    requests: int = 0
    error: str | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report as ``sync --json`` prints it."""
        names = ["name", "kind", "created", "updated", "deleted", "unchanged", "kept", "completed", "requests", "error"]
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Failure:
    """A part that failed, by name: the plugin, the hook, where it comes from, and the error in one line."""

    plugin: str
    hook: str
    source: str
    error: str

    def as_json(self) -> dict[str, str]:
        """The failure as every JSON document carries it."""
        return {"plugin": self.plugin, "hook": self.hook, "source": self.source, "error": self.error}


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a whole run did, as observers get it."""

    outputs: tuple[OutputReport, ...]
    failures: tuple[Failure, ...]
    dry_run: bool = False
