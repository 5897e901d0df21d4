"""Anniversaries as concrete dated entries, with the right count in each title (facts/anniversaries.md)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator

from fondly_hooks.types.content import Anniversary
from fondly_hooks.types.entries import Entry, LeftOut
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

MONTHS = "January February March April May June July August September October November December".split()
_STYLES = {  # kind: neutral title, category, colour
    "birthday": ("Birthday", "Birthday", "goldenrod"),
    "memorial": ("A day to remember", "In memory", "slategray"),
}


def remember(
    anniversaries: Iterable[Anniversary], relationship: Relationship, window: Span
) -> tuple[list[Entry], list[LeftOut]]:
    """The entries whose day lies in ``window``, two dates, and what does not come, with the reason."""
    entries: list[Entry] = []
    left_out: list[LeftOut] = []
    for anniversary in sorted(anniversaries, key=lambda anniversary: anniversary.id):
        if anniversary.why_not:
            id = f"anniversary/{anniversary.id}"
            left_out.append(LeftOut(id, f"{anniversary.name}: {anniversary.why_not}.", anniversary.secret_from))
            continue
        for day, occurrence, years in yearly(anniversary, window):
            entry = _entry(anniversary, relationship, day, occurrence, years)
            if any(day in pause for pause in relationship.rhythm.pauses):
                why = "Everything rests on that day: it is in a pause."
                left_out.append(LeftOut(entry.id, why, anniversary.secret_from))
            else:
                entries.append(entry)
    return entries, left_out


def yearly(anniversary: Anniversary, window: Span) -> Iterator[tuple[dt.date, str, int | None]]:
    """The days within ``window``: each with the name of its occurrence and how many years it is, if that is known."""
    origin = anniversary.origin
    for year in range(window.start.year, window.end.year + 1):
        count = None if origin.year is None else year - origin.year
        if count is not None and count < 0:
            continue
        for day, occurrence in _days_in(anniversary, year):
            if window.start <= day < window.end:
                yield day, occurrence, count


def _days_in(anniversary: Anniversary, year: int) -> Iterator[tuple[dt.date, str]]:
    month, day = anniversary.origin.month, anniversary.origin.day
    if (month, day) != (2, 29) or calendar.isleap(year):
        yield dt.date(year, month, day), str(year)
    elif anniversary.leap_day == "mar-1":
        yield dt.date(year, 3, 1), str(year)
    elif anniversary.leap_day != "leap-years":
        yield dt.date(year, 2, 28), str(year)
        if anniversary.leap_day == "both":
            yield dt.date(year, 3, 1), f"{year}-mar-1"


def _entry(
    anniversary: Anniversary, relationship: Relationship, day: dt.date, occurrence: str, years: int | None
) -> Entry:
    neutral, category, color = _STYLES.get(anniversary.kind, ("A day to remember", "Anniversary", "crimson"))
    origin = anniversary.origin
    count = "" if not years else "1 year" if years == 1 else f"{years} years"
    if anniversary.kind == "birthday":
        title = f"{anniversary.name} turns {years}" if years else f"Birthday of {anniversary.name}"
    elif anniversary.kind == "memorial":
        title = f"Remembering {anniversary.name}" + (f" ({count})" if count else "")
    else:
        title = f"{anniversary.name}: {count}" if count else anniversary.name
    since = f"{origin.day} {MONTHS[origin.month - 1]}" + ("" if origin.year is None else f" {origin.year}")
    moved = day.day != origin.day
    return Entry(
        id=f"anniversary/{anniversary.id}/yearly/{occurrence}",
        kind="anniversary",
        title=title,
        neutral_title=neutral,
        description=f"The day itself: {since}." if moved or origin.year is not None else None,
        start=day,
        end=day + dt.timedelta(days=1),
        people=anniversary.people or tuple(person.id for person in relationship.people),
        secret_from=anniversary.secret_from,
        categories=(category,),
        color=color,
        alarms=(*(morning_before(length) for length in anniversary.remind), "PT9H"),
        anniversary=anniversary.id,
        why=(f"{anniversary.name} is on {since}" + (", which this year does not have." if moved else "."),),
    )


def morning_before(length: dt.timedelta) -> str:
    """The alarm at nine in the morning, so many days before an all-day entry begins: nobody wants one at midnight."""
    return f"-P{length.days - 1}DT15H" if length.days > 1 else "-PT15H"
