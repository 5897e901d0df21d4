"""A rule: no date night on a day on which the team plays.

The team's fixtures are an .ics file: hooks: {settings: {match_days: {path: hooks/team.ics}}}

The date is dropped, and the next one comes in its turn. To have it on another evening of that week instead, give the
matches as busy times, by the hook fondly_busy.
"""

from pathlib import Path

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]  # it brings no types along
from pydantic import BaseModel

from fondly import Change, Entry, HookContext, hookimpl


class Settings(BaseModel):
    """Where the fixtures are."""

    path: Path = Path("hooks/team.ics")


fondly_settings = Settings


@hookimpl
def fondly_adjust_entries(entries: tuple[Entry, ...], context: HookContext) -> Change | None:
    """Drop the dates that fall on a match day, those that recur included."""
    dates = [entry for entry in entries if entry.kind == "date"]
    if not dates:
        return None
    fixtures = icalendar.Calendar.from_ical((context.folder / context.settings.path).read_bytes())
    matches = recurring_ical_events.of(fixtures)
    return Change(drop=tuple(entry.id for entry in dates if matches.at(entry.first_day)))
