"""What one run delivers, the next leaves alone, also right after the config or somebody's calendar changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from world import NOW, World, counts

FILE = "{name: ours, kind: ics, path: us.ics, seen_by: [ana]}"
CHANGES = [
    "",
    "practices: {gratitude: {every: 2 per week, at: [morning]}, support: off}",
    "practices: {presence: daily, romance: {at: ['tue 19:00-20:00'], minutes: 60}}",
    "rhythm: {most_per_week: 5, most_per_day: 2, quiet: 21:00-08:00}",
    "rhythm: {most_per_week: 1, pauses: [{from: 2026-12-01, to: 2026-12-10}]}",
    "dates: {every: weekly, at: ['sun 10:00-14:00'], minutes: 90}",
    "dates: off\npractices: {affection: 3 per week, empathy: monthly}",
]


@pytest.mark.parametrize("before", CHANGES)
@pytest.mark.parametrize("after", CHANGES)
def test_the_second_run_after_a_change_writes_nothing(before: str, after: str, tmp_path: Path) -> None:
    """The run after a change is done with it: nothing comes or goes in the one after that."""
    world = World(tmp_path, [FILE], extra=before)
    world.sync()
    world.extra = after
    world.now += dt.timedelta(hours=2)
    world.sync()
    assert counts(world.sync()) == {}


def test_a_killed_run_is_finished_by_the_next(tmp_path: Path) -> None:
    """A run that wrote and never recorded what it had delivered is followed by one that needs no third."""
    for after in CHANGES:
        folder = tmp_path / str(CHANGES.index(after))
        folder.mkdir()
        world = World(folder, [FILE])
        world.sync()
        for file in (folder / "state").iterdir():
            file.unlink()
        world.extra = after
        world.now = NOW + dt.timedelta(hours=2)
        world.sync()
        assert counts(world.sync()) == {}
