"""How long planning takes, side by side in one run, as ratios: years, suggestions, and what becomes of the plan."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fondly.export import export_text
from fondly.planner import Gathered, History, Horizons, Plan, plan
from fondly_hooks.types.content import Practice
from fondly_hooks.types.times import Span
from support import gathered, relationship

FIRST = dt.date(2027, 1, 4)
NOW = dt.datetime(2027, 1, 3, 23, tzinfo=dt.UTC)
PEOPLE = relationship()
TRIES = 5


def years(number: int, given: Gathered) -> Plan:
    """A plan of so many years."""
    window = Span(FIRST, FIRST + number * dt.timedelta(days=365))
    return plan(PEOPLE, given, History(), {}, Horizons.all_in(window), NOW)


def best_of(*ways: Callable[[], Any]) -> list[float]:
    """The best time (seconds) of each way, tried in turns, so that a busy moment meets all of them."""
    best = [float("inf")] * len(ways)
    for _ in range(TRIES):
        for index, way in enumerate(ways):
            begin = time.perf_counter()
            way()
            best[index] = min(best[index], time.perf_counter() - begin)
    return best


def tenfold(practices: tuple[Practice, ...]) -> tuple[Practice, ...]:
    """Each practice with ten times its suggestions."""
    return tuple(
        replace(
            practice,
            suggestions=tuple(
                replace(one, slug=f"{one.slug}-{number}") for number in range(10) for one in practice.suggestions
            ),
        )
        for practice in practices
    )


def crowded() -> Gathered:
    """Two of three days taken, from morning to night."""
    taken = [FIRST + number * dt.timedelta(days=1) for number in range(-10, 800) if number % 3]
    spans = [dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) for day in taken]
    busy = tuple((start, start + dt.timedelta(hours=23, minutes=59)) for start in spans)
    return gathered(PEOPLE, busy={"ana": busy, "ben": busy})


@pytest.mark.bench
def test_a_crowded_year() -> None:
    """A year between full calendars costs at most 10 times a free one: what has no time is not looked at again."""
    free, full = gathered(PEOPLE), crowded()
    one, crowd = best_of(lambda: years(1, free), lambda: years(1, full))
    print(f"\na year between full calendars {crowd * 1000:.0f} ms: {crowd / one:.2f} times a free one; at most 10")
    assert len(years(1, full).entries) > 80
    assert crowd / one <= 10


@pytest.mark.bench
def test_planning() -> None:
    """Ten years cost at most 12 times one, ten times the suggestions 3 times, a year 3 times its iCalendar text."""
    given = gathered(PEOPLE)
    many = replace(given, practices=tenfold(given.practices))
    entries = years(1, given).entries
    one, ten, more, render = best_of(
        lambda: years(1, given),
        lambda: years(10, given),
        lambda: years(1, many),
        lambda: export_text(entries, PEOPLE, "ana", NOW),
    )
    print(f"\na year {one * 1000:.0f} ms, {len(entries)} entries; its render to iCalendar {render * 1000:.0f} ms")
    for name, ratio, most in (
        ("ten years", ten / one, 12.0),
        ("ten times the suggestions", more / one, 3.0),
        ("a year, against its render", one / render, 3.0),
    ):
        print(f"{name}: {ratio:.2f} times; at most {most}")
        assert ratio <= most
