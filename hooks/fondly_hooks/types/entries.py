"""An entry: one planned thing, before any output gives it a form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any, Literal

Kind = Literal["practice", "date", "anniversary", "preparation", "custom"]
Component = Literal["VEVENT", "VTODO"]
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED", "NEEDS-ACTION", "IN-PROCESS", "COMPLETED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One planned thing: it becomes a VEVENT, a VTODO or a line in a note.

    ``id`` is its identity and never speaks of its time, text or suggestion. ``start`` and ``end`` are aware datetimes
    in a named zone, or dates where the entry is all day long; ``end`` is exclusive. ``alarms`` are ISO 8601 durations
    from the start, such as ``-PT15M``. ``busy`` says whether the time counts as taken. Who stands in ``secret_from``
    never learns that it exists. ``offers`` are the slugs of the ideas that a date night names.
    """

    id: str
    kind: Kind
    title: str
    neutral_title: str
    start: dt.datetime | dt.date
    end: dt.datetime | dt.date
    component: Component = "VEVENT"
    description: str | None = None
    location: str | None = None
    url: str | None = None
    people: tuple[str, ...] = ()
    secret_from: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    color: str | None = None
    alarms: tuple[str, ...] = ()
    busy: bool = False
    status: Status = "CONFIRMED"
    minutes: int | None = None
    practice: str | None = None
    suggestion: str | None = None
    anniversary: str | None = None
    idea: str | None = None
    offers: tuple[str, ...] = ()
    source: str = "fondly"
    why: tuple[str, ...] = ()

    @property
    def all_day(self) -> bool:
        """Whether it has days instead of hours."""
        return not isinstance(self.start, dt.datetime)

    @property
    def first_day(self) -> dt.date:
        """The local day on which it begins."""
        return self.start.date() if isinstance(self.start, dt.datetime) else self.start

    def ended_by(self, now: dt.datetime) -> bool:
        """Whether it is over at ``now``, an aware datetime; a day is over when it is over on the clock of ``now``."""
        if isinstance(self.end, dt.datetime):
            return self.end <= now
        return self.end <= now.date()

    def as_json(self) -> dict[str, Any]:
        """The entry as the commands print it: RFC 3339 times with offset, dates where all day, ``None`` elsewhere."""
        due = self.end.isoformat() if self.component == "VTODO" else None
        return {
            "id": self.id,
            "kind": self.kind,
            "component": self.component,
            "title": self.title,
            "neutral_title": self.neutral_title,
            "description": self.description,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "due": due,
            "all_day": self.all_day,
            "location": self.location,
            "url": self.url,
            "people": list(self.people),
            "secret_from": list(self.secret_from),
            "categories": list(self.categories),
            "alarms": list(self.alarms),
            "busy": self.busy,
            "status": self.status,
            "minutes": self.minutes,
            "practice": self.practice,
            "suggestion": self.suggestion,
            "anniversary": self.anniversary,
            "idea": self.idea,
            "source": self.source,
            "why": list(self.why),
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that does not come, and why, in one plain sentence. It is as secret as the thing itself."""

    id: str
    why: str
    secret_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What an adjuster wants: entries to add, entries to put in the place of those of the same id, ids to drop."""

    add: tuple[Entry, ...] = ()
    change: tuple[Entry, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Busy:
    """A time when a person is taken. ``uid`` and ``ref`` (X-REF) let fondly know its own entries again."""

    person: str
    start: dt.datetime
    end: dt.datetime
    uid: str | None = None
    ref: str | None = None


ENTRY_FIELDS = tuple(field.name for field in fields(Entry))
