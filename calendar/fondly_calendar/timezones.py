"""VTIMEZONE in its compact form: one STANDARD and one DAYLIGHT with a yearly rule each, as Outlook needs it.

The rules are read off the zone itself. Where no two yearly rules say what it does in the years that matter (Morocco, a
country that changes its law), every change is written out.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SAMPLE = range(2026, 2037)  # enough years to tell the last Sunday from the fourth


@dataclass(frozen=True, slots=True)
class Change:
    """A moment at which the clock is changed: its local time before, and the offsets on both sides."""

    local: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str


def vtimezone(zone: str, first_year: int, last_year: int) -> list[str]:
    """The content lines of the zone, an IANA name, right for all of these years."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    years = range(min(SAMPLE[0], first_year), max(SAMPLE[-1], last_year) + 1)
    changes = _changes(zone, years[0], years[-1])
    if not changes:
        now = dt.datetime(first_year, 1, 1, tzinfo=ZoneInfo(zone))
        offset = now.utcoffset() or dt.timedelta()
        lines += _observance("STANDARD", dt.datetime(1970, 1, 1), offset, offset, now.tzname() or zone, None)  # noqa: DTZ001
    else:
        lines += _ruled(changes, years) or _written_out(zone, first_year, last_year)
    return [*lines, "END:VTIMEZONE"]


def _ruled(changes: tuple[Change, ...], years: range) -> list[str] | None:
    """Two observances with a rule each, if two rules say it all."""
    kinds = {(change.before, change.after) for change in changes}
    if len(kinds) != 2:
        return None
    lines: list[str] = []
    for before, after in sorted(kinds, key=lambda kind: kind[1] > kind[0]):
        own = [change for change in changes if (change.before, change.after) == (before, after)]
        if [change.local.year for change in own] != list(years):
            return None
        rule = _rule(own)
        if rule is None:
            return None
        month, position, weekday = rule
        begin = _day(1970, month, position, weekday)
        start = dt.datetime.combine(begin, own[0].local.time())
        text = f"FREQ=YEARLY;BYMONTH={month};BYDAY={position}{DAYS[weekday]}"
        kind = "DAYLIGHT" if after > before else "STANDARD"
        lines += _observance(kind, start, before, after, own[0].name, text)
    return lines


def _rule(changes: list[Change]) -> tuple[int, int, int] | None:
    """Month, position and weekday that all of these changes share; the position is -1 for the last one."""
    first = changes[0].local
    for position in (-1, 1, 2, 3, 4):
        if all(
            change.local.time() == first.time()
            and change.local.month == first.month
            and change.local.date() == _day(change.local.year, first.month, position, first.weekday())
            for change in changes
        ):
            return first.month, position, first.weekday()
    return None


def _day(year: int, month: int, position: int, weekday: int) -> dt.date:
    if position == -1:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (position - 1))


def _written_out(zone: str, first_year: int, last_year: int) -> list[str]:
    start = dt.datetime(first_year - 1, 1, 1, tzinfo=ZoneInfo(zone))
    offset = start.utcoffset() or dt.timedelta()
    lines = _observance("STANDARD", start.replace(tzinfo=None), offset, offset, start.tzname() or zone, None)
    for change in _changes(zone, first_year - 1, last_year):
        kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
        lines += _observance(kind, change.local, change.before, change.after, change.name, None)
    return lines


def _observance(
    kind: str, start: dt.datetime, before: dt.timedelta, after: dt.timedelta, name: str, rule: str | None
) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{start:%Y%m%dT%H%M%S}",
        *([f"RRULE:{rule}"] if rule else []),
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(after)}",
        f"TZNAME:{name}",
        f"END:{kind}",
    ]


def _offset(offset: dt.timedelta) -> str:
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    text = f"{sign}{seconds // 3600:02d}{seconds % 3600 // 60:02d}"
    return text + (f"{seconds % 60:02d}" if seconds % 60 else "")


@lru_cache(maxsize=64)
def _changes(zone: str, first_year: int, last_year: int) -> tuple[Change, ...]:
    return tuple(change for year in range(first_year, last_year + 1) for change in _changes_in(ZoneInfo(zone), year))


def _changes_in(zone: ZoneInfo, year: int) -> Iterator[Change]:
    """The changes of that local year, found by halving: no zone changes twice within ten days."""
    begin = dt.datetime(year - 1, 12, 31, tzinfo=dt.UTC)
    while begin.year <= year:
        end = begin + dt.timedelta(days=10)
        before = begin.astimezone(zone).utcoffset()
        if before is not None and before != end.astimezone(zone).utcoffset():
            low, high = begin, end
            while high - low > dt.timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
            moment = high.replace(microsecond=0)
            local = (moment + before).replace(tzinfo=None)
            new = moment.astimezone(zone)
            after = new.utcoffset()
            if local.year == year and after is not None:  # no offset at all is an offset too: London in winter
                yield Change(local, before, after, new.tzname() or "")
        begin = end
