"""What the host has to know of each hook beyond its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from fondly_hooks.types.content import Anniversary, DateIdea, Practice
from fondly_hooks.types.entries import Busy, Change, Entry
from fondly_hooks.types.ideas import Forecast, RankedIdea
from fondly_hooks.types.outputs import OutputKind

HookKind = Literal["provider", "decider", "adjuster", "observer", "command"]


@dataclass(frozen=True, slots=True)
class HookFacts:
    """One hook: its ``kind``, the record that it ``gives`` (or ``None``), and whether ``scripts`` may answer it.

    A ``provider`` gives any number of records, and everybody is asked. Of the ``decider``s the last one loaded is asked
    first, and the first answer counts. An ``adjuster`` gets what the ones before it left. An ``observer`` is told.
    """

    kind: HookKind
    gives: type[Any] | None = None
    scripts: bool = True


HOOKS: Mapping[str, HookFacts] = MappingProxyType(
    {
        "fondly_practices": HookFacts("provider", Practice),
        "fondly_date_ideas": HookFacts("provider", DateIdea),
        "fondly_anniversaries": HookFacts("provider", Anniversary),
        "fondly_entries": HookFacts("provider", Entry),
        "fondly_busy": HookFacts("provider", Busy),
        "fondly_weather": HookFacts("decider", Forecast),
        "fondly_rank_date_ideas": HookFacts("decider", RankedIdea),
        "fondly_adjust_entries": HookFacts("adjuster", Change),
        "fondly_output_kinds": HookFacts("provider", OutputKind, scripts=False),
        "fondly_commands": HookFacts("command", scripts=False),
        "fondly_entry_done": HookFacts("observer"),
        "fondly_run_finished": HookFacts("observer"),
    }
)
