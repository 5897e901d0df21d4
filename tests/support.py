"""Small builders that the tests of the calendar and of the hooks share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fondly.journal import Journal
from fondly.outputs.deliver import deliver
from fondly.planner import Gathered
from fondly_calendar.contentlines import Component, parse
from fondly_calendar.identity import uid_for
from fondly_calendar.render import Identity, Revision, calendar_object
from fondly_hooks import anniversaries, dates, practices
from fondly_hooks.notes.markdown import MarkdownOutput
from fondly_hooks.types.content import DateIdea, Practice
from fondly_hooks.types.dates import parse_partial_date
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import OutputContext
from fondly_hooks.types.people import DateWish, Person, Relationship
from fondly_hooks.types.reports import OutputReport
from fondly_hooks.types.times import Span, parse_time_window

RELATIONSHIP = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
KEY = RELATIONSHIP.encode()
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = Revision()


def entry(**changes: Any) -> Entry:
    """An evening's talk in Berlin, changed as told. Its end follows its start unless both are told."""
    values: dict[str, Any] = {
        "id": "practice/communication/2026-W48/1",
        "kind": "practice",
        "title": "Take turns to let off steam",
        "neutral_title": "Catch-up",
        "start": dt.datetime(2026, 11, 24, 19, 30, tzinfo=BERLIN),
        "end": dt.datetime(2026, 11, 24, 19, 50, tzinfo=BERLIN),
    }
    if "start" in changes and "end" not in changes:
        day = not isinstance(changes["start"], dt.datetime)
        values["end"] = changes["start"] + (dt.timedelta(days=1) if day else dt.timedelta(minutes=20))
    return Entry(**(values | changes))


def identity(output: str = "us", generation: int = 0, id: str = "practice/communication/2026-W48/1") -> Identity:
    """Whose an object is, in an output of the relationship of these tests."""
    return Identity(KEY, output, uid_for(RELATIONSHIP, output, id, generation), generation)


def rendered(entry: Entry, revision: Revision = FIRST) -> str:
    """The whole calendar object of an entry."""
    return calendar_object(entry, identity(id=entry.id), revision)


def component_of(text: str) -> Component:
    """The VEVENT or VTODO of a calendar object."""
    return next(inner for inner in parse(text).inner if inner.name in ("VEVENT", "VTODO"))


def relationship(**changes: Any) -> Relationship:
    """Ana and Ben of the contract's smallest config, both in Berlin, changed as told."""
    values: dict[str, Any] = {
        "id": RELATIONSHIP,
        "people": (
            Person("ana", "Ana", "Europe/Berlin", parse_partial_date("1992-02-29")),
            Person("ben", "Ben", "Europe/Berlin", parse_partial_date("--07-04")),
        ),
        "me": "ana",
        "timezone": "Europe/Berlin",
        "dates": DateWish(at=(parse_time_window("fri 18:00-23:00"), parse_time_window("sat 11:00-23:00"))),
    }
    return Relationship(**(values | changes))


@cache
def built_in_practices() -> tuple[Practice, ...]:
    """The fifteen practices that fondly brings along."""
    return tuple(practices.fondly_practices(relationship()))


@cache
def built_in_ideas() -> tuple[DateIdea, ...]:
    """The date ideas that fondly brings along."""
    days = Span(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    return tuple(dates.fondly_date_ideas(relationship(), days))


def gathered(of: Relationship | None = None, **changes: Any) -> Gathered:
    """What the built-in plugins give for that relationship, changed as told."""
    values: dict[str, Any] = {
        "practices": built_in_practices(),
        "ideas": built_in_ideas(),
        "anniversaries": tuple(anniversaries.fondly_anniversaries(of or relationship())),
    }
    return Gathered(**(values | changes))


def config_text(**keys: str | None) -> str:
    """The smallest config file, its top keys changed, added or, where ``None``, left out; values are YAML."""
    values: dict[str, str | None] = {
        "id": RELATIONSHIP,
        "timezone": "Europe/Berlin",
        "people": "\n  - {id: ana, name: Ana, birthday: 1992-02-29}\n  - {id: ben, name: Ben, birthday: --07-04}",
        "me": "ana",
    }
    return "".join(f"{key}: {value}\n" for key, value in (values | keys).items() if value is not None)


def write_config(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    """The text as ``fondly.yaml`` in that folder, for its owner alone to read."""
    path = folder / "fondly.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


@dataclass
class Note:
    """A person's Markdown file as the output ``agenda``, and the journal that remembers what was written into it."""

    path: Path
    days: int = 28
    now: dt.datetime = dt.datetime(2026, 11, 22, 9, tzinfo=BERLIN)
    journal: Journal = field(default_factory=lambda: Journal(None))

    def sync(self, *entries: Entry, meanwhile: Callable[[], object] = lambda: None) -> OutputReport:
        """Bring these entries there as the main job does; ``meanwhile`` happens between reading and writing."""
        context = OutputContext(name="agenda", key=KEY, base=self.path.parent, now=self.now, timezone="Europe/Berlin")

        class Interrupted(MarkdownOutput):
            def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
                meanwhile()
                return super().fields(wanted, uid)

        output = Interrupted(self.path, self.days, context)
        report = OutputReport("agenda", "markdown")
        return deliver(output, report, entries, self.journal, RELATIONSHIP, self.now).report

    @property
    def text(self) -> str:
        """What stands in the file, its line ends untranslated."""
        return self.path.read_bytes().decode("utf-8")

    @property
    def items(self) -> list[str]:
        """The lines of the list that fondly keeps there."""
        return [line for line in self.text.splitlines() if line.startswith("- ")]

    def change(self, old: str, new: str) -> None:
        """A person's edit, of something that stands there."""
        assert old in self.text, self.text
        self.path.write_bytes(self.text.replace(old, new).encode())
