"""The state machine of `lifelike` on real servers: 10,000 random steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lifelike import live
from servers import Calendar

STEPS = 10_000


@pytest.mark.long
def test_long_lives(calendar: Calendar, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """Whatever people, plans, networks and machines do: people's hands win, nothing is lost or doubled."""
    steps = live(calendar, tmp_path, STEPS, derandomize=False)
    record_property("steps of the state machine on real servers", steps)
    assert steps >= STEPS
