"""The state machine of `lifelike` on real servers: 300 steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lifelike import live
from servers import Calendar


def test_a_life(calendar: Calendar, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """People, plans, bad networks, crashes and lost journals: the people's hands win, nothing is lost or doubled."""
    steps = live(calendar, tmp_path, 300, derandomize=True)
    record_property("steps of the state machine on real servers", steps)
    assert steps >= 300
