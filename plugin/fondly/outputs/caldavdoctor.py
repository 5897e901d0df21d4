"""A calendar on a server in a person's words, for ``fondly doctor``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fondly_calendar.about import About
from fondly_calendar.sharing import too_many

if TYPE_CHECKING:
    from fondly_calendar.discovery import Found, FoundCalendar

NAMES = {"VEVENT": "events", "VTODO": "to-dos"}


def describe(about: About, declared: int, *, unlisted: bool) -> Iterator[str]:
    """What it takes, how it tells changes, whether it may be written to, and who can see it."""
    yield f"takes {_taken(about.components)}" if about.components else "does not say what it takes; all is tried"
    yield "tells what changed" if about.reports else "tells no changes, so everything is listed each time"
    if about.writable is None:
        yield "does not say whether this user may write there"
    more = too_many(about.sharing, declared)
    if not about.sharing.told:
        yield "who can see it is not verified: its server does not tell"
    elif more is None:
        yield "its server shows it to nobody whom 'seen_by' does not name"
    elif unlisted:
        yield f"{more}, which 'unlisted: ok' allows"


def others(found: Found, url: str) -> Iterator[str]:
    """What else is behind the address."""
    for one in found.calendars:
        if one.url.rstrip("/") != url.rstrip("/"):
            yield f"also there: {_line(one)}"


def _line(one: FoundCalendar) -> str:
    return f"{one.name} ({_taken(one.components)}{', read only' if one.writable is False else ''})"


def _taken(components: tuple[str, ...] | None) -> str:
    return " and ".join(name for component, name in NAMES.items() if component in (components or ())) or "neither"
