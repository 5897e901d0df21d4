"""An entry as a component, to the letter of RFC 5545 and RFC 7986 (DESIGN §8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fondly_calendar.canonical import TICKS, fields_of, length_of
from fondly_calendar.contentlines import Component, clean_text, escape, parse, write
from fondly_calendar.identity import base_for, ref_for
from fondly_calendar.timezones import vtimezone
from fondly_hooks.types.entries import Entry

EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PRODID = "-//fondly//fondly//EN"
NEUTRAL_PRODID = "-//Calendar//Calendar//EN"  # nothing in a neutral or busy output names the program
NEAR = range(1970, 2100)  # years whose time zones have no odd seconds
STATUSES = {  # RFC 5545 §3.8.1.11, the usual one first
    "VEVENT": ("CONFIRMED", "TENTATIVE", "CANCELLED"),
    "VTODO": ("NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED"),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose an object is: the key of its relationship, its output, UID and generation."""

    key: bytes
    output: str
    uid: str
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """Which version of an entry this is. The first bears a fixed time, so that it is the same on every machine."""

    sequence: int = 0
    changed_at: dt.datetime | None = None


def next_sequence(previous: int, now: dt.datetime) -> int:
    """The SEQUENCE of a change, which rises even where the journal was lost: minutes since 2026-01-01, or one more."""
    return max(previous + 1, int((now - EPOCH).total_seconds() // 60))


def component(entry: Entry, identity: Identity, revision: Revision = Revision()) -> list[str]:
    """The content lines of the entry's VEVENT or VTODO, unfolded."""
    body = _body(entry)
    stamp = _utc(revision.changed_at or EPOCH)
    fields = fields_of(_parsed(entry.component, body))
    return [
        f"BEGIN:{entry.component}",
        f"UID:{identity.uid}",
        f"DTSTAMP:{stamp}",
        f"CREATED:{_utc(EPOCH)}",
        *([f"LAST-MODIFIED:{stamp}"] if revision.changed_at else []),
        f"SEQUENCE:{revision.sequence}",
        *body[0],
        f"X-REF:{ref_for(identity.key, identity.output, identity.uid, identity.generation)}",
        f"X-BASE:{base_for(identity.key, identity.uid, fields)}",
        *body[1],
        f"END:{entry.component}",
    ]


def managed_fields(entry: Entry) -> Mapping[str, str]:
    """The values that fondly manages in the entry's component, in canonical form: what `fields_of` reads there."""
    todo, done = entry.component == "VTODO", entry.status == "COMPLETED"
    span = _span(entry)
    if span is None:  # a time that no calendar can compute with is compared as it is written
        return fields_of(_parsed(entry.component, _body(entry)))
    statuses = STATUSES[entry.component]
    lengths = (length_of(trigger) for trigger in entry.alarms)
    return {
        "su": _said(f"{TICKS[0]} {entry.title}" if done and not todo else entry.title),
        "de": _said(entry.description),
        "ti": span,
        "al": "\n".join(sorted(f"DISPLAY {int(one.total_seconds())}" for one in lengths if one is not None)),
        "ca": "\n".join(sorted(filter(None, map(clean_text, entry.categories)))),
        "lo": _said(entry.location),
        "st": entry.status if entry.status in statuses else statuses[0],
        "tr": "" if todo else "OPAQUE" if entry.busy else "TRANSPARENT",
        "cl": "PUBLIC",
        "co": _said(entry.color).lower(),
        "ur": _uri(entry.url).strip() if entry.url else "",
    }


def calendar_object(entry: Entry, identity: Identity, revision: Revision = Revision(), *, neutral: bool = False) -> str:
    """A whole VCALENDAR with this one entry, as CalDAV stores it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{NEUTRAL_PRODID if neutral else PRODID}"]
    lines += zones_of([entry])
    lines += component(entry, identity, revision)
    return write([*lines, "END:VCALENDAR"])


def header(name: str, timezone: str, *, neutral: bool = False) -> list[str]:
    """The first lines of a calendar of many entries, for files and feeds."""
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{NEUTRAL_PRODID if neutral else PRODID}",
        "CALSCALE:GREGORIAN",
        f"NAME:{escape(name)}",
        f"X-WR-CALNAME:{escape(name)}",
        f"X-WR-TIMEZONE:{timezone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]


def zones_of(entries: Iterable[Entry]) -> list[str]:
    """The VTIMEZONEs that these entries need, in order of their names."""
    years: dict[str, list[int]] = {}
    for entry in entries:
        if local := _local(entry):
            years.setdefault(local[0], []).extend((local[1].year, local[2].year))
    return [line for name in sorted(years) for line in vtimezone(name, min(years[name]), max(years[name]))]


def _said(text: str | None) -> str:
    return clean_text(text).strip() if text else ""


def _span(entry: Entry) -> str | None:
    """Its times as `fields_of` reads them; ``None`` where they are too far away for that."""
    start, end = entry.start, entry.end
    if start.year not in NEAR or end.year not in NEAR:
        return None
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        return f"{_utc(start)}/{_utc(end)}"
    return f"{start:%Y%m%d}/{end:%Y%m%d}"


def _body(entry: Entry) -> tuple[list[str], list[str]]:
    """What the entry itself says, and its alarms."""
    todo = entry.component == "VTODO"
    done = entry.status == "COMPLETED"
    title = f"{TICKS[0]} {entry.title}" if done and not todo else entry.title
    lines = [*_times(entry, "DUE" if todo else "DTEND"), f"SUMMARY:{escape(title)}"]
    if entry.description:
        lines.append(f"DESCRIPTION:{escape(entry.description)}")
    if entry.location:
        lines.append(f"LOCATION:{escape(entry.location)}")
    if entry.url:
        lines.append(f"URL:{_uri(entry.url)}")
    if entry.categories:
        lines.append("CATEGORIES:" + ",".join(escape(category) for category in sorted(entry.categories)))
    if entry.color:
        lines.append(f"COLOR:{escape(entry.color)}")
    statuses = STATUSES[entry.component]
    lines.append(f"STATUS:{entry.status if entry.status in statuses else statuses[0]}")
    if done and todo:
        # Some clients want a time (RFC 5545 §3.8.2.1). It is that of the plan: when it was done is nobody's business.
        lines += [f"COMPLETED:{entry.first_day:%Y%m%d}T120000Z", "PERCENT-COMPLETE:100"]
    if not todo:
        lines.append(f"TRANSP:{'OPAQUE' if entry.busy else 'TRANSPARENT'}")
    alarms: list[str] = []
    for trigger in entry.alarms:
        if length_of(trigger) is None:
            continue  # a reader may refuse the whole calendar for it
        alarms += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{escape(entry.title)}",
            f"TRIGGER:{trigger.strip()}",
            "END:VALARM",
        ]
    return lines, alarms


def _times(entry: Entry, end_name: str) -> list[str]:
    start, end = entry.start, entry.end
    if local := _local(entry):
        name, start, end = local
        return [f"DTSTART;TZID={name}:{start:%Y%m%dT%H%M%S}", f"{end_name};TZID={name}:{end:%Y%m%dT%H%M%S}"]
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        return [f"DTSTART:{_utc(start)}", f"{end_name}:{_utc(end)}"]
    return [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"{end_name};VALUE=DATE:{end:%Y%m%d}"]


def _local(entry: Entry) -> tuple[str, dt.datetime, dt.datetime] | None:
    """The IANA name of its zone, and its start and end on that clock; ``None`` where UTC is to be written.

    That is where the zone has no name, and where a time is the second of two that this clock shows alike, in the hour
    when it is set back: a local time means the first (RFC 5545 §3.3.5).
    """
    start, end = entry.start, entry.end
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
        return None
    zone = start.tzinfo
    if not isinstance(zone, ZoneInfo) or zone.key in ("UTC", "Etc/UTC"):
        return None
    start, end = (moment.astimezone(dt.UTC).astimezone(zone) for moment in (start, end))  # never inside a gap
    return None if start.fold or end.fold else (zone.key, start, end)


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _uri(text: str) -> str:
    """A URI is no TEXT: it is not escaped, so nothing that could end the line may stay in it."""
    return "".join(character for character in clean_text(text) if character > " ")


def _parsed(name: str, body: tuple[Sequence[str], Sequence[str]]) -> Component:
    text = "\n".join(("BEGIN:VCALENDAR", f"BEGIN:{name}", *body[0], *body[1], f"END:{name}", "END:VCALENDAR"))
    return parse(text).inner[0]
