"""What a plugin gave, looked at before it is used: a record of the right class may still hold anything."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from typing import Any, get_args

from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.content import KEPT_SLUGS, Anniversary, DateIdea, Practice, Setting, Study, Suggestion
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.entries import Busy, Change, Component, Entry, Kind, Status
from fondly_hooks.types.people import Energy, Relationship
from fondly_hooks.types.times import TimeWindow

HALF = re.compile("[\ud800-\udfff]")
_WORDS = {
    "kind": get_args(Kind),
    "component": get_args(Component),
    "status": get_args(Status),
}
_IDEA_WORDS = {
    "setting": ("home", "out", "apart"),
    "energy": get_args(Energy),
    "weather": ("any", "dry", "clear"),
    "children": ("welcome", "sitter"),
}


def faults(record: object, relationship: Relationship) -> list[str]:
    """What is wrong with the record, each in a few words; an empty list where it can be used.

    A ``secret_from`` that is not read as it was meant would show the record to the very person it is kept from, so
    everything in it has to be somebody's id.
    """
    found = list(_faults(record, {person.id for person in relationship.people}))
    return [f"{_name(record)}: {fault}" for fault in found]


def _faults(record: Any, people: set[str]) -> Iterator[str]:
    if isinstance(record, Practice):
        yield from _texts(record, "slug", "name", "neutral_title")
        yield from _kinds(record, every=Cadence, minutes=int, together=bool)
        yield from _tuples(record, at=TimeWindow, suggestions=Suggestion, studies=Study)
        if record.slug in KEPT_SLUGS:
            yield f"the slug '{record.slug}' is kept for fondly itself"
        for one in record.suggestions if isinstance(record.suggestions, tuple) else ():
            yield from _suggestion(one)
    elif isinstance(record, DateIdea):
        yield from _texts(record, "slug", "title", "text")
        yield from _kinds(record, minutes=int, cost=(int, float), effort=int, days_ahead=int, age=int)
        yield from _idea(record)
        yield from _tuples(record, parts=str, seasons=str, contains=str, serves=str, tags=str)
    elif isinstance(record, Anniversary):
        yield from _texts(record, "id", "name", "kind")
        yield from _kinds(record, origin=PartialDate)
        yield from _origin(record.origin)
        yield from _tuples(record, remind=dt.timedelta)
        yield from _people(record, people)
    elif isinstance(record, Entry):
        yield from _entry(record, people)
    elif isinstance(record, Busy):
        if not (_aware(record.start) and _aware(record.end)):
            yield "start and end must be datetimes with a time zone"
        elif record.end < record.start:
            yield "it ends before it begins"
    elif isinstance(record, Change):
        yield from _tuples(record, add=Entry, change=Entry, drop=str)


def _suggestion(one: Any) -> Iterator[str]:
    if not isinstance(one, Suggestion):
        return
    yield from _texts(one, "slug", "title", "text")
    yield from _kinds(one, minutes=int, together=bool, depth=int)
    yield from _tuples(one, seasons=str, tags=str)
    for name, words in (("energy", get_args(Energy)), ("setting", get_args(Setting))):
        if getattr(one, name) not in words:
            yield f"{one.slug}: {name} must be one of {', '.join(words)}"


def _idea(idea: DateIdea) -> Iterator[str]:
    for name, words in _IDEA_WORDS.items():
        if getattr(idea, name) not in words:
            yield f"{name} must be one of {', '.join(words)}"
    for name in ("minutes", "cost", "days_ahead", "age"):
        value = getattr(idea, name)
        if isinstance(value, (int, float)) and not 0 <= value < math.inf:
            yield f"{name} must be 0 or more"


def _entry(entry: Entry, people: set[str]) -> Iterator[str]:
    yield from _texts(entry, "id", "title", "neutral_title")
    yield from _tuples(entry, alarms=str, categories=str, why=str, offers=str)
    yield from _people(entry, people)
    for name, words in _WORDS.items():
        if getattr(entry, name) not in words:
            yield f"{name} must be one of {', '.join(words)}"
    for name in ("description", "location", "url", "color"):
        if not isinstance(getattr(entry, name), str | None):
            yield f"{name} must be text"
    start, end = entry.start, entry.end
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        if not (_aware(start) and _aware(end)):
            yield "start and end need a time zone"
        elif end < start:
            yield "it ends before it begins"
    elif (
        not isinstance(start, dt.date)
        or not isinstance(end, dt.date)
        or isinstance(start, dt.datetime)
        or isinstance(end, dt.datetime)
    ):
        yield "start and end must be two datetimes or two dates"
    elif end <= start:
        yield "its end, which is not included, must be after its first day"


def _texts(record: object, *names: str) -> Iterator[str]:
    for name in names:
        value = getattr(record, name)
        if not isinstance(value, str) or not value:
            yield f"{name} must be text"
        elif not value.isascii() and HALF.search(value):
            yield f"{name} holds half a character"


def _kinds(record: object, **kinds: Any) -> Iterator[str]:
    for name, kind in kinds.items():
        if not isinstance(getattr(record, name), kind):
            yield f"{name} must be of the type {getattr(kind, '__name__', 'number')}"


def _tuples(record: object, **kinds: type) -> Iterator[str]:
    for name, kind in kinds.items():
        value = getattr(record, name)
        if not isinstance(value, tuple) or not all(isinstance(item, kind) for item in value):
            yield f"{name} must be a tuple of {kind.__name__}"


def _people(record: Any, people: set[str]) -> Iterator[str]:
    for name in ("people", "secret_from"):
        value = getattr(record, name)
        if not isinstance(value, tuple) or not people.issuperset(value):
            yield f"{name} must be a tuple of people's ids ({', '.join(sorted(people))})"


def _origin(origin: object) -> Iterator[str]:
    if isinstance(origin, PartialDate):
        try:
            dt.date(2000 if origin.year is None else origin.year, origin.month, origin.day)
        except (TypeError, ValueError):
            yield f"origin {origin!r} is no day of the calendar"


def _aware(moment: object) -> bool:
    return isinstance(moment, dt.datetime) and moment.utcoffset() is not None


def _name(record: object) -> str:
    return str(getattr(record, "id", None) or getattr(record, "slug", None) or type(record).__name__)[:100]
