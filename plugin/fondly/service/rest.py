"""Rest: a pause of everything, quieter days, and waking up again."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from fondly.journal import Journal
from fondly.memory import FAREST
from fondly.planner import Past
from fondly.preparing import with_rests
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import DayRange
from fondly_hooks.words import DAYS, MONTHS

Rest = Literal["pause", "quieter"]


def rest(journal: Journal, now: dt.datetime, kind: Rest, until: dt.date | None) -> DayRange:
    """Rest from today on, the clock being ``now``, up to and including the day ``until``, or until further notice.

    Raises `ConfigError` where that day is over.
    """
    today = now.date()
    if until is not None and until < today:
        raise ConfigError(f"--until: {until} is over; name today or a later day")
    journal.memory.rest(kind, today, until)
    journal.backup()
    return DayRange(today, until or FAREST)


def resume(journal: Journal, now: dt.datetime) -> bool:
    """End every rest that was asked for on the command line; whether there was one."""
    ended = journal.memory.wake(now.date())
    if ended:
        journal.backup()
    return ended


def span_text(span: DayRange) -> str:
    """``until further notice``, or ``up to and including Thu 24 Dec 2026``."""
    if span.last == FAREST:
        return "until further notice"
    last = span.last
    return f"up to and including {DAYS[last.weekday()]} {last.day} {MONTHS[last.month - 1]} {last.year}"


def pause_on(relationship: Relationship, past: Past, day: dt.date) -> DayRange | None:
    """The pause that this day lies in, the one that lasts longest, be it from the file or from a command."""
    pauses = [pause for pause in with_rests(relationship, past).rhythm.pauses if day in pause]
    return max(pauses, key=lambda pause: pause.last, default=None)
