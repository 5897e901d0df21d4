"""The plan as one iCalendar text, for ``fondly export``: an output named ``export`` that keeps no state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from fondly.config.records import OutputSpec
from fondly.gate import for_output
from fondly.outputs.ics import CALENDAR
from fondly.outputs.opening import key_of
from fondly.recognise import EXPORT
from fondly_calendar.contentlines import write
from fondly_calendar.icsfile import read_ics, write_ics
from fondly_calendar.identity import is_ref, ref_for, uid_for
from fondly_calendar.render import Identity, component, header, zones_of
from fondly_hooks.errors import ConfigError, OutputError
from fondly_hooks.files import replace_atomically
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship


def export_text(entries: Iterable[Entry], relationship: Relationship, viewer: str, now: dt.datetime) -> tuple[str, int]:
    """The calendar of what this person may see, and how many entries it has. Alarms are for ``me`` alone."""
    spec = OutputSpec(
        name=EXPORT,
        kind="ics",
        seen_by=frozenset({viewer}),
        include=frozenset({"practices", "dates", "anniversaries", "custom"}),
        titles="full",
        details=True,
        alarms=viewer == relationship.me,
        todo=False,
    )
    shown = for_output(entries, spec, relationship, now)
    key = key_of(relationship.id)
    parts = []
    for entry in shown:
        identity = Identity(key, EXPORT, uid_for(relationship.id, EXPORT, entry.id, 0))
        parts.append(write(component(entry, identity)))
    name = " & ".join(person.name for person in relationship.people)
    head = [*header(name, relationship.timezone), f"X-REF:{ref_for(key, EXPORT, CALENDAR, 0)}"]
    return write_ics(head, zones_of(shown), parts), len(shown)


def write_export(path: Path, text: str, relationship: Relationship) -> None:
    """Put the text into the file; raises `ConfigError` where a file stands there that no export made."""
    try:
        standing = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        standing = ""
    except OSError as problem:
        raise OutputError(f"{path} cannot be read: {problem.strerror or problem}") from None
    if standing:
        try:
            mark = read_ics(standing).head_value("X-REF")
        except ValueError:
            mark = ""
        if not is_ref(key_of(relationship.id), [EXPORT], CALENDAR, mark):
            raise ConfigError(f"{path} is there already and no export of fondly's; choose another file")
    try:
        replace_atomically(path, text.encode())
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror or problem}") from None
