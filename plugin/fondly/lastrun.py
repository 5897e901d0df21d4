"""What the last run's plugins took and failed at, kept for ``fondly hooks list``."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from fondly.plugins import Plugins, Took
from fondly_hooks.files import replace_atomically
from fondly_hooks.types.reports import Failure

LAST_RUN = "hooks.json"


@dataclass(frozen=True, slots=True)
class LastRun:
    """One run: when it was, by hook and plugin how often each was asked and how long that took, and what failed."""

    at: dt.datetime | None = None
    took: Mapping[tuple[str, str], Took] = field(default_factory=lambda: MappingProxyType({}))
    failures: tuple[Failure, ...] = ()


def save_last_run(folder: Path, plugins: Plugins, now: dt.datetime) -> None:
    """Keep what these plugins did in this run, in the state folder, for its owner alone.

    It is of use to a tinkerer and to nobody else, so where it cannot be written the run is none the worse.
    """
    document = {
        "fondly": 1,
        "at": now.isoformat(),
        "asked": [
            {"hook": hook, "plugin": name, "calls": took.calls, "seconds": round(took.seconds, 4)}
            for (hook, name), took in sorted(plugins.took.items())
        ],
        "failures": [failure.as_json() for failure in plugins.failures],
    }
    try:
        replace_atomically(folder / LAST_RUN, json.dumps(document, ensure_ascii=False).encode(), mode=0o600)
    except OSError:
        return


def last_run(folder: Path) -> LastRun:
    """The run that was kept last; an empty one where there is none, or none that can be read."""
    try:
        document = json.loads((folder / LAST_RUN).read_bytes())
        return LastRun(
            at=dt.datetime.fromisoformat(document["at"]),
            took={(row["hook"], row["plugin"]): Took(row["calls"], row["seconds"]) for row in document["asked"]},
            failures=tuple(Failure(**row) for row in document["failures"]),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return LastRun()
