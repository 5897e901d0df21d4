"""When a calendar says that a person is taken."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from fondly_hooks.errors import SourceError
from fondly_hooks.types.entries import Busy
from fondly_hooks.types.times import Span


def busy_times(data: bytes, person: str, window: Span, zone: ZoneInfo) -> Iterator[Busy]:
    """The times within ``window``, two aware datetimes, that the calendar's events take, recurring ones spread out.

    Events that are transparent (RFC 5545 §3.8.2.7) or cancelled take none. A day or a floating time is on the
    clock of ``zone``, the person's. Raises `SourceError` where the data is no calendar.
    """
    import icalendar
    import recurring_ical_events

    # A time without a zone is compared on the clock that the window is told on.
    begin, finish = _aware(window.start, zone).astimezone(zone), _aware(window.end, zone).astimezone(zone)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a time zone that had to be guessed is no news to a person
            calendar = icalendar.Calendar.from_ical(data)
            calendar.subcomponents = [item for item in calendar.subcomponents if _can_be_spread(item)]
            events = recurring_ical_events.of(calendar, skip_bad_series=True).between(begin, finish)
    except Exception as problem:  # both libraries raise whatever their parts raise on a bad file
        raise SourceError(f"is no calendar that can be read: {' '.join(str(problem).split())[:200]}") from problem
    for event in events:
        if str(event.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT":
            continue
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        try:
            start, end = _aware(event.start, zone), _aware(event.end, zone)
        except (ValueError, OverflowError):
            continue  # at the end of all time, or without a start: nobody is taken by that
        if start < end:
            yield Busy(person, start, end, str(event.get("UID", "")) or None, str(event.get("X-REF", "")) or None)


def _can_be_spread(event: Any) -> bool:
    """Whether its rules can be followed: one with an interval of nothing, or of minutes since long ago, has no end."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if isinstance(rule, dict):
            often = {str(word).upper() for word in rule.get("FREQ", [])} & {"SECONDLY", "MINUTELY"}
            if often or any(step < 1 for step in rule.get("INTERVAL", [])):
                return False
    return True


def _aware(moment: dt.datetime | dt.date, zone: ZoneInfo) -> dt.datetime:
    if not isinstance(moment, dt.datetime):
        return dt.datetime(moment.year, moment.month, moment.day, tzinfo=zone).astimezone(dt.UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
