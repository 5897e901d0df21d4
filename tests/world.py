"""A small world for the tests of the main job: a config, a clock, and real syncs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from fondly.config import load_config
from fondly.preparing import local_now, prepare
from fondly.run import Run, sync
from servers import Calendar

NOW = dt.datetime.fromisoformat("2026-11-22T09:00:00+01:00")

CONFIG = """\
id: 7c9e6679-7425-40de-944b-e07fc1f90ae7
timezone: Europe/Berlin
people:
  - {id: ana, name: Ana, birthday: 1992-02-29}
  - {id: ben, name: Ben, birthday: --07-04}
me: ana
"""

WEDDING = "{id: wedding, name: Wedding, date: 2015-06-20, kind: wedding}"
MOVE = "{id: move, name: First flat, date: 2020-12-01, kind: custom}"


@dataclass
class World:
    """One relationship on one machine. ``sync`` writes the config anew and runs the main job as the command does."""

    folder: Path
    outputs: list[str]
    dates: list[str] = field(default_factory=lambda: [WEDDING, MOVE])
    extra: str = ""
    now: dt.datetime = NOW
    state: str = "state"

    @property
    def config(self) -> Path:
        """The config file."""
        return self.folder / "fondly.yaml"

    def write(self) -> None:
        """Write the config file as it is now."""
        lines = [CONFIG, self.extra, "anniversaries:", "  dates:", *(f"    - {date}" for date in self.dates)]
        lines += ["outputs:", *(f"  - {output}" for output in self.outputs)]
        if not self.dates:
            lines[2:4] = []
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.config.chmod(0o600)

    def sync(self, **options: object) -> Run:
        """The main job, once."""
        self.write()
        prepared = prepare(load_config(self.config))
        now = local_now(prepared.relationship, self.now)
        return sync(prepared, self.folder / self.state, now, **options)  # type: ignore[arg-type]


def caldav_output(calendar: Calendar, /, name: str = "ours", seen_by: str = "[ana, ben]", **more: str) -> str:
    """A CalDAV output for that calendar, as a line of the config."""
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return (
        f'{{name: {name}, kind: caldav, url: "{calendar.url}", username: {calendar.user}, '
        f'password: "{calendar.password}", seen_by: {seen_by}{extra}}}'
    )


def counts(run: Run, name: str = "ours") -> dict[str, int]:
    """What happened in that output, without what did not."""
    report = next(delivery.report for delivery in run.deliveries if delivery.report.name == name)
    assert report.error is None, report.error
    keys = ("created", "updated", "deleted", "kept", "completed")
    return {key: getattr(report, key) for key in keys if getattr(report, key)}


def error(run: Run, name: str = "ours") -> str:
    """What went wrong in that output."""
    report = next(delivery.report for delivery in run.deliveries if delivery.report.name == name)
    assert report.error is not None, report
    return report.error
