"""What a reader's pause takes away, and from where. Pure; nobody is told whose pause it is.

Every place that more than one person sees rests alike, whoever asked for it, so that none of them tells who that was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fondly.config.records import OutputSpec
from fondly.feeds.access import FILE, Rest, read_access
from fondly_hooks.types.entries import Entry

FEED = "feed"
SHARED_RESTS = "What you share rests for now, because somebody asked for it."
TOGETHER = ("practice", "date", "preparation")  # kinds of what people do, and not of what they remember


@dataclass(frozen=True, slots=True)
class ReaderRest:
    """A reader's pause: of which feed, who reads it, and the ``rest`` itself. ``left``: until they come back."""

    feed: str
    readers: frozenset[str]
    rest: Rest
    left: bool = False

    def __str__(self) -> str:
        return f"{self.feed}:{self.rest.since.isoformat()}:{self.rest.last}:{self.left}"


def reader_rests(folder: Path, specs: Iterable[OutputSpec], now: dt.datetime) -> tuple[ReaderRest, ...]:
    """The pauses that last at ``now``, of the feeds that the config names. ``folder`` is the state folder."""
    if not (folder / FILE).exists():
        return ()
    access = read_access(folder)
    found = []
    for spec in specs:
        link = access.link(spec.name)
        if spec.kind == FEED and spec.seen_by and link.rest is not None and link.rest.lasts(now):
            found.append(ReaderRest(spec.name, spec.seen_by, link.rest, link.left))
    return tuple(found)


def has_left(spec: OutputSpec, rests: Iterable[ReaderRest]) -> bool:
    """Whether whoever reads this feed wants no more of it."""
    return spec.kind == FEED and any(one.left and one.feed == spec.name for one in rests)


def awake(entries: Sequence[Entry], spec: OutputSpec, rests: Sequence[ReaderRest], now: dt.datetime) -> list[Entry]:
    """The entries without those that the readers' pauses withdraw from this place.

    What had begun when a pause was asked for stays, and so does what comes after its last day. A pause takes all of it
    from the paused feed, from what the same reader alone sees elsewhere, and from every place that several people see.
    From what somebody else alone sees it takes what they would have done together with the reader.
    """
    if has_left(spec, rests):
        return []
    return _awake(entries, spec.name, spec.seen_by, rests, now)


def awake_for(entries: Sequence[Entry], viewer: str, rests: Sequence[ReaderRest], now: dt.datetime) -> list[Entry]:
    """The entries as an answer to one person, without what the readers' pauses withdraw."""
    return _awake(entries, "", frozenset({viewer}), rests, now)


def _awake(
    entries: Sequence[Entry], name: str, seen_by: frozenset[str], rests: Sequence[ReaderRest], now: dt.datetime
) -> list[Entry]:
    return [entry for entry in entries if not any(_withdraws(one, entry, name, seen_by, now.tzinfo) for one in rests)]


def _withdraws(one: ReaderRest, entry: Entry, name: str, seen_by: frozenset[str], clock: dt.tzinfo | None) -> bool:
    if not hides(one, entry.start, entry.first_day, clock):
        return False
    if name == one.feed or len(seen_by) > 1 or (seen_by == one.readers and len(seen_by) == 1):
        return True
    return entry.kind in TOGETHER and not one.readers.isdisjoint(entry.people)


def hides(one: ReaderRest, start: dt.datetime | dt.date, first_day: dt.date, clock: dt.tzinfo | None) -> bool:
    """Whether what begins then lies in the pause: it had not begun when that was asked for, its day is not after."""
    if one.rest.last is not None and first_day > one.rest.last:
        return False
    if isinstance(start, dt.datetime):
        return start > one.rest.since
    return start > one.rest.since.astimezone(clock).date()
