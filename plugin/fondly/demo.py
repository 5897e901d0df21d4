"""The example that ``fondly demo`` runs: a relationship, a CalDAV server in this process, a file and a note."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fondly.config import load_config
from fondly.embedded import EmbeddedServer, make_calendar
from fondly.preparing import Prepared, local_now, prepare
from fondly.run import Run, sync
from fondly_hooks.errors import ConfigError

USER = "demo"
# One identity for all demos, so that the same day shows the same plan.
IDENTITY = uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/fondly/demo")

CONFIG = """\
# The config of `fondly demo`. Yours can be as short as the first ten lines and one output.
id: {identity}
timezone: Europe/Berlin
people:
  - {{id: ana, name: Ana, birthday: 1992-02-29}}
  - {{id: ben, name: Ben, birthday: --07-04}}       # the year is nobody's business
me: ana

rhythm:
  most_per_week: 4
  quiet: 22:00-07:30
practices:
  gratitude: {{every: weekly, at: [evening]}}
dates: {{every: weekly, budget: 60}}

anniversaries:
  dates:
    - {{id: wedding, name: Wedding, date: 2015-06-20, kind: wedding, remind: [7 days]}}
    - {{id: move, name: Our first flat, date: {near}, kind: custom}}
    - {{id: party, name: Surprise party for Ben, date: {soon}, kind: custom, people: [ben], secret_from: [ben]}}

busy:
  - {{person: ana, kind: ics, url: work.ics}}

outputs:
  - {{name: ours, kind: caldav, url: "{ours}", username: {user}, password: {{file: password}}, seen_by: [ana, ben]}}
  - {{name: mine, kind: caldav, url: "{mine}", username: {user}, password: {{file: password}}, seen_by: [ana]}}
  - {{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}}
  - {{name: note, kind: markdown, path: vault/us.md, seen_by: [ana]}}
"""

WORK = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Work//EN
BEGIN:VEVENT
UID:shift
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260105T090000
DTEND;TZID=Europe/Berlin:20260105T173000
RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
SUMMARY:Work
END:VEVENT
END:VCALENDAR
"""

NOTE = """\
# Us

What fondly plans stands between two markers. The rest of this page is yours.

"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running example: where it lies, what it is, how to look into its calendars."""

    folder: Path
    server: EmbeddedServer
    password: str
    prepared: Prepared
    now: dt.datetime

    @property
    def config(self) -> Path:
        """The config file."""
        return self.folder / "fondly.yaml"

    def sync(self) -> Run:
        """The real main job, once."""
        return sync(self.prepared, self.folder / "state", self.now)


@contextmanager
def running_demo(folder: Path, now: dt.datetime) -> Iterator[Demo]:
    """Write the example into an empty folder and serve its calendars; raises `ConfigError` where it is in use."""
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(12)
    with EmbeddedServer(folder / "server", {USER: password}) as server:
        ours = make_calendar(server.url, USER, password, "ours", "Ana & Ben")
        mine = make_calendar(server.url, USER, password, "mine", "Ana")
        _write(folder, now, password, ours, mine)
        prepared = prepare(load_config(folder / "fondly.yaml"))
        yield Demo(folder, server, password, prepared, local_now(prepared.relationship, now))


def _write(folder: Path, now: dt.datetime, password: str, ours: str, mine: str) -> None:
    near, soon = now.date() + dt.timedelta(days=5), now.date() + dt.timedelta(days=11)
    text = CONFIG.format(
        identity=IDENTITY,
        user=USER,
        ours=ours,
        mine=mine,
        near=f"{near.year - 4}-{near.month:02d}-{min(near.day, 28):02d}",
        soon=f"{soon.year - 1}-{soon.month:02d}-{min(soon.day, 28):02d}",
    )
    for name, content, mode in (
        ("password", password + "\n", 0o600),
        ("fondly.yaml", text, 0o600),
        ("work.ics", WORK.replace("\n", "\r\n"), 0o644),
        ("vault/us.md", NOTE, 0o644),
    ):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=mode)
        path.write_text(content, encoding="utf-8", newline="")
