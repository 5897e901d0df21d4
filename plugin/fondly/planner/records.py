"""What goes into the planner and what comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from fondly_hooks.types.content import Anniversary, DateIdea, Practice
from fondly_hooks.types.entries import Entry, LeftOut
from fondly_hooks.types.times import Span

BusyTimes = Mapping[str, tuple[tuple[dt.datetime, dt.datetime], ...]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the plugins gave. ``busy`` has for each person's id the spans (UTC) that are taken, in order."""

    practices: tuple[Practice, ...] = ()
    ideas: tuple[DateIdea, ...] = ()
    anniversaries: tuple[Anniversary, ...] = ()
    entries: tuple[Entry, ...] = ()
    busy: BusyTimes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What was used before, with its last day: ``suggestions`` by ``practice/suggestion``, ``ideas`` by slug."""

    first_use: dt.date | None = None
    suggestions: Mapping[str, dt.date] = field(default_factory=dict)
    ideas: Mapping[str, dt.date] = field(default_factory=dict)


# What was delivered, by entry id, as it was planned then.
Commitments = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Past:
    """What a plan needs to know of earlier runs: what was delivered, what was used, and how to know it again.

    ``outputs`` are the names of all outputs that were ever served, ``uids`` the UIDs of what was delivered there.
    """

    commitments: Commitments = field(default_factory=dict)
    history: History = field(default_factory=History)
    outputs: tuple[str, ...] = ()
    uids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Horizons:
    """From when and up to when each kind of entry is wanted: spans of dates, the end not included."""

    practices: Span
    dates: Span
    anniversaries: Span

    @classmethod
    def all_in(cls, window: Span) -> Horizons:
        """The same window for everything."""
        return cls(window, window, window)


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries, in order of their start and id, and what was left out."""

    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
