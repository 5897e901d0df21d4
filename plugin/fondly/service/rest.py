"""Rest: a pause of everything, quieter days, and waking up again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from fondly.planner import FAREST, Past
from fondly.preparing import with_rests
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import DayRange
from fondly_hooks.words import DAYS, MONTHS

if TYPE_CHECKING:
    from fondly.journal import Journal

Rest = Literal["pause", "quieter"]


def rest(journal: Journal, now: dt.datetime, kind: Rest, until: dt.date | None) -> DayRange:
    """Rest from today on, the clock being ``now``, up to and including the day ``until``, or until further notice.

    Raises `ConfigError` where that day is over.
    """
    refuse_past(now, until)
    today = now.date()
    journal.memory.rest(kind, today, until)
    journal.backup()
    return DayRange(today, until or FAREST)


def refuse_past(now: dt.datetime, until: dt.date | None) -> None:
    """Raise `ConfigError` where a rest could not last until that day, which is over."""
    if until is not None and until < now.date():
        raise ConfigError(f"--until: {until} is over; name today or a later day")


def resume(journal: Journal, now: dt.datetime) -> bool:
    """End every rest that was asked for on the command line; whether there was one."""
    ended = journal.memory.wake(now.date())
    if ended:
        journal.backup()
    return ended


def quieter_on(past: Past, day: dt.date) -> DayRange | None:
    """The quieter days that this day lies in."""
    return next((span for span in past.quieter if day in span), None)


def span_text(span: DayRange) -> str:
    """``until further notice``, or ``up to and including Thu 24 Dec 2026``."""
    if span.last == FAREST:
        return "until further notice"
    last = span.last
    return f"up to and including {DAYS[last.weekday()]} {last.day} {MONTHS[last.month - 1]} {last.year}"


def pause_in_file(relationship: Relationship, day: dt.date) -> DayRange | None:
    """The pause of the config file that this day lies in, which no command ends."""
    return pause_on(relationship, Past(), day)


def pause_on(relationship: Relationship, past: Past, day: dt.date) -> DayRange | None:
    """The pause that this day lies in, the one that lasts longest, be it from the file or from a command."""
    pauses = [pause for pause in with_rests(relationship, past).rhythm.pauses if day in pause]
    return max(pauses, key=lambda pause: pause.last, default=None)
