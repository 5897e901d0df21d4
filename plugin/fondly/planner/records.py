"""What goes into the planner and what comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from fondly_hooks.types.content import Anniversary, DateIdea, Practice
from fondly_hooks.types.entries import Entry, LeftOut
from fondly_hooks.types.times import DayRange, Span

LONG_AGO = dt.date.min
FAREST = dt.date(9000, 1, 1)  # until further notice
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
    """What was used before, and what people said of it.

    ``suggestions`` has the last day of each ``practice/suggestion``, ``ideas`` that of each slug; `LONG_AGO` stands for
    a day that is forgotten. ``never`` and ``loved`` hold suggestions, ``not_before`` those that rest, with the first
    day on which they may come again. ``let_go`` holds the ids of entries that are not to come. In the spans of
    ``rarer`` every second turn of a practice rests.
    """

    first_use: dt.date | None = None
    suggestions: Mapping[str, dt.date] = field(default_factory=dict)
    ideas: Mapping[str, dt.date] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    loved: frozenset[str] = frozenset()
    not_before: Mapping[str, dt.date] = field(default_factory=dict)
    let_go: frozenset[str] = frozenset()
    rarer: Mapping[str, tuple[DayRange, ...]] = field(default_factory=dict)


# What was delivered, by entry id, as it was planned then.
Commitments = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Past:
    """What a plan needs to know of earlier runs: what was delivered, what was used, and how to know it again.

    ``outputs`` are the names of all outputs that were ever served, ``uids`` the UIDs of what was delivered there.
    ``pauses`` and ``quieter`` are the days for which a person asked for rest on the command line.
    """

    commitments: Commitments = field(default_factory=dict)
    history: History = field(default_factory=History)
    outputs: tuple[str, ...] = ()
    uids: frozenset[str] = frozenset()
    pauses: tuple[DayRange, ...] = ()
    quieter: tuple[DayRange, ...] = ()


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
