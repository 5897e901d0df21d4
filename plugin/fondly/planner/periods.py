"""Periods and their occurrences.

The planner works in quarters that are made of whole ISO weeks, a week belonging where its Thursday lies, as ISO 8601
counts weeks into years. So every week's budget belongs to just one quarter, and a quarter can be planned without
knowing its neighbours. An occurrence is one turn in a period, with the days that it may fall on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from fondly_hooks.chance import chance
from fondly_hooks.types.cadence import Cadence

EPOCH = dt.date(2001, 1, 1)  # a Monday; the contract counts "every N ..." from here
DAY = dt.timedelta(days=1)
LONGEST_QUARTER = 98  # days: fourteen weeks


@dataclass(frozen=True)
class Quarter:
    """A quarter of whole ISO weeks. ``days`` are all of its days, ``weeks`` its Mondays."""

    year: int
    number: int
    weeks: tuple[dt.date, ...]

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """All days of its weeks."""
        return tuple(monday + step * DAY for monday in self.weeks for step in range(7))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One turn: its id, its period as people write it, and the days it may fall on, in order."""

    id: str
    period: str
    days: tuple[dt.date, ...]


def monday_of(day: dt.date) -> dt.date:
    """The Monday of that day's week."""
    return day - day.weekday() * DAY


def quarters_between(first: dt.date, last: dt.date) -> Iterator[Quarter]:
    """The quarters that the days from ``first`` to ``last``, both included, touch."""
    thursday, end = monday_of(first) + 3 * DAY, monday_of(last) + 3 * DAY
    year, number = thursday.year, (thursday.month - 1) // 3 + 1
    while (year, number) <= (end.year, (end.month - 1) // 3 + 1):
        yield quarter(year, number)
        year, number = (year + 1, 1) if number == 4 else (year, number + 1)


def quarter(year: int, number: int) -> Quarter:
    """The quarter of that year, 1 to 4."""
    begin = dt.date(year, 3 * number - 2, 1)
    monday = monday_of(begin + 3 * DAY)  # the first week whose Thursday is not before the first day
    weeks = []
    while (thursday := monday + 3 * DAY).year == year and (thursday.month - 1) // 3 + 1 == number:
        weeks.append(monday)
        monday += 7 * DAY
    return Quarter(year, number, tuple(weeks))


def week_name(day: dt.date) -> str:
    """The ISO week as ``2026-W48``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def occurrences(cadence: Cadence, prefix: str, within: Quarter, salt: str, *, bare: bool = False) -> list[Occurrence]:
    """The occurrences of ``cadence`` that are planned in that quarter, in order.

    Their ids are ``prefix/period/n``, or ``prefix/period`` for the first where ``bare``. A turn whose days reach beyond
    the quarter belongs to one quarter, which ``salt`` picks where they are more than a quarter; its other days are then
    not used.
    """
    found: list[Occurrence] = []
    inside = frozenset(within.days)
    for period, days in _periods(cadence, within):
        for n, part in enumerate(_parts(days, cadence), start=1):
            id = f"{prefix}/{period}" if bare and n == 1 else f"{prefix}/{period}/{n}"
            if not inside.issuperset(part):
                # Up to a quarter long, it belongs where most of it lies, so that none goes a quarter without. Longer
                # ones are cut at one point for the whole period, so that two of them never meet in one quarter.
                luck = chance(salt, prefix, period) / 2**64
                target = part[len(part) // 2 if len(part) <= LONGEST_QUARTER else int(luck * len(part))]
                part = tuple(day for day in part if day in inside) if target in inside else ()  # noqa: PLW2901
            if part:
                found.append(Occurrence(id, period, part))
    return found


def _parts(days: Sequence[dt.date], cadence: Cadence) -> Iterator[tuple[dt.date, ...]]:
    """The stretch of a period for each of its turns; where a stretch would be under a week, all may use all of it."""
    count = cadence.count if cadence.mode == "per" else 1
    for n in range(count):
        if len(days) < 7 * count:
            yield tuple(days)
        else:
            yield tuple(days[n * len(days) // count : (n + 1) * len(days) // count])


def _periods(cadence: Cadence, within: Quarter) -> Iterator[tuple[str, Sequence[dt.date]]]:
    if cadence.mode == "every":
        yield from _blocks(cadence, within)
    elif cadence.unit == "day":
        yield from ((day.isoformat(), (day,)) for day in within.days)
    elif cadence.unit == "week":
        yield from ((week_name(monday), _days(monday, 7)) for monday in within.weeks)
    elif cadence.unit == "month":
        for month in range(3 * within.number - 2, 3 * within.number + 1):
            yield f"{within.year}-{month:02d}", _month(within.year, month)
    elif cadence.unit == "quarter":
        yield str(within), _months(within.year, 3 * within.number - 2, 3)
    else:
        yield str(within.year), _months(within.year, 1, 12)


def _blocks(cadence: Cadence, within: Quarter) -> Iterator[tuple[str, Sequence[dt.date]]]:
    first, last = within.weeks[0], within.weeks[-1] + 6 * DAY
    if cadence.unit == "month":
        # Blocks are counted from the epoch, so one may reach into the quarter from either side.
        begin = (within.year * 12 + 3 * within.number - 3) - EPOCH.year * 12
        for block in range(begin // cadence.count, (begin + 2) // cadence.count + 1):
            year, month = divmod(block * cadence.count + EPOCH.year * 12, 12)
            yield f"{year}-{month + 1:02d}", _months(year, month + 1, cadence.count)
        return
    length = cadence.count * (7 if cadence.unit == "week" else 1)
    for block in range((first - EPOCH).days // length, (last - EPOCH).days // length + 1):
        start = EPOCH + block * length * DAY
        yield week_name(start) if cadence.unit == "week" else start.isoformat(), _days(start, length)


def _days(start: dt.date, count: int) -> tuple[dt.date, ...]:
    return tuple(start + step * DAY for step in range(count))


def _months(year: int, month: int, count: int) -> tuple[dt.date, ...]:
    months = (divmod(year * 12 + month - 1 + step, 12) for step in range(count))
    return tuple(day for y, m in months for day in _month(y, m + 1))


@cache
def _month(year: int, month: int) -> tuple[dt.date, ...]:
    """The days of that month whose week belongs to it."""
    start = dt.date(year, month, 1)
    days = (start + step * DAY for step in range(31))
    return tuple(day for day in days if day.month == month and (monday_of(day) + 3 * DAY).month == month)
