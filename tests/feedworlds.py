"""Feeds of people all over the world, through the real main job, and what was planned for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from feedserver import STATE
from fondly.config import load_config
from fondly.feeds.output import feed_file
from fondly.gate import for_output
from fondly.outputs.opening import Ready
from fondly.preparing import delivery_horizons, local_now, make_plan, prepare
from fondly.run import sync
from fondly.state import past_in
from fondly_hooks.types.entries import Entry

# The ends of the day, both ways to change the clock, half hours, and a plan of three years.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")
NAMES = ["Zoë; \\ö/, 🎂 und ein Name, der so lang ist, dass er über die fünfundsiebzig Oktette einer Zeile geht"]
CONFIG = """\
id: 7c9e6679-7425-40de-944b-e07fc1f90ae7
timezone: {zone}
people: [{{id: ana, name: Ana, birthday: 1992-02-29}}, {{id: ben, name: Ben, birthday: --07-04}}]
me: ana
serve: {{address: "https://fondly.example.org"}}
rhythm: {{horizon: {horizon}, most_per_week: 5, quiet: 03:00-03:30}}
practices: {{gratitude: {{every: daily, at: ["daily 00:30-03:00"]}}, presence: {{every: weekly, at: [morning]}}}}
anniversaries:
  horizon: 3 years
  dates:
    - {{id: one, name: '{name}', date: 2015-12-31, kind: custom, remind: [1 day]}}
    - {{id: two, name: Wedding, date: 2016-02-29, kind: wedding}}
outputs:
  - {{name: feed, kind: feed, seen_by: [ana], practices_as: {form}}}
"""


@dataclass(frozen=True)
class Made:
    """One feed: its file, and what was planned for it as its readers may see it."""

    path: Path
    entries: tuple[Entry, ...]

    @property
    def starts(self) -> set[tuple[str, str]]:
        """Each title, as a tick or not at all, with the moment or the day on which it begins."""
        return {(entry.title, moment(entry.start)) for entry in self.entries}


def moment(start: dt.datetime | dt.date) -> str:
    """A moment in UTC, or a day."""
    if isinstance(start, dt.datetime):
        return f"{start.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}"
    return f"{start:%Y-%m-%d}"


def made(folder: Path, zone: str, now: str, *, horizon: str = "28 days", form: str = "event") -> Made:
    """The feed of somebody who lives in that zone, made at ``now`` on their clock."""
    config = folder / "fondly.yaml"
    config.write_text(CONFIG.format(zone=zone, horizon=horizon, name=NAMES[0], form=form), encoding="utf-8")
    config.chmod(0o600)
    prepared = prepare(load_config(config))
    clock = local_now(prepared.relationship, dt.datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone)))
    state = folder / STATE
    planned = make_plan(prepared, past_in(state), delivery_horizons(prepared.relationship, clock), clock)[1]
    run = sync(prepared, state, clock)
    (delivery,) = run.deliveries
    assert delivery.report.error is None
    ready: Ready = prepared.outputs[0]
    entries = for_output(planned.entries, ready.spec, prepared.relationship, clock)
    assert delivery.report.created == len(entries)
    return Made(feed_file(state, "feed"), tuple(entries))


# When each is looked at: around both changes of the clock, and over three years.
OCCASIONS = {
    **{zone: (zone, "2026-11-22T09:00", "28 days") for zone in ZONES},
    "Berlin in spring": ("Europe/Berlin", "2027-03-22T09:00", "28 days"),
    "Berlin in autumn": ("Europe/Berlin", "2027-10-20T09:00", "28 days"),
    "New York in spring": ("America/New_York", "2027-03-08T09:00", "28 days"),
    "New York in autumn": ("America/New_York", "2026-10-26T09:00", "28 days"),
    "three years": ("Europe/Berlin", "2026-11-22T09:00", "1095 days"),
}
