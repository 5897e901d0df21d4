"""Days and hours as people say them: windows of the week, quiet hours, lengths of time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUPS = {"weekdays": frozenset(range(5)), "weekend": frozenset((5, 6)), "daily": frozenset(range(7))}
# The parts of the day, in minutes after midnight on the clock of the person concerned.
PARTS = {
    "morning": (7 * 60, 10 * 60),
    "midday": (12 * 60, 14 * 60),
    "afternoon": (14 * 60, 18 * 60),
    "evening": (18 * 60 + 30, 21 * 60 + 30),
}
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")

WINDOW_REMEDY = (
    "write a part of the day (morning, midday, afternoon, evening) or 'DAYS HH:MM-HH:MM' with days such as "
    "'mon', 'fri-sun', 'weekdays', 'weekend', 'daily'"
)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Hours on some days of the week, on the clock of each person concerned.

    ``days`` counts from Monday 0; ``start`` and ``end`` are minutes after midnight, ``end`` at most 1440. ``text`` is
    what a person wrote, where one did.
    """

    days: frozenset[int]
    start: int
    end: int
    text: str = ""

    def __str__(self) -> str:
        """The text that `parse_time_window` reads back as the same hours on the same days."""
        return self.text or f"{_days_text(self.days)} {hours_text((self.start, self.end))}"


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
        dash = " with a plain '-' in it" if {"–", "—", "−", "‐", "‑"} & set(text) else ""
        raise ValueError(f"'{text}' is no span of hours: write HH:MM-HH:MM{dash}")
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if start >= 1440 or end > 1440 or int(match[2]) > 59 or int(match[4]) > 59:
        raise ValueError(f"'{text}' is no span of hours: hours go from 00:00 to 24:00")
    return start, end


def hours_text(hours: tuple[int, int]) -> str:
    """The text that `parse_hours` reads back as these minutes after midnight."""
    return "-".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in hours)


def _days_text(days: frozenset[int]) -> str:
    for name, group in _GROUPS.items():
        if days == group:
            return name
    return ",".join(DAYS[day] for day in sorted(days))


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

    def days(self) -> Iterator[dt.date]:
        """Each day of it, in order; of times those on their own clock, the last one where it has begun."""
        day, end = self.start, self.end
        if isinstance(day, dt.datetime):
            day = day.date()
        if isinstance(end, dt.datetime):
            end = (end - dt.timedelta(microseconds=1)).date() + dt.timedelta(days=1)
        while day < end:
            yield day
            day += dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRange:
    """Whole days, both ends included, as a person writes a pause or a visit."""

    first: dt.date
    last: dt.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last


Unit = Literal["day", "week", "month", "year"]

_LENGTH = re.compile(r"([0-9]{1,5}) (day|week|month|year)s?")
_DAYS_IN: dict[str, int] = {"day": 1, "week": 7, "month": 31, "year": 366}
MOST_DAYS = 36_600


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in whole days, weeks, months or years, as a person counts them."""

    count: int
    unit: Unit

    @property
    def days(self) -> int:
        """At most so many days: a month is taken as 31 of them and a year as 366."""
        return self.count * _DAYS_IN[self.unit]

    def __str__(self) -> str:
        """The text that `parse_length` reads back as this very length."""
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def parse_length(text: str) -> Length:
    """Read a length such as ``14 days``, ``2 weeks`` or ``2 years``; raises ``ValueError`` with what would be right."""
    match = _LENGTH.fullmatch(" ".join(text.lower().split()))
    if not match:
        raise ValueError(f"'{text}' is no length of time: write 'N days', 'N weeks', 'N months' or 'N years'")
    length = Length(int(match[1]), next(unit for unit in get_args(Unit) if unit == match[2]))
    if not 0 < length.days <= MOST_DAYS:
        raise ValueError(f"'{text}' is out of range: between 1 day and 100 years")
    return length
