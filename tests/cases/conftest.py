"""What the twenty-five cases of DESIGN §9 share: a real server, a proxy in front of it, a couple who use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faults import Proxy, faulty
from servers import Calendar
from world import World, caldav_output


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, without the seconds between them, and one write after the other, however busy the machine
    of the tests is: `test_killed` has eight at once."""
    monkeypatch.setattr("fondly.outputs.caldavwrite.NEAR", 1000.0)
    monkeypatch.setattr("fondly.outputs.carrying.WAITS", (0.01, 0.01))
    monkeypatch.setattr("fondly_calendar.dav.READ_WAITS", (0.01, 0.01))


@pytest.fixture
def proxy(calendar: Calendar) -> Iterator[Proxy]:
    """A network that can fail, in front of a real server."""
    with faulty(calendar) as found:
        yield found


@pytest.fixture
def world(proxy: Proxy, tmp_path: Path) -> World:
    """A couple with one shared calendar behind that network."""
    return World(tmp_path, [caldav_output(proxy.calendar)])
