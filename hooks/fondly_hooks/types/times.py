"""Days and hours as people say them: partial dates, windows of the week, quiet hours."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS = {"weekdays": frozenset(range(5)), "weekend": frozenset((5, 6)), "daily": frozenset(range(7))}
# The parts of the day, in minutes after midnight on the clock of the person concerned.
PARTS = {
    "morning": (7 * 60, 10 * 60),
    "midday": (12 * 60, 14 * 60),
    "afternoon": (14 * 60, 18 * 60),
    "evening": (18 * 60 + 30, 21 * 60 + 30),
}
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_PARTIAL = re.compile(r"(?:(\d{4})|-)-(\d{2})-(\d{2})")

WINDOW_REMEDY = (
    "write a part of the day (morning, midday, afternoon, evening) or 'DAYS HH:MM-HH:MM' with days such as "
    "'mon', 'fri-sun', 'weekdays', 'weekend', 'daily'"
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day of the year, with its year where that is known. 29 February without a year is a day too."""

    month: int
    day: int
    year: int | None = None

    def __str__(self) -> str:
        year = "-" if self.year is None else f"{self.year:04d}"
        return f"{year}-{self.month:02d}-{self.day:02d}"


def parse_partial_date(text: str) -> PartialDate:
    """Read ``2015-06-20`` or ``--07-04``; raises ``ValueError`` with what would be right."""
    match = _PARTIAL.fullmatch(text.strip())
    if not match:
        raise ValueError(f"'{text}' is no date: write YYYY-MM-DD, or --MM-DD where the year is not known")
    year = int(match[1]) if match[1] else None
    month, day = int(match[2]), int(match[3])
    try:
        # A stand-in year must be a leap year, or 29 February would be lost (facts: Monica, khal).
        dt.date(2000 if year is None else year, month, day)
    except ValueError:
        raise ValueError(f"'{text}' is no day of the calendar") from None
    return PartialDate(month, day, year)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Hours on some days of the week, on the clock of each person concerned.

    ``days`` counts from Monday 0; ``start`` and ``end`` are minutes after midnight, ``end`` at most 1440.
    """

    days: frozenset[int]
    start: int
    end: int
    text: str = ""

    def __str__(self) -> str:
        return self.text


def parse_time_window(text: str) -> TimeWindow:
    """Read one window of ``at``; raises ``ValueError`` with what would be right."""
    words = text.lower().split()
    everyday = frozenset(range(7))
    if len(words) == 1 and words[0] in PARTS:
        start, end = PARTS[words[0]]
        return TimeWindow(everyday, start, end, words[0])
    if len(words) != 2:
        raise ValueError(f"'{text}' is no window: {WINDOW_REMEDY}")
    days = _days(words[0])
    if days is None:
        raise ValueError(f"'{words[0]}' names no days: {WINDOW_REMEDY}")
    if words[1] in PARTS:
        start, end = PARTS[words[1]]
    else:
        start, end = parse_hours(words[1])
        if end <= start:
            raise ValueError(f"'{words[1]}' ends before it begins: a window lies within one day")
    return TimeWindow(days, start, end, " ".join(words))


def parse_hours(text: str) -> tuple[int, int]:
    """Read ``HH:MM-HH:MM`` as two counts of minutes after midnight; ``24:00`` is allowed as an end."""
    match = _HOURS.fullmatch(text.strip())
    if not match:
        raise ValueError(f"'{text}' is no span of hours: write HH:MM-HH:MM")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if start >= 1440 or end > 1440 or int(match[2]) > 59 or int(match[4]) > 59:
        raise ValueError(f"'{text}' is no span of hours: hours go from 00:00 to 24:00")
    return start, end


def _days(text: str) -> frozenset[int] | None:
    if text in _GROUPS:
        return _GROUPS[text]
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            return None
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(days)


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` up to, not including, ``end``: both aware datetimes, or both dates."""

    start: dt.datetime | dt.date
    end: dt.datetime | dt.date


@dataclass(frozen=True, slots=True)
class DayRange:
    """Whole days, both ends included, as a person writes a pause or a visit."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last


_LENGTH = re.compile(r"(\d{1,4}) (day|week|month|year)s?")
_DAYS_IN = {"day": 1, "week": 7, "month": 31, "year": 366}


def parse_days(text: str) -> int:
    """Read a length such as ``14 days``, ``2 weeks`` or ``2 years`` as days, a month as 31 and a year as 366 of them.

    Raises ``ValueError`` with what would be right.
    """
    match = _LENGTH.fullmatch(" ".join(text.lower().split()))
    if not match or not 0 < int(match[1]) * _DAYS_IN[match[2]] <= 36600:
        raise ValueError(f"'{text}' is no length of time: write 'N days', 'N weeks', 'N months' or 'N years'")
    return int(match[1]) * _DAYS_IN[match[2]]
