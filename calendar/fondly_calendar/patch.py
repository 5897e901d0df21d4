"""Changing some fields of an entry that stands in a calendar: all else in it stays as it is, to the byte.

A person's overrides, exceptions, attachments and notes, what clients leave there (RFC 5545 §3.8.8), alarms that were
acknowledged, the time zones that servers add: nothing of that is fondly's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fondly_calendar.contentlines import unfold, write
from fondly_calendar.identity import base_with
from fondly_calendar.render import NEUTRAL_PRODID, PRODID, Identity, Revision, calendar_object, component, zones_of
from fondly_hooks.types.entries import Entry

# The properties that a field consists of; an alarm is a component of its own.
LINES = {
    "su": ("SUMMARY",),
    "de": ("DESCRIPTION",),
    "ti": ("DTSTART", "DTEND", "DUE", "DURATION"),
    "ca": ("CATEGORIES",),
    "lo": ("LOCATION",),
    "st": ("STATUS", "COMPLETED", "PERCENT-COMPLETE"),
    "tr": ("TRANSP",),
    "cl": ("CLASS",),
    "co": ("COLOR",),
    "ur": ("URL",),
}
MARKS = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "X-REF", "X-BASE")
_NAME = re.compile(r"([A-Za-z0-9-]+)[;:]")


def patched(
    body: str,
    entry: Entry,
    identity: Identity,
    revision: Revision,
    changed: Iterable[str],
    theirs: Iterable[str],
    *,
    neutral: bool = False,
) -> str:
    """The object in ``body`` with the ``changed`` fields as ``entry`` has them, and new marks.

    ``theirs`` are the fields that a person owns; the marks go on saying so. ``body`` is a whole VCALENDAR, or the
    components of one entry as they stand in a file. Where no component of that entry and form is in it, the object is
    made anew. Lines end in CRLF.
    """
    body = body.replace("\r\n", "\n").replace("\n", "\r\n")
    groups = [_Group(raw) for raw in _raw_groups(body)]
    span = _master(groups, entry.component, identity.uid)
    whole = any(group.begins == "VCALENDAR" for group in groups)
    if span is None:
        return calendar_object(entry, identity, revision, neutral=neutral)
    old_base = next((g.value for g in _own(groups[span[0] : span[1]]) if g.name == "X-BASE"), "")
    new = _rendered(entry, identity, revision)
    new.marks["X-BASE"] = [f"X-BASE:{base_with(identity.key, identity.uid, new.fields_base, theirs, old_base)}"]
    inside = "".join(_inside(groups[span[0] : span[1]], new, frozenset(changed)))
    before, after = groups[: span[0]], groups[span[1] :]
    if neutral:  # where others see it, nothing names the program
        named = f"PRODID:{PRODID}"
        before = [_Group(f"PRODID:{NEUTRAL_PRODID}\r\n") if group.line == named else group for group in before]
    zones = ""
    if whole and "ti" in changed:
        before, zones = _with_zones(before, after, entry)
    return "".join((*(g.raw for g in before), zones, inside, *(g.raw for g in after)))


@dataclass(slots=True)
class _Group:
    """One content line with its continuation lines, as they stand."""

    raw: str
    line: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        self.line = next(unfold(self.raw), "")
        match = _NAME.match(self.line)
        self.name = match[1].upper() if match else ""

    @property
    def value(self) -> str:
        return self.line.rpartition(":")[2].strip() if self.name in ("BEGIN", "END") else self.line.partition(":")[2]

    @property
    def begins(self) -> str:
        return self.value.upper() if self.name == "BEGIN" else ""

    @property
    def ends(self) -> str:
        return self.value.upper() if self.name == "END" else ""


@dataclass(slots=True)
class _Rendered:
    """The component as it is when fondly makes it: the lines of each field, of each mark, and the alarms."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    fields_base: str = ""


def _raw_groups(body: str) -> Iterator[str]:
    current = ""
    for physical in re.findall(r"[^\n]*\n|[^\n]+$", body):
        if current and physical[:1] in (" ", "\t"):
            current += physical
            continue
        if current:
            yield current
        current = physical
    if current:
        yield current if current.endswith("\n") else current + "\r\n"


def _master(groups: Sequence[_Group], form: str, uid: str) -> tuple[int, int] | None:
    """Where the component of that form and UID stands that is no override: from its BEGIN to after its END."""
    start: int | None = None
    for index, group in enumerate(groups):
        if group.begins == form and start is None:
            start = index
        elif group.ends == form and start is not None:
            own = list(_own(groups[start : index + 1]))
            uids = {one.value.strip() for one in own if one.name == "UID"}
            if uid in uids and not any(one.name == "RECURRENCE-ID" for one in own):
                return start, index + 1
            start = None
    return None


def _own(groups: Sequence[_Group]) -> Iterator[_Group]:
    """The lines of a component itself, without those of what stands inside it."""
    depth = 0
    for group in groups:
        depth += bool(group.begins)
        if depth == 1 and not group.begins and not group.ends:
            yield group
        depth -= bool(group.ends)


def _rendered(entry: Entry, identity: Identity, revision: Revision) -> _Rendered:
    found = _Rendered()
    of_line = {name: short for short, names in LINES.items() for name in names}
    inner = False
    for line in component(entry, identity, revision)[1:-1]:
        name = re.split("[;:]", line, maxsplit=1)[0]
        if inner or name == "BEGIN":
            inner = line != "END:VALARM"
            found.alarms.append(line)
        elif name in of_line:
            found.fields.setdefault(of_line[name], []).append(line)
        elif name == "X-BASE":
            found.fields_base = line.partition(":")[2]
        elif name in MARKS:
            found.marks[name] = [line]
    return found


def _inside(groups: Sequence[_Group], new: _Rendered, changed: frozenset[str]) -> Iterator[str]:
    """The component's lines, the changed fields and the marks in the place of the old ones, what is new at its end."""
    whose = {name: name for name in MARKS} | {name: short for short in changed for name in LINES.get(short, ())}
    left = {key: new.marks.get(key, []) for key in MARKS}
    left |= {short: new.fields.get(short, []) for short in changed if short in LINES}
    old_title = next((group.value for group in _own(groups) if group.name == "SUMMARY"), "")
    title = next((line.partition(":")[2] for line in new.fields.get("su", ())), "") if "su" in changed else old_title
    depth, alarm = 0, list[_Group]()
    for group in groups[:-1]:
        depth += bool(group.begins)
        if "al" in changed and (alarm or group.begins == "VALARM"):
            alarm.append(group)
            if depth == 2 and group.ends:
                # A snooze relates to another alarm (RFC 9074 §7.1), and is the client's.
                if any(one.name == "RELATED-TO" for one in alarm):
                    yield "".join(one.raw for one in alarm)
                alarm = []
        elif depth > 1 and title != old_title and group.name == "DESCRIPTION" and group.value == old_title:
            yield write([f"DESCRIPTION:{title}"])  # the alarm rings with the entry's title
        elif depth == 1 and group.name in whose:
            yield write(left.pop(whose[group.name], []))
        else:
            yield group.raw
        depth -= bool(group.ends)
    for lines in left.values():
        yield write(lines)
    if "al" in changed:
        yield write(new.alarms)
    yield groups[-1].raw


def _with_zones(before: list[_Group], after: Sequence[_Group], entry: Entry) -> tuple[list[_Group], str]:
    """What stands before the component, and the time zone that its new time needs.

    A zone of the same name that nothing else uses may not cover the new year, so it is replaced.
    """
    zone = zones_of([entry])
    if not zone:
        return before, ""
    name = next(line.partition(":")[2] for line in zone if line.startswith("TZID:"))
    uses = re.compile(rf';TZID="?{re.escape(name)}"?[;:]', re.IGNORECASE)
    if any(uses.search(group.line) for group in (*before, *after)):
        return before, ""
    kept: list[_Group] = []
    block: list[_Group] = []
    for group in before:
        if block or group.begins == "VTIMEZONE":
            block.append(group)
            if group.ends == "VTIMEZONE":
                if not any(one.name == "TZID" and one.value.strip() == name for one in block):
                    kept += block
                block = []
        else:
            kept.append(group)
    return kept + block, write(zone)
