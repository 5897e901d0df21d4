"""Fixtures that many tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from servers import KINDS, Calendar, serving

settings.register_profile("fondly", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fondly")


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the state or the config of the person who runs it."""
    folder = tmp_path / "state-of-the-test"
    monkeypatch.setenv("FONDLY_STATE_DIR", str(folder))
    monkeypatch.setenv("FONDLY_CONFIG", str(tmp_path / "no-such-config.yaml"))
    monkeypatch.setenv("NO_COLOR", "1")
    return folder


@pytest.fixture(params=KINDS)
def calendar(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Calendar]:
    """An empty calendar on a real server, once for each kind of server."""
    with serving(request.param, tmp_path) as found:
        yield found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what the tests counted: how much was tried is part of what they show."""
    counted: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", ()):
            counted[name] = counted.get(name, 0) + int(value)
    for name, value in sorted(counted.items()):
        terminalreporter.write_line(f"{value} {name}")
