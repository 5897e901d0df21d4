"""The batch contract of outputs: read what stands, let the host decide, apply what it decided.

Every place that entries go to, a file as well as a server, speaks these records. The decision in the middle is pure and
the same for all of them, which is what makes a dry run and a test of it cheap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fondly_hooks.types.entries import Entry

Verb = Literal["create", "update", "delete", "unchanged", "keep", "bury"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that stands in an output.

    ``uid`` names it there, ``place`` is where (an href, a line), ``version`` what a precondition compares (an ETag).
    ``fields`` are the values that fondly manages, in canonical form. ``mine`` and ``edited`` say whether fondly made it
    and whether a person changed it since; ``None`` where the thing itself cannot tell. ``done`` is a person's tick.
    ``ends`` is when it is over. ``body`` is what stands, verbatim, where that is at hand.
    """

    uid: str
    fields: Mapping[str, str]
    place: str = ""
    version: str | None = None
    mine: bool | None = None
    edited: bool | None = None
    done: bool = False
    sequence: int = 0
    ends: dt.datetime | dt.date | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the journal knows of one entry in one output.

    ``pending`` is what was being written when the last run ended before its answer came. ``gone`` tells who took it
    away: the ``person`` (it never comes back by itself) or ``us``.
    """

    entry_id: str
    uid: str
    generation: int = 0
    place: str = ""
    version: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0
    edited: bool = False
    done: bool = False
    ends: dt.datetime | dt.date | None = None
    gone: Literal["", "person", "us"] = ""
    pending: Verb | None = None
    pending_fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that stands in an output and may be fondly's.

    Deletions are concluded only where ``complete``. ``absent``: the place itself is not there (a file that was
    deleted), so nothing in it was deleted one by one. ``locked`` tells why nothing may be written now, ``notes`` what
    else the person may want to know.
    """

    things: tuple[Thing, ...] = ()
    complete: bool = True
    absent: bool = False
    locked: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One entry as this output shows it, its identity there, and the values that are to stand."""

    entry: Entry
    uid: str
    generation: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One decision. ``sequence`` and ``changed_at`` are what the new version bears; ``why`` is a plain sentence."""

    verb: Verb
    entry_id: str
    uid: str
    generation: int = 0
    wanted: Wanted | None = None
    thing: Thing | None = None
    sequence: int = 0
    changed_at: dt.datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an action: where it stands now and in which version, or the error in one plain line.

    ``again`` says that the error may pass: the host tries this action again, alone or with others that failed so.
    """

    action: Action
    place: str = ""
    version: str | None = None
    error: str | None = None
    again: bool = False
